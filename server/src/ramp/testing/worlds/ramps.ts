import { MET_IN_RUN } from '../../counted.ts'
import { decide } from '../../decide.ts'
import { assess, judge } from '../../judge.ts'
import type { PlanInput } from '../../plan.ts'
import type { StoredRamp } from '../../state.ts'
import { move, type RampEvent } from '../../transitions.ts'
import { NOON, ramp } from '../makers.ts'
import { type Counts, createCounts } from './counts.ts'

/*
 * Pure simulations of ramps, moved by the product's own reducer and judged by its own detector. The suite runs some hundreds of
 * each, the benchmark many thousands: how many, and the seed, are theirs to choose.
 */

/** The default plan with a bake: four copies of the evidence. */
export const STEPS: readonly number[] = [1, 10, 50, 99]
export const TICKS_PER_STEP = 60
export const TICK_MS = 10_000

/** Requests of one tick, by arm, and those of them that failed: what anybody could count who knows nothing of units. */
export interface Requests {
  readonly nT: number
  readonly nC: number
  readonly xT: number
  readonly xC: number
}

export interface Moment {
  readonly percent: number
  readonly seq: number
  /** Ticks since the ramp began. */
  readonly tick: number
  readonly counts: Counts
}

export interface World {
  /** Guards, and what else is written of the plan. */
  readonly plan: PlanInput
  readonly frozen?: StoredRamp['frozen']
  /** Percents of the steps that are gone through by time, in their order; a step may come again. */
  readonly path?: readonly number[]
  readonly ticksPerStep?: number
  /** Of a step that was gone back to, the guards begin anew. */
  readonly restarts?: boolean
  /** One tick of traffic: counts what the server would, and gives the requests there were. */
  readonly play: (moment: Moment) => Requests
}

/** A tick as one sees it who knows the share and the requests, and nothing else. */
export interface Seen extends Requests {
  readonly share: number
  /** 0 for the first step of the path. */
  readonly step: number
  /** Ticks of the step so far, with this one. */
  readonly inStep: number
  readonly isStepOver: boolean
}

/** Somebody else who watches the same ramp. */
export interface Watcher {
  /** Looks after every tick; true takes the ramp back. */
  look(seen: Seen): boolean
}

/** How the ramp went under one watcher. */
export interface Outcome {
  /** The tick at whose end the ramp was taken back or held; null when it was not. */
  readonly at: number | null
  /** Requests with the new variation until then. */
  readonly treatment: number
}

export interface OwnOutcome extends Outcome {
  /** What the product did: `up` is nothing at all. */
  readonly did: 'up' | 'rollback' | 'step_back' | 'hold' | 'split'
  /** Units of both arms that were met until then. */
  readonly met: number
}

export interface Climbed {
  readonly own: OwnOutcome
  readonly watchers: readonly Outcome[]
}

/** Goes up the path by time; everybody looks after every tick, until all have taken the ramp back or the path is over. */
export function climb(world: World, watchers: readonly Watcher[] = []): Climbed {
  const { path = STEPS, ticksPerStep = TICKS_PER_STEP } = world
  const counts = createCounts()
  const others: (Outcome | null)[] = watchers.map(() => null)
  let own: OwnOutcome | null = null
  let current = begun(world)
  let [tick, treatment] = [0, 0]
  for (const [step, percent] of path.entries()) {
    if (step > 0) current = entered(current, percent, { now: NOON + tick * TICK_MS, counts, world })
    for (let n = 1; n <= ticksPerStep; n += 1, tick += 1) {
      counts.tickAt(NOON + tick * TICK_MS)
      const seen = world.play({ percent, seq: current.seq, tick, counts })
      treatment += seen.nT
      own ??= look(current, counts, { tick, treatment })
      const all = { ...seen, share: percent / 100, step, inStep: n, isStepOver: n === ticksPerStep }
      for (const [k, watcher] of watchers.entries())
        if (others[k] === null && watcher.look(all)) others[k] = { at: tick, treatment }
      if (own !== null && !others.includes(null)) return { own, watchers: others.flatMap((one) => one ?? []) }
    }
  }
  const up: Outcome = { at: null, treatment }
  return { own: own ?? { ...up, did: 'up', met: metIn(counts) }, watchers: others.map((one) => one ?? up) }
}

/** A ramp of the default steps with a bake, whose first step everybody has. */
export function begun({ plan, frozen = [] }: Pick<World, 'plan' | 'frozen'>): StoredRamp {
  return ramp({ bake: 'PT1H', ...plan }, { tickMs: TICK_MS, frozen })
}

/** The ramp at another of its steps, which reaches everybody at once; undecided by any gate. */
function entered(
  of: StoredRamp,
  percent: number,
  { now, counts, world }: { readonly now: number; readonly counts: Counts; readonly world: World },
): StoredRamp {
  const to = STEPS.indexOf(percent) + 1
  const guards = world.restarts === true ? of.plan.guards.map(({ key }) => key) : []
  const event: RampEvent =
    to > of.step ? { kind: 'go_on', to } : { kind: 'step_back', cause: { kind: 'max_dwell' }, guards, last: false }
  const next = moved(moved(of, event, now), { kind: 'judge', reached: null }, now)
  const restart = next.restarts.at(-1)
  if (to < of.step && restart !== undefined) counts.apartFrom(restart.from)
  return next
}

export function moved(of: StoredRamp, event: RampEvent, now: number): StoredRamp {
  const transition = move(of, event, now)
  if (transition.kind !== 'moved') throw new Error(`the ramp refused ${event.kind}`)
  return transition.ramp
}

/** Nothing has to travel to anybody. */
const THERE = { instances: 0, behind: 0 } as const

function look(
  current: StoredRamp,
  counts: Counts,
  { tick, treatment }: { readonly tick: number; readonly treatment: number },
): OwnOutcome | null {
  const { rows } = counts
  const { guards, isSplitBroken } = assess(current, rows)
  const trips = guards.some(({ verdict }) => verdict === 'tripped')
  if (!trips && !isSplitBroken) return null
  const decision = decide(current, judge(current, rows), THERE, NOON + (tick + 1) * TICK_MS)
  const at = { at: tick, treatment, met: metIn(counts) }
  switch (decision.kind) {
    case 'rollback':
    case 'step_back':
      return { ...at, did: decision.kind }
    case 'hold':
      return { ...at, did: trips ? 'hold' : 'split' }
    case 'judge':
    case 'advance':
    case 'finish':
      throw new Error(`a guard tripped, and the decision was ${decision.kind}`)
  }
}

function metIn({ rows }: Counts): number {
  return rows.reduce((n, { metric, treatment, control }) => (metric === MET_IN_RUN ? n + treatment + control : n), 0)
}

/** The share of ramps that were taken back or held. */
export function shareTripped(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ at }) => at !== null).length / outcomes.length
}

/** Median of treatment requests at the trip; infinite when fewer than half tripped. */
export function medianUnits(outcomes: readonly Outcome[]): number {
  const sorted = outcomes
    .map(({ at, treatment }) => (at === null ? Number.POSITIVE_INFINITY : treatment))
    .sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
