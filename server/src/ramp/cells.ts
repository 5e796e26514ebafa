import type { UnitHash } from '@rampart/core'
import { MET } from './counted.ts'
import type { FoldedRow } from './fold.ts'
import { copySteps, ms } from './plan.ts'
import type { Publish, StoredRamp } from './state.ts'

export interface Arms {
  readonly treatment: number
  readonly control: number
}

/** One tick of one sequence, or several that are judged as one. */
export interface Cell {
  /** The start of the first one. */
  readonly tick: number
  /** The start of the last one, and how many there are. */
  readonly last: number
  readonly ticks: number
  /** The start of the last one in which anybody was met; null when nobody was. */
  readonly lastMet: number | null
  readonly publish: Publish
  /** How many copies of the evidence this sequence feeds. */
  readonly started: number
  /** The share that outcomes are judged by: the configured one. */
  readonly share: number
  /** The part of all units, of both arms alike, that took part then. */
  readonly sample: number
  /** Units met for the first time in this sequence. */
  readonly met: Arms
  /** Everything else that is counted, by its name (`counted.ts`). */
  readonly events: ReadonlyMap<string, Arms>
}

const none: Arms = { treatment: 0, control: 0 }

/** The stored ticks, with the share that each is judged by. Rows of a sequence that was never published are left out. */
export function cellsOf(ramp: StoredRamp, rows: readonly FoldedRow[]): readonly Cell[] {
  const sequences = new Map(ramp.publishes.map((publish) => [publish.seq, sequenceOf(ramp, publish)]))
  const cells: Cell[] = []
  const open = new Map<number, Map<number, Filling>>()
  for (const { tick, seq, metric, treatment, control, last = tick, ticks = 1 } of rows) {
    const sequence = sequences.get(seq)
    if (sequence === undefined) continue
    const ofSequence = open.get(seq) ?? new Map<number, Filling>()
    open.set(seq, ofSequence)
    let cell = ofSequence.get(tick)
    if (cell === undefined) {
      const sample = sampleAt(ramp, tick)
      cell = { ...sequence, tick, last, ticks, lastMet: null, sample, met: none, events: new Map<string, Arms>() }
      ofSequence.set(tick, cell)
      cells.push(cell)
    }
    cell.last = Math.max(cell.last, last)
    if (metric === MET) {
      cell.met = { treatment, control }
      cell.lastMet = treatment + control === 0 ? null : last
    } else cell.events.set(metric, { treatment, control })
  }
  return cells
}

/** A cell whose rows are still being put in. */
type Filling = Omit<Cell, 'met' | 'last' | 'lastMet' | 'events'> & {
  met: Arms
  last: number
  lastMet: number | null
  readonly events: Map<string, Arms>
}

function sequenceOf(ramp: StoredRamp, publish: Publish): Pick<Cell, 'publish' | 'started' | 'share'> {
  return { publish, started: startedAt(ramp, publish.seq), share: publish.percent / 100 }
}

/** The part of all units that took part at a time: all of them, until there were too many and half of them were let go. */
export function sampleAt({ halved }: Pick<StoredRamp, 'halved'>, at: number): number {
  return 0.5 ** halved.filter((time) => time <= at).length
}

/** Whether a unit is in a sample of all of them. The second half of its hash says so, which has nothing to do with its arm. */
export function inSample(unit: UnitHash, sample: number): boolean {
  return sample === 1 || Number.parseInt(unit.slice(8), 16) < sample * 2 ** 32
}

/** What is counted of a metric in a cell. */
export function eventsIn(cell: Pick<Cell, 'events'>, metric: string): Arms {
  return cell.events.get(metric) ?? none
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
export function startedAt(ramp: StoredRamp, seq: number): number {
  const entered = ramp.publishes.filter((publish) => publish.seq <= seq).map((publish) => publish.step)
  const highest = Math.max(...entered)
  return copySteps(ramp.plan, ramp.publishes[0]?.step ?? 1).filter((step) => step <= highest).length
}
