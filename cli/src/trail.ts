import type { Evidence, Propagation, Ramp } from '@rampart/contract/admin'

/** What a watcher saw of one step. Times are null when it did not see that moment. */
export interface SeenStep {
  readonly n: number
  readonly enteredAt: string
  readonly leftAt: string | null
  readonly verdicts: Verdicts
  readonly propagation: Propagation
}

/** Guards by their last verdict in the step. */
export interface Verdicts {
  readonly ok: number
  readonly waiting: number
  readonly fail: number
  readonly noData: number
}

/** The steps a watcher saw, in the order they were entered. A step that was entered twice is in it twice. */
export type Trail = readonly SeenStep[]

/** The trail after another look at the ramp. */
export function extend(trail: Trail, ramp: Ramp): Trail {
  if (ramp.state === 'scheduled') return trail
  const last = trail.at(-1)
  if (ramp.end !== null) {
    const left = ramp.end.at
    return last === undefined ? [] : [...trail.slice(0, -1), { ...last, leftAt: left, verdicts: count(ramp.verdicts) }]
  }
  const seen: SeenStep = {
    n: ramp.step,
    enteredAt: ramp.enteredAt,
    leftAt: null,
    verdicts: count(ramp.verdicts),
    propagation: ramp.propagation,
  }
  if (last === undefined) return [seen]
  if (last.enteredAt === ramp.enteredAt) return [...trail.slice(0, -1), seen]
  // between two looks only the neighbouring step is known to have been left at that moment
  const left = Math.abs(ramp.step - last.n) === 1 ? ramp.enteredAt : null
  return [...trail.slice(0, -1), { ...last, leftAt: left }, seen]
}

function count(evidence: readonly Evidence[]): Verdicts {
  const of = (...verdicts: readonly Evidence['verdict'][]): number =>
    evidence.filter(({ verdict }) => verdicts.includes(verdict)).length
  return { ok: of('clear'), waiting: of('collecting', 'skipped'), fail: of('tripped'), noData: of('no_data', 'error') }
}
