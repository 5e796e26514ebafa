import type { Evidence } from '@rampart/contract/admin'
import { AFTER_END } from './counted.ts'
import type { FoldedRow } from './fold.ts'
import { judge } from './judge.ts'
import type { Said, StoredRamp } from './state.ts'
import type { RampEvent } from './transitions.ts'

/**
 * What is still to be said of a ramp that has ended, or that it need no longer be watched. Nothing is moved: who was told that a
 * release is complete, or taken back, decides what to do when it is not so.
 */
export function lookBack(
  ramp: StoredRamp,
  rows: readonly FoldedRow[],
  now: number,
): { readonly event: RampEvent | null; readonly evidence: readonly Evidence[] } {
  if (ramp.watchedUntil === null || now >= ramp.watchedUntil) return { event: { kind: 'forget' }, evidence: [] }
  switch (ramp.state) {
    case 'completed': {
      const { evidence } = judge(ramp, rows)
      return { event: say(lateRegressions(ramp, evidence)), evidence }
    }
    case 'rolled_back':
    case 'killed': {
      const isGiven = rows.some(({ metric, treatment }) => metric === AFTER_END && treatment > 0)
      const isSaid = ramp.alerted.some(({ kind }) => kind === 'not_effective')
      return { event: isGiven && !isSaid ? say([{ kind: 'not_effective' }]) : null, evidence: [] }
    }
    case 'scheduled':
    case 'running':
    case 'paused':
    case 'baking':
    case 'superseded':
    case 'cancelled':
      return { event: null, evidence: [] }
  }
}

/** Guards that have tripped only now, each said once. */
function lateRegressions(ramp: StoredRamp, evidence: readonly Evidence[]): readonly Said[] {
  return evidence
    .filter(({ verdict }) => verdict === 'tripped')
    .filter(
      ({ guard }) =>
        !ramp.alerted.some(
          (said) => (said.kind === 'warned' || said.kind === 'late_regression') && said.guard === guard,
        ),
    )
    .map(({ guard }): Said => ({ kind: 'late_regression', guard }))
}

function say(said: readonly Said[]): RampEvent | null {
  return said.length === 0 ? null : { kind: 'say', said }
}
