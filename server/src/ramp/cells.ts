import type { TickRow } from '../store/store.ts'
import { copySteps, ms } from './plan.ts'
import type { Publish, StoredRamp } from './state.ts'
import { sampledShare } from './stats/relative.ts'

export interface Arms {
  readonly treatment: number
  readonly control: number
}

/** One tick of one sequence: what every factor of the evidence is computed from. */
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

/**
 * The stored ticks in the order of the evidence: by tick, then by sequence. Rows of an unknown sequence are left out. The order in
 * which rows arrived plays no part, so a restarted server reads what the other one read.
 */
export function cellsOf(ramp: StoredRamp, rows: readonly TickRow[]): readonly Cell[] {
  const open = new Map<string, { tick: number; seq: number; met: Arms; events: Map<string, Arms> }>()
  for (const row of rows) {
    const key = `${row.tick}/${row.seq}`
    const cell = open.get(key) ?? { tick: row.tick, seq: row.seq, met: none, events: new Map<string, Arms>() }
    const arms = { treatment: row.treatment, control: row.control }
    if (row.metric === '') cell.met = arms
    else cell.events.set(row.metric, arms)
    open.set(key, cell)
  }
  return [...open.values()]
    .sort((a, b) => a.tick - b.tick || a.seq - b.seq)
    .flatMap(({ tick, seq, met, events }) => {
      const publish = ramp.publishes.find((p) => p.seq === seq)
      if (publish === undefined) return []
      return [{ tick, publish, started: startedAt(ramp, seq), share: shareOf(publish), met, events }]
    })
}

/** What is counted of a metric in a cell. */
export function eventsIn(cell: Cell, metric: string): Arms {
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
