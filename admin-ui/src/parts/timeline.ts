import { ENDED, parseDuration, type Ramp } from '@rampart/contract/admin'
import { liftedBy } from './ramp-words.ts'

export type NodeState =
  | 'passed'
  | 'dwelling'
  | 'evaluating'
  | 'held'
  | 'approval'
  | 'paused'
  | 'planned'
  | 'failed'
  | 'rolled_back'
  /** Jumped over by a person. */
  | 'skipped'
  /** The ramp ended before. */
  | 'unreached'

/** One step of a ramp, or the bake at its end. */
export interface TimelineNode {
  readonly id: string
  readonly percent: number
  readonly state: NodeState
  readonly bake: boolean
  /** The least time at this step; null for the last one. */
  readonly dwellMs: number | null
  /** How much of the dwell is over, 0 to 1. */
  readonly progress: number
  /** The relative length of the line to the next node: days and seconds fit on one line. */
  readonly length: number
}

export const nodeWords: Readonly<Record<NodeState, string>> = {
  passed: 'passed',
  dwelling: 'dwelling',
  evaluating: 'evaluating',
  held: 'held',
  approval: 'waiting for approval',
  paused: 'paused',
  planned: 'planned',
  failed: 'failed',
  rolled_back: 'rolled back',
  skipped: 'skipped',
  unreached: 'not reached',
}

type Watched = Pick<Ramp, 'state' | 'step' | 'plan' | 'holds' | 'end' | 'enteredAt' | 'judgingSince'>

/**
 * The nodes of a ramp's timeline as they stand at `now`, in epoch milliseconds. `entered` has the steps that the log names;
 * null while it is not known whole.
 */
export function timelineOf(
  ramp: Watched,
  entered: ReadonlyMap<number, number> | null,
  now: number,
): readonly TimelineNode[] {
  const last = ramp.plan.steps.length
  const steps = ramp.plan.steps.map((step, i): TimelineNode => {
    const due = stateOfStep(ramp, i + 1)
    const state = due === 'passed' && entered !== null && !entered.has(i + 1) ? 'skipped' : due
    const dwellMs = i + 1 === last ? null : (parseDuration(step.dwell) ?? 0)
    return {
      id: `step-${i + 1}`,
      percent: step.percent,
      state,
      bake: false,
      dwellMs,
      progress: i + 1 === ramp.step ? progressOf(ramp, dwellMs, now) : state === 'passed' ? 1 : 0,
      length: lengthOf(dwellMs),
    }
  })
  const bakeMs = ramp.plan.bake === null ? undefined : parseDuration(ramp.plan.bake)
  if (bakeMs === undefined) return steps
  const bake: TimelineNode = {
    id: 'bake',
    percent: 99,
    state: ramp.state === 'baking' ? currentState(ramp) : ramp.state === 'completed' ? 'passed' : 'planned',
    bake: true,
    dwellMs: bakeMs,
    progress: ramp.state === 'baking' ? progressOf(ramp, bakeMs, now) : ramp.state === 'completed' ? 1 : 0,
    length: lengthOf(bakeMs),
  }
  return [...steps, bake]
}

function stateOfStep(ramp: Watched, step: number): NodeState {
  if (ramp.state === 'completed') return 'passed'
  if (ramp.state === 'scheduled') return 'planned'
  if (step < ramp.step) return 'passed'
  const ended = ENDED.includes(ramp.state)
  if (step > ramp.step) return ended ? 'unreached' : 'planned'
  if (ramp.state === 'baking') return 'passed'
  if (!ended) return currentState(ramp)
  if (ramp.state === 'rolled_back') return ramp.end?.by === 'guard' ? 'failed' : 'rolled_back'
  return ramp.state === 'killed' ? 'failed' : 'unreached'
}

function currentState(ramp: Watched): NodeState {
  if (ramp.state === 'paused') return 'paused'
  const kinds = ramp.holds.map(({ kind }) => kind)
  if (ramp.holds.some((hold) => hold.kind !== 'approval' && liftedBy(hold) !== 'step')) return 'held'
  if (kinds.some((kind) => kind === 'dwell' || kind === 'propagation')) return 'dwelling'
  if (kinds.includes('approval')) return 'approval'
  return kinds.length === 0 && ramp.state === 'baking' ? 'dwelling' : 'evaluating'
}

function progressOf(ramp: Watched, dwellMs: number | null, now: number): number {
  // how much of the dwell was over when it was paused is not known; it goes on from there
  if (dwellMs === null || dwellMs === 0 || ramp.state === 'paused' || ENDED.includes(ramp.state)) return 0
  const until = ramp.holds.find(({ kind }) => kind === 'dwell')?.until
  const spent =
    until === null || until === undefined
      ? now - Date.parse(ramp.judgingSince ?? ramp.enteredAt)
      : dwellMs - (Date.parse(until) - now)
  return Math.min(1, Math.max(0, spent / dwellMs))
}

function lengthOf(dwellMs: number | null): number {
  return dwellMs === null ? 1 : Math.max(1, Math.log2(2 + dwellMs / 10_000))
}
