import type { Evidence, Guard, Verdict } from '@rampart/contract/admin'
import { type Arms, type Cell, eventsIn } from '../cells.ts'
import { fromBrowser, MET } from '../counted.ts'
import { iso } from '../instant.ts'
import type { StoredRamp } from '../state.ts'

/** What a guard is judged by. */
export interface Judging {
  readonly ramp: StoredRamp
  readonly guard: Guard
  /** The cells that count for the guard: from its first step on, since its evidence began, and not while it settles. */
  readonly cells: readonly Cell[]
  /** Of the copies of the evidence, fixed for the run. */
  readonly weights: readonly number[]
  /** What the guard may be wrong with: its part of the budget. */
  readonly alpha: number
}

/** What one family of tests finds of a guard. */
export interface Finding extends Pick<Evidence, 'method'> {
  /** The natural logarithm of the evidence; the guard trips when it reaches that of `1 / alpha`. */
  readonly log: number
  /** What is said of the guard in the present step while it has not tripped. */
  readonly verdict: Exclude<Verdict, 'tripped' | 'skipped'>
  /** Of a gauge instead of evidence: windows above the limit in a row, and how many of them make a trip. */
  readonly inARow?: { readonly have: number; readonly need: number }
  /** Why a trip holds the ramp where the guard would take it back; null when it may. */
  readonly onlyHolds: OnlyHolds | null
  /** What people are shown. It decides nothing, and takes longer than the test: it is made when it is asked for. */
  readonly show: () => Shown
}

export interface Shown extends Pick<Evidence, 'control' | 'treatment' | 'change' | 'ticks'> {
  /** What the words need beside the figures. */
  readonly detail?: Detail
}

export type OnlyHolds =
  /** Control is over the absolute limit as well. */
  | 'control_over'
  /** A margin is exact only while the event is rare. */
  | 'common'
  /** Too many outcomes came without a unit. */
  | 'wiring'
  /** The figures are of both arms together. */
  | 'whole_service'

export type Detail =
  /** The threshold whose exceedances are shown. */
  | { readonly kind: 'slower'; readonly bound: number }
  /** Thresholds, or the scale of amounts, are still being taken from the first values. */
  | { readonly kind: 'learning'; readonly need: number }
  /** The first time span of a unit is over then. */
  | { readonly kind: 'window'; readonly until: number }

/** Each end of an interval that is shown holds with 99%. */
export const SHOWN_ALPHA = 0.01

/** The name under which a guard's metric is counted: what browsers say is kept apart. */
export function countedAs({ source, metric }: Guard): string {
  return source.kind === 'sdk' && source.from === 'browser' ? fromBrowser(metric) : metric
}

/** Units met, by those who report for the guard. */
export function metBy({ source }: Guard): (cell: Cell) => Arms {
  return source.kind === 'sdk' && source.from === 'browser'
    ? (cell) => eventsIn(cell, fromBrowser(MET))
    : (cell) => cell.met
}

/** Sums of one sequence. */
export interface Sums {
  readonly seq: number
  readonly step: number
  readonly started: number
  readonly share: number
  readonly nT: number
  readonly nC: number
  readonly xT: number
  readonly xC: number
}

/** What two counts of the cells sum up to in each sequence: how many units there were, and how many of them had the event. */
export function bySequence(
  cells: readonly Cell[],
  count: { readonly units: (cell: Cell) => Arms; readonly events: (cell: Cell) => Arms },
): readonly Sums[] {
  const sums = new Map<number, { -readonly [M in keyof Sums]: Sums[M] }>()
  for (const cell of cells) {
    const { seq, step } = cell.publish
    const n = count.units(cell)
    const x = count.events(cell)
    let sum = sums.get(seq)
    if (sum === undefined) {
      sum = { seq, step, started: cell.started, share: cell.share, nT: 0, nC: 0, xT: 0, xC: 0 }
      sums.set(seq, sum)
    }
    sum.nT += n.treatment
    sum.nC += n.control
    sum.xT += x.treatment
    sum.xC += x.control
  }
  return [...sums.values()]
}

/** Units and events of the arms, and the rates that are shown. */
export function figuresOf(sums: readonly Sums[]): Pick<Evidence, 'control' | 'treatment'> {
  const total = (of: 'nT' | 'nC' | 'xT' | 'xC') => sums.reduce((n, s) => n + s[of], 0)
  const nT = total('nT')
  const nC = total('nC')
  return {
    control: { units: nC, events: total('xC'), rate: nC === 0 ? null : controlRate(sums) },
    treatment: { units: nT, events: total('xT'), rate: nT === 0 ? null : Math.min(1, total('xT') / nT) },
  }
}

/**
 * Control's rate as if its units were spread over the steps like those of treatment. Plain sums would compare
 * morning with evening when the share moves while the rate moves (Simpson's paradox).
 */
function controlRate(sums: readonly Sums[]): number {
  const usable = sums.filter((s) => s.nC > 0)
  const weight = usable.reduce((n, s) => n + s.nT, 0)
  if (weight === 0) return Math.min(1, pooled(usable, 'nC', 'xC'))
  return Math.min(1, usable.reduce((rate, s) => rate + (s.nT * s.xC) / s.nC, 0) / weight)
}

/** The plain rate of one arm; 0 when it has no units. */
export function pooled(sums: readonly Sums[], units: 'nT' | 'nC', events: 'xT' | 'xC'): number {
  const n = sums.reduce((total, s) => total + s[units], 0)
  return n === 0 ? 0 : sums.reduce((total, s) => total + s[events], 0) / n
}

/** The time that cells cover. A tick that two sequences share is one, where there is no gap that says otherwise. */
export function spanOf(cells: readonly Cell[], tickMs: number): Evidence['ticks'] {
  if (cells.length === 0) return null
  const from = cells.reduce((first, { tick }) => Math.min(first, tick), Number.POSITIVE_INFINITY)
  const to = cells.reduce((last, cell) => Math.max(last, cell.last), 0) + tickMs
  const n = Math.min(
    cells.reduce((sum, { ticks }) => sum + ticks, 0),
    (to - from) / tickMs,
  )
  return { from: iso(from), to: iso(to), n }
}
