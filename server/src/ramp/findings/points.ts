import type { Evidence } from '@rampart/contract/admin'
import { eventsIn } from '../cells.ts'
import { CLEAR_AT, clearEvidence } from '../stats/clear.ts'
import { pointsBounds, pointsEvidence } from '../stats/points.ts'
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

/** First events of units in the run, whose rate may be so much above control's. */
export function ofPoints(judging: Judging, max: number): Finding {
  const { ramp, guard, cells, weights, alpha } = judging
  const sums = bySequence(cells, { units: metBy(guard), events: (cell) => eventsIn(cell, countedAs(guard)) })
  const { log, copy } = pointsEvidence(sums, { weights, margin: max, alpha })
  const shown = sums.filter((s) => s.started > copy)
  return {
    method: 'score',
    log,
    verdict: verdictOf(judging, sums, max),
    onlyHolds: null,
    show: () => ({
      ...figuresOf(shown),
      change: changeOf(sums, shown, { weights, copy }),
      ticks: spanOf(cells, ramp.tickMs),
    }),
  }
}

/** A distance is a ratio at the rate that control has in the step; it sets the pace and nothing else. */
function verdictOf({ ramp }: Judging, sums: readonly Sums[], max: number): Finding['verdict'] {
  const inStep = sums.filter((s) => s.step === ramp.step)
  if (inStep.every((s) => s.nT + s.nC === 0)) return 'no_data'
  const clear = ramp.plan.steps[ramp.step - 1]?.clear ?? null
  const rate = pooled(inStep, 'nC', 'xC')
  if (clear === null) return 'clear'
  if (rate === 0) return 'collecting'
  return clearEvidence(inStep, Math.max(clear, 1.25 * (1 + max / rate))) >= CLEAR_AT ? 'clear' : 'collecting'
}

function changeOf(
  sums: readonly Sums[],
  shown: readonly Sums[],
  { weights, copy }: { readonly weights: readonly number[]; readonly copy: number },
): Evidence['change'] {
  const { control, treatment } = figuresOf(shown)
  if (control.rate === null || treatment.rate === null) return null
  const value = treatment.rate - control.rate
  const { low, high } = pointsBounds(sums, { weights, copy, alpha: SHOWN_ALPHA })
  return { as: 'points', value, interval: [low, high], confidence: 0.99 }
}
