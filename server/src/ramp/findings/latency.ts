import type { Evidence } from '@rampart/contract/admin'
import { eventsIn } from '../cells.ts'
import { slowerThan } from '../counted.ts'
import { boundsOf, frozenOf } from '../frozen.ts'
import { copySteps } from '../plan.ts'
import { ratioBounds, UNBOUNDED } from '../stats/bounds.ts'
import { CLEAR_AT, clearEvidence } from '../stats/clear.ts'
import { latencyEvidence } from '../stats/latency.ts'
import { LEAST_VALUES, type Threshold } from '../stats/thresholds.ts'
import { nothingYet } from './empty.ts'
import { bySequence, type Finding, figuresOf, type Judging, SHOWN_ALPHA, type Sums, spanOf } from './finding.ts'

/** One threshold of a guard, and how often it was exceeded. */
interface Exceeded {
  readonly threshold: Threshold
  readonly sums: readonly Sums[]
}

/**
 * First observations of units in each step, against thresholds that were fixed before. Every step has a process of its own, and the
 * one that says most is shown.
 */
export function ofLatency(judging: Judging): Finding {
  const { ramp, guard, cells, weights } = judging
  const thresholds = frozenOf(ramp, guard.key)?.thresholds
  if (thresholds === undefined) return nothingYet(judging, 'exact', { kind: 'learning', need: LEAST_VALUES })
  const bounds = boundsOf(ramp, guard.metric)
  const exceeded = thresholds.map((threshold): Exceeded => {
    const passed = bounds.indexOf(threshold.bound) + 1
    const units = slowerThan(guard.metric, 0)
    const events = slowerThan(guard.metric, passed)
    const sums = bySequence(cells, { units: (c) => eventsIn(c, units), events: (c) => eventsIn(c, events) })
    return { threshold, sums }
  })
  const steps = copySteps(ramp.plan, ramp.publishes[0]?.step ?? 1)
  const logs = steps.map((step, k) => Math.log(weights[k] ?? 0) + latencyEvidence(inStep(exceeded, step).map(asSlower)))
  const leading = logs.reduce((best, log, k) => (log >= (logs[best] ?? log) ? k : best), 0)
  return {
    method: 'exact',
    log: Math.max(...logs),
    verdict: verdictOf(judging, inStep(exceeded, ramp.step)),
    onlyHolds: null,
    show: () => {
      const shown = mostTelling(inStep(exceeded, leadingStep(steps, logs, leading, ramp.step)))
      return {
        ...figuresOf(shown.sums),
        change: changeOf(shown, (weights[leading] ?? 1) / thresholds.length),
        ticks: spanOf(cells, ramp.tickMs),
        detail: { kind: 'slower', bound: shown.threshold.bound },
      }
    },
  }
}

/** The step that is shown: the one with most evidence when there is any, else the present one. */
function leadingStep(steps: readonly number[], logs: readonly number[], leading: number, present: number): number {
  return (logs[leading] ?? 0) > 0 ? (steps[leading] ?? present) : present
}

function inStep(exceeded: readonly Exceeded[], step: number): readonly Exceeded[] {
  return exceeded.map(({ threshold, sums }) => ({ threshold, sums: sums.filter((s) => s.step === step) }))
}

function asSlower({ threshold, sums }: Exceeded) {
  return { limit: threshold.limit, strata: sums }
}

/** The threshold with most evidence; of equals the highest, which is the tail. */
function mostTelling(exceeded: readonly Exceeded[]): Exceeded {
  const logs = exceeded.map((one) => latencyEvidence([asSlower(one)]))
  const best = logs.reduce((b, log, k) => (log >= (logs[b] ?? log) ? k : b), 0)
  const one = exceeded[best]
  if (one === undefined) throw new Error('a guard of a latency has no thresholds')
  return one
}

/** What a step wants ruled out is ruled out for every threshold. */
function verdictOf({ ramp }: Judging, exceeded: readonly Exceeded[]): Finding['verdict'] {
  if (exceeded.every(({ sums }) => sums.every((s) => s.nT + s.nC === 0))) return 'no_data'
  const clear = ramp.plan.steps[ramp.step - 1]?.clear ?? null
  if (clear === null) return 'clear'
  const isRuledOut = exceeded.every(
    ({ threshold, sums }) => clearEvidence(sums, Math.max(clear, 1.25 * threshold.limit)) >= CLEAR_AT,
  )
  return isRuledOut ? 'clear' : 'collecting'
}

function changeOf({ threshold, sums }: Exceeded, weight: number): Evidence['change'] {
  const { control, treatment } = figuresOf(sums)
  if (control.rate === null || treatment.rate === null || control.rate === 0) return null
  const value = treatment.rate / control.rate
  const { low, high } = ratioBounds(
    sums.map((s) => ({ ...s, started: 1 })),
    { weights: [weight], copy: 0, alpha: SHOWN_ALPHA, limit: threshold.limit, harm: 'more' },
  )
  const ends = [low === 0 ? 0 : Math.min(low, value), high >= UNBOUNDED ? null : Math.max(high, value)] as const
  return { as: 'ratio', value, interval: [...ends], confidence: 0.99 }
}
