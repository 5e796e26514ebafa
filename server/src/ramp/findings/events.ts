import type { Evidence } from '@rampart/contract/admin'
import { eventsIn } from '../cells.ts'
import { allowedRatio } from '../guards.ts'
import { ratioBounds, UNBOUNDED } from '../stats/bounds.ts'
import { CLEAR_AT, clearEvidence } from '../stats/clear.ts'
import { leadingCopy, logEvidence, type Mixture } from '../stats/mixture.ts'
import { FALLS, RATIOS, relativeEvidence } from '../stats/relative.ts'
import {
  bySequence,
  countedAs,
  type Finding,
  figuresOf,
  type Judging,
  metBy,
  pooled,
  SHOWN_ALPHA,
  type Sums,
  spanOf,
} from './finding.ts'

/** A margin is exact while fewer than a tenth of control's units have had the event. */
const COMMON_EVENT = 0.1
/** What is to be ruled out is at least this far beyond what a guard allows. */
const BEYOND_LIMIT = 1.25

/**
 * First events of units in the run, compared with control: no worse, at most so many times as often, or not less often. All
 * factors multiply, and their product does not depend on how units are grouped into ticks, so the sums of each sequence are
 * enough.
 */
export function ofEvents(judging: Judging): Finding {
  const { ramp, guard, cells, weights } = judging
  const sums = bySequence(cells, { units: metBy(guard), events: (cell) => eventsIn(cell, countedAs(guard)) })
  const limit = allowedRatio(guard.limit) ?? 1
  const falls = guard.limit.kind === 'not_fall'
  const alternatives = falls ? FALLS : RATIOS
  const mixture = relativeEvidence(sums, { weights, limit, alternatives })
  return {
    method: 'exact',
    log: logEvidence(mixture),
    verdict: verdictOf(judging, sums),
    onlyHolds: limit !== 1 && pooled(leading(mixture, sums).shown, 'nC', 'xC') > COMMON_EVENT ? 'common' : null,
    show: () => {
      const { copy, shown } = leading(mixture, sums)
      return {
        ...figuresOf(shown),
        change: changeOf(sums, shown, { weights, copy, alpha: SHOWN_ALPHA, limit, harm: falls ? 'less' : 'more' }),
        ticks: spanOf(cells, ramp.tickMs),
      }
    },
  }
}

/** The copy that says most, and the sums it is made of. */
function leading(mixture: Mixture, sums: readonly Sums[]) {
  const copy = leadingCopy(mixture, Math.max(1, ...sums.map((s) => s.started)))
  return { copy, shown: sums.filter((s) => s.started > copy) }
}

function verdictOf({ ramp, guard }: Judging, sums: readonly Sums[]): Finding['verdict'] {
  const inStep = sums.filter((s) => s.step === ramp.step)
  if (inStep.every((s) => s.nT + s.nC === 0)) return 'no_data'
  const clear = ramp.plan.steps[ramp.step - 1]?.clear ?? null
  if (clear === null) return 'clear'
  return clearEvidence(inStep, ruledOut(guard.limit, clear)) >= CLEAR_AT ? 'clear' : 'collecting'
}

/** A guard that allows a ratio cannot ask for less to be ruled out than it allows; for what must not fall all is mirrored. */
export function ruledOut(limit: Judging['guard']['limit'], clear: number): number {
  const allowed = allowedRatio(limit) ?? 1
  return limit.kind === 'not_fall'
    ? Math.min(1 / clear, allowed / BEYOND_LIMIT)
    : Math.max(clear, BEYOND_LIMIT * allowed)
}

function changeOf(
  sums: readonly Sums[],
  shown: readonly Sums[],
  asked: Parameters<typeof ratioBounds>[1],
): Evidence['change'] {
  const { control, treatment } = figuresOf(shown)
  if (control.rate === null || treatment.rate === null || control.rate === 0) return null
  const value = treatment.rate / control.rate
  const { low, high } = ratioBounds(sums, asked)
  const ends = [low === 0 ? 0 : Math.min(low, value), high >= UNBOUNDED ? null : Math.max(high, value)] as const
  return { as: 'ratio', value, interval: [...ends], confidence: 0.99 }
}
