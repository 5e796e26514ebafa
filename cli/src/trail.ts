import type { AuditAction, AuditEntry, Evidence, Propagation, Ramp } from '@rampart/contract/admin'

/** What is known of one step. Times are null when they are not known. */
export interface SeenStep {
  readonly n: number
  readonly enteredAt: string
  readonly leftAt: string | null
  /** The last judgement in the step; null when none was seen. */
  readonly verdicts: Verdicts | null
  /** How far the step travelled, as it was last seen; null when nobody watched. */
  readonly propagation: Propagation | null
}

/** Guards by their last verdict in the step. */
export interface Verdicts {
  readonly ok: number
  readonly waiting: number
  readonly fail: number
  readonly noData: number
}

/** The steps of a ramp in the order they were entered. A step that was entered twice is in it twice. */
export type Trail = readonly SeenStep[]

/** The trail after another look at the ramp. */
export function extend(trail: Trail, ramp: Ramp): Trail {
  if (ramp.state === 'scheduled') return trail
  const last = trail.at(-1)
  if (ramp.end !== null) {
    if (last === undefined) return []
    const left = leave(trail, ramp.end.at, count(ramp.verdicts))
    return ramp.state === 'completed' ? finish(left, ramp.step, ramp.end.at) : left
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
  const neighbours = Math.abs(ramp.step - last.n) === 1
  return [...(neighbours ? leave(trail, ramp.enteredAt, last.verdicts) : trail), seen]
}

/** What the audit tells of a ramp that nobody here has watched; entries newest first, as they are listed. */
export function trailOf(entries: readonly AuditEntry[]): Trail {
  return entries.toReversed().reduce<Trail>((trail, { action, at, after, evidence }) => {
    const verdicts = evidence === undefined ? null : count(evidence)
    if (ENTERS.has(action)) {
      const n = stepIn(after)
      if (n === undefined) return trail
      return [...leave(trail, at, verdicts), { n, enteredAt: at, leftAt: null, verdicts: null, propagation: null }]
    }
    if (!ENDS.has(action)) return trail
    const left = leave(trail, at, verdicts)
    return action === 'ramp.completed' ? finish(left, stepIn(after) ?? 0, at) : left
  }, [])
}

const ENTERS: ReadonlySet<AuditAction> = new Set(['ramp.started', 'ramp.advanced', 'ramp.stepped_back'])
const ENDS: ReadonlySet<AuditAction> = new Set(['ramp.completed', 'ramp.rolled_back', 'ramp.killed', 'ramp.superseded'])

function stepIn(after: unknown): number | undefined {
  return typeof after === 'object' && after !== null && 'step' in after && typeof after.step === 'number'
    ? after.step
    : undefined
}

function leave(trail: Trail, at: string, verdicts: Verdicts | null): Trail {
  const last = trail.at(-1)
  if (last === undefined || last.leftAt !== null) return trail
  return [...trail.slice(0, -1), { ...last, leftAt: at, verdicts: verdicts ?? last.verdicts }]
}

/** Reaching the last step completes a ramp: it is entered in that moment, and stays. */
function finish(trail: Trail, n: number, at: string): Trail {
  if (n <= (trail.at(-1)?.n ?? 0)) return trail
  return [...trail, { n, enteredAt: at, leftAt: null, verdicts: null, propagation: null }]
}

function count(evidence: readonly Evidence[]): Verdicts {
  const of = (...verdicts: readonly Evidence['verdict'][]): number =>
    evidence.filter(({ verdict }) => verdicts.includes(verdict)).length
  return { ok: of('clear'), waiting: of('collecting', 'skipped'), fail: of('tripped'), noData: of('no_data', 'error') }
}
