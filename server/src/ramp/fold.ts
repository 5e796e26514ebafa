import type { TickRow } from '../store/store.ts'
import { isSettling, sampleAt } from './cells.ts'
import type { StoredRamp } from './state.ts'

/** A row, or several of ticks that follow one another put together: `tick` is then that of the first. */
export interface FoldedRow extends TickRow {
  /** The start of the last tick in which this was counted. */
  readonly last?: number
  /** How many ticks are in it. */
  readonly ticks?: number
}

/**
 * Puts rows together that are judged as one: those of one sequence with no border in between. All factors of a sequence have one
 * share and multiply, so that sums say the same as ticks; a ramp of a day is then as little to read as one of a minute. Borders are
 * where a guard's evidence began anew, where units were halved, and the settle times of guards. A mean with an allowed drop is judged
 * tick by tick, and a ramp with such a guard stays as it is.
 *
 * Rows that are folded already may be given again, with later ones; never with others of the same ticks.
 */
export function foldRows(ramp: StoredRamp, rows: readonly FoldedRow[]): readonly FoldedRow[] {
  if (rows.length < 2 || isJudgedByTicks(ramp)) return rows
  const stretches = new Map<string, Stretch>()
  const borders = bordersOf(ramp)
  for (const row of rows) {
    const key = `${row.seq} ${borders(row.tick)}`
    const stretch = stretches.get(key) ?? newStretch(row)
    stretches.set(key, stretch)
    absorb(stretch, row)
  }
  return [...stretches.values()].flatMap(written)
}

/** A mean that may drop by a part (ramp.md 3.4b) takes the spread within each tick. */
function isJudgedByTicks({ plan }: StoredRamp): boolean {
  return plan.guards.some(({ take, limit }) => take === 'sum' && limit.kind === 'not_fall' && limit.min !== 1)
}

/** Where a tick lies between the borders; the same for all ticks that may be put together. */
function bordersOf(ramp: StoredRamp): (tick: number) => string {
  const graces = [...new Set(ramp.plan.guards.map(({ grace }) => grace))]
  const known = new Map<number, string>()
  return (tick) => {
    const before = known.get(tick)
    if (before !== undefined) return before
    const restarted = ramp.restarts.filter(({ from }) => tick >= from).length
    const settling = graces.map((grace) => (isSettling(ramp, tick, grace) ? 1 : 0)).join('')
    // Of two stretches with the same signs, one before a settle time and one after it, sums are the same together and apart.
    const place = `${restarted} ${sampleAt(ramp, tick)} ${settling}`
    known.set(tick, place)
    return place
  }
}

interface Stretch {
  readonly seq: number
  first: number
  /** How many ticks begin with each of these: rows of one tick, and rows that were put together before, which share their first. */
  readonly ticks: Map<number, number>
  readonly sums: Map<string, { treatment: number; control: number; last: number }>
}

function newStretch({ seq, tick }: FoldedRow): Stretch {
  return { seq, first: tick, ticks: new Map(), sums: new Map() }
}

function absorb(stretch: Stretch, { tick, metric, treatment, control, last = tick, ticks = 1 }: FoldedRow): void {
  stretch.first = Math.min(stretch.first, tick)
  stretch.ticks.set(tick, ticks)
  const sum = stretch.sums.get(metric) ?? { treatment: 0, control: 0, last }
  sum.treatment += treatment
  sum.control += control
  sum.last = Math.max(sum.last, last)
  stretch.sums.set(metric, sum)
}

function written({ seq, first, ticks: begun, sums }: Stretch): readonly FoldedRow[] {
  const ticks = [...begun.values()].reduce((n, some) => n + some, 0)
  return [...sums].map(([metric, { treatment, control, last }]) => ({
    seq,
    tick: first,
    metric,
    treatment,
    control,
    last,
    ticks,
  }))
}
