import { type Cell, eventsIn } from './cells.ts'
import { MET_IN_RUN, MET_TWICE } from './counted.ts'
import { bySequence } from './findings/finding.ts'
import { SPLIT, type StoredRamp } from './state.ts'
import { LEAST_IN_BOTH, type Met, MOST_IN_BOTH, SPLIT_ALARM, splitEvidence } from './stats/split.ts'

export interface Split {
  readonly broken: boolean
  /** Whether the shares themselves are others than those that were asked for. */
  readonly skewed: boolean
  /** The share of treatment that the sequences asked for, and the one that was met. */
  readonly expected: number
  readonly found: number
  /** Of those who were met, the share that was met in both arms of one sequence. */
  readonly both: number
}

/** The check of the split is over the whole run, or what followed the last time a person let the ramp go on. */
function metInRun(ramp: StoredRamp, all: readonly Cell[]): readonly Met[] {
  const from = splitFrom(ramp)
  const counted = { units: (cell: Cell) => eventsIn(cell, MET_IN_RUN), events: () => ({ treatment: 0, control: 0 }) }
  return bySequence(from === 0 ? all : all.filter(({ tick }) => tick >= from), counted)
}

/** Whether units come in the shares that were asked for, and each in one arm. */
export function judgeSplit(ramp: StoredRamp, cells: readonly Cell[]): Split {
  const met = metInRun(ramp, cells)
  const n = met.reduce((total, { nT, nC }) => total + nT + nC, 0)
  const part = (of: (one: Met) => number) =>
    n === 0 ? 0 : Number((met.reduce((s, m) => s + of(m), 0) / n).toPrecision(6))
  const skewed = splitEvidence(met) >= SPLIT_ALARM
  const both = metInBoth(ramp, cells)
  return {
    broken: skewed || both > MOST_IN_BOTH,
    skewed,
    both,
    expected: part(({ share, nT, nC }) => share * (nT + nC)),
    found: part(({ nT }) => nT),
  }
}

/** Zero while they are too few to say anything of. */
function metInBoth(ramp: StoredRamp, all: readonly Cell[]): number {
  const from = splitFrom(ramp)
  const cells = all.filter(({ tick }) => tick >= from)
  const both = cells.reduce((n, cell) => n + eventsIn(cell, MET_TWICE).control, 0)
  const met = cells.reduce((n, { met: { treatment, control } }) => n + treatment + control, 0)
  return both < LEAST_IN_BOTH ? 0 : Number((both / Math.max(met, both)).toPrecision(6))
}

function splitFrom(ramp: StoredRamp): number {
  return ramp.restarts.find((restart) => restart.guard === SPLIT)?.from ?? 0
}
