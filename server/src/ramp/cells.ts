import type { TickRow } from '../store/store.ts'
import { copySteps, ms } from './plan.ts'
import type { Publish, StoredRamp } from './state.ts'
import { sampledShare } from './stats/relative.ts'

export interface Arms {
  readonly treatment: number
  readonly control: number
}

/** One tick of one sequence. */
export interface Cell {
  readonly tick: number
  readonly publish: Publish
  /** How many copies of the evidence this sequence feeds. */
  readonly started: number
  /** The share outcomes are judged by: the configured one, after sampling of control. */
  readonly share: number
  /** Units met for the first time in this sequence. */
  readonly met: Arms
  /** Units by metric that had its event for the first time in the run. */
  readonly events: ReadonlyMap<string, Arms>
}

const none: Arms = { treatment: 0, control: 0 }

/** The stored ticks, with the share that each is judged by. Rows of a sequence that was never published are left out. */
export function cellsOf(ramp: StoredRamp, rows: readonly TickRow[]): readonly Cell[] {
  const sequences = new Map(ramp.publishes.map((publish) => [publish.seq, sequenceOf(ramp, publish)]))
  const cells = new Map<string, Cell & { met: Arms; events: Map<string, Arms> }>()
  for (const { tick, seq, metric, treatment, control } of rows) {
    const sequence = sequences.get(seq)
    if (sequence === undefined) continue
    const key = `${tick}/${seq}`
    const cell = cells.get(key) ?? { ...sequence, tick, met: none, events: new Map<string, Arms>() }
    cells.set(key, cell)
    if (metric === '') cell.met = { treatment, control }
    else cell.events.set(metric, { treatment, control })
  }
  return [...cells.values()]
}

function sequenceOf(ramp: StoredRamp, publish: Publish): Pick<Cell, 'publish' | 'started' | 'share'> {
  return { publish, started: startedAt(ramp, publish.seq), share: shareOf(publish) }
}

/** What is counted of a metric in a cell. */
export function eventsIn(cell: Pick<Cell, 'events'>, metric: string): Arms {
  return cell.events.get(metric) ?? none
}

export function shareOf(publish: Publish): number {
  return sampledShare(publish.percent / 100, publish.controlSample)
}

/**
 * Whether a tick lies in the settle time of a guard, when outcomes are not judged: from each change of the share on, for as
 * long as the guard's outcomes may be delayed.
 */
export function isSettling(ramp: StoredRamp, tick: number, grace: string | null): boolean {
  if (grace === null) return false
  return ramp.publishes.some((publish) => tick + ramp.tickMs > publish.at && tick < publish.at + ms(grace))
}

/** A copy starts with the first sequence that enters its step or one above it, and then takes every later sequence. */
function startedAt(ramp: StoredRamp, seq: number): number {
  const entered = ramp.publishes.filter((publish) => publish.seq <= seq).map((publish) => publish.step)
  const highest = Math.max(...entered)
  return copySteps(ramp.plan, ramp.publishes[0]?.step ?? 1).filter((step) => step <= highest).length
}
