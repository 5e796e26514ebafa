import { decide } from '../../decide.ts'
import { assess, judge } from '../../judge.ts'
import { ms, stepAt } from '../../plan.ts'
import { respond } from '../../respond.ts'
import type { StoredRamp } from '../../state.ts'
import { NOON } from '../makers.ts'
import { type Counts, createCounts } from './counts.ts'
import { begun, moved, type World } from './ramps.ts'

export interface Gated {
  /** What became of the ramp by then. */
  readonly ramp: StoredRamp
  readonly elapsedMs: number
  /** Requests with the new variation. */
  readonly treatment: number
}

export interface Rules {
  /** How long a tick of the world takes, after which the driver looks. */
  readonly everyMs: number
  /** How long a publish takes to reach every instance. */
  readonly propagationMs: number
  /** The ramp is followed until it has ended, or until this says so, or for so long. */
  readonly until: (ramp: StoredRamp) => boolean
  readonly mostMs: number
}

/** A ramp that goes on by its own gates, as the driver would move it. */
export function ascend(world: World, { everyMs, propagationMs, until, mostMs }: Rules): Gated {
  const counts = createCounts()
  let ramp: StoredRamp = { ...begun(world), judgingSince: null }
  let [treatment, tick] = [0, 0]
  for (; tick * everyMs < mostMs && ramp.end === null && !until(ramp); tick += 1) {
    counts.tickAt(NOON + tick * everyMs)
    treatment += world.play({ percent: ramp.percent.now, seq: ramp.seq, tick, counts }).nT
    const now = NOON + (tick + 1) * everyMs
    const behind = now - ramp.enteredAt < propagationMs ? 1 : 0
    ramp = driven(ramp, counts, { behind, now })
  }
  return { ramp, elapsedMs: tick * everyMs, treatment }
}

/** As many moves as one look can ask for; a step is the last of them. */
const MOST_MOVES = 5

function driven(of: StoredRamp, { rows }: Counts, at: { readonly behind: number; readonly now: number }): StoredRamp {
  let ramp = of
  for (let moves = 0; moves < MOST_MOVES && ramp.end === null && mayMove(ramp, rows, at.now); moves += 1) {
    const findings = judge(ramp, rows)
    const decision = decide(ramp, findings, { instances: 1, behind: at.behind }, at.now)
    const event = respond(ramp, findings, decision)
    if (event === null) return ramp
    ramp = moved(ramp, event, at.now)
    if (event.kind === 'go_on' || event.kind === 'step_back') return ramp
  }
  return ramp
}

/** Spares the words of a look that can only hold: the step still dwells, or a guard is not clear, and none trips. */
function mayMove(ramp: StoredRamp, rows: Counts['rows'], now: number): boolean {
  const { guards, isSplitBroken } = assess(ramp, rows)
  if (isSplitBroken || guards.some(({ verdict }) => verdict === 'tripped')) return true
  if (ramp.judgingSince === null) return true
  if (now >= ramp.judgingSince + ms(ramp.plan.maxDwell)) return true
  const isDwelling = now < ramp.judgingSince + ms(stepAt(ramp.plan, ramp.step)?.dwell ?? 'PT0S')
  return !isDwelling && guards.every(({ verdict }) => verdict === 'clear')
}
