import type { TickRow } from '../store/store.ts'
import { type Decision, decide } from './decide.ts'
import { judge } from './judge.ts'
import type { StoredRamp } from './state.ts'

/** A decision that moves a ramp, and the sequence it was made in. */
export interface Replayed {
  readonly seq: number
  readonly kind: Exclude<Decision['kind'], 'hold' | 'judge'>
  /** Guards that a trip names. */
  readonly named: readonly string[]
}

/** Nothing has to travel to anybody any more. */
const THERE = { instances: 0, behind: 0, gate: { open: true } } as const

/**
 * What the detector decides of a ramp from its stored ticks: the ramp is put back to each of its sequences as it was when that was
 * judged, and looked at again at the end of every tick of it. The first decision that moves it is the one that is answered.
 *
 * A look saw its open tick half full, and a replay sees it full; a decision may therefore come a tick sooner, and is the same.
 */
export function replay(ramp: StoredRamp, rows: readonly TickRow[]): readonly Replayed[] {
  const judged = ramp.publishes.slice(0, -1)
  return judged.flatMap(({ seq, at }, i) => {
    const until = ramp.publishes[i + 1]?.at ?? at
    for (let end = at; end < until + ramp.tickMs; end += ramp.tickMs) {
      const now = Math.min(end + ramp.tickMs, until)
      const then = asOf(ramp, seq)
      // The last look was in the middle of a tick, and saw what that held by then.
      const known = rows.filter((row) => row.seq <= seq && (now === until ? row.tick <= now : row.tick < now))
      const decision = decide(then, judge(then, known), THERE, now)
      if (decision.kind === 'hold' || decision.kind === 'judge') continue
      return [{ seq, kind: decision.kind, named: namedIn(decision) }]
    }
    return []
  })
}

/** The ramp while it was in a sequence. */
function asOf(ramp: StoredRamp, seq: number): StoredRamp {
  const publishes = ramp.publishes.filter((publish) => publish.seq <= seq)
  const last = publishes.at(-1)
  const percent = last?.percent ?? ramp.percent.before
  const step = last?.step ?? ramp.step
  const at = last?.at ?? ramp.startedAt
  const isBaking = ramp.plan.bake !== null && step === ramp.plan.steps.length
  return {
    ...ramp,
    publishes,
    seq,
    step,
    percent: { ...ramp.percent, now: percent },
    state: isBaking ? 'baking' : 'running',
    enteredAt: at,
    judgingSince: last?.reached?.at ?? at,
    latches: [],
    end: null,
    approvedSeq: seq,
    restarts: ramp.restarts.filter(({ from }) => from <= at + ramp.tickMs),
  }
}

function namedIn(decision: Decision): readonly string[] {
  if (decision.kind !== 'rollback' && decision.kind !== 'step_back') return []
  return decision.because.kind === 'guard' ? decision.because.named : []
}
