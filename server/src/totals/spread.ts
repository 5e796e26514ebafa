import type { EventsBatch } from '@rampart/contract/wire'
import { FINEST, startOf } from './tiers.ts'
import { histogramOf, type Total, valuesIn } from './total.ts'

/** What is counted over time: what a flag served, or how often a metric's event happened. */
export type Series =
  | { readonly kind: 'evaluations'; readonly flag: string; readonly variation: string }
  | { readonly kind: 'metric'; readonly metric: string }

/** What a batch adds to one row of a series. */
export interface SeriesCount extends Total {
  readonly series: Series
  /** Where the row begins, a multiple of the finest tier's width. */
  readonly start: number
}

/**
 * Counts that cover more time than this are put into its last part. SDKs send every half minute; a longer span is
 * what was held back while they could not, and its beginning is not known better than that.
 */
const LONGEST_SPAN_MS = 120_000

/**
 * The counts of a batch, spread evenly over the time they cover: an instance that sends every half minute draws a line, not
 * every third point of one.
 */
export function spread(
  { evaluations, totals = [], spanMs }: Pick<EventsBatch, 'evaluations' | 'totals' | 'spanMs'>,
  now: number,
): readonly SeriesCount[] {
  const cells = cellsOf(now - Math.min(spanMs, LONGEST_SPAN_MS), now)
  return [...served(evaluations), ...measured(totals)].flatMap(({ series, total }) => over(cells, series, total))
}

interface SeriesTotal {
  readonly series: Series
  readonly total: Total
}

/** The reasons and rules of an evaluation are not kept apart. */
function served(evaluations: EventsBatch['evaluations']): readonly SeriesTotal[] {
  const counts = new Map<string, { readonly series: Series; n: number }>()
  for (const { flag, variation, n } of evaluations) {
    const key = `${flag} ${variation}`
    const count = counts.get(key) ?? { series: { kind: 'evaluations', flag, variation }, n: 0 }
    counts.set(key, { ...count, n: count.n + n })
  }
  return [...counts.values()].map(({ series, n }) => ({ series, total: { n, sum: null, histogram: null } }))
}

function measured(totals: NonNullable<EventsBatch['totals']>): readonly SeriesTotal[] {
  return totals.map(({ metric, n, sum, histogram }) => ({
    series: { kind: 'metric', metric },
    total: {
      n: histogram === undefined ? n : valuesIn(histogram),
      sum: sum === undefined || Math.abs(sum) > LARGEST_SUM ? null : sum,
      histogram: histogram === undefined ? null : histogramOf(histogram),
    },
  }))
}

/** No tally sums up to this; more of it could stop being finite, and with it every row it is folded into. */
const LARGEST_SUM = 1e150

/** Part of a span of time in one row, by the share of the span before it and up to its end. */
interface Cell {
  readonly start: number
  readonly before: number
  readonly upTo: number
}

function cellsOf(from: number, to: number): readonly Cell[] {
  const { widthMs } = FINEST
  const last = startOf(to, widthMs)
  if (from >= to) return [{ start: last, before: 0, upTo: 1 }]
  const cells: Cell[] = []
  for (let start = startOf(from, widthMs); start < to; start += widthMs) {
    const shareAt = (at: number): number => (Math.min(to, Math.max(from, at)) - from) / (to - from)
    cells.push({ start, before: shareAt(start), upTo: shareAt(start + widthMs) })
  }
  return cells
}

function over(cells: readonly Cell[], series: Series, total: Total): readonly SeriesCount[] {
  return cells.map((cell) => ({ series, start: cell.start, ...partOf(total, cell) })).filter(({ n }) => n > 0)
}

/** The parts of all cells add up to the total: counts are cut by rounding what lies before each cut. */
function partOf({ n, sum, histogram }: Total, { before, upTo }: Cell): Total {
  const countIn = (all: number): number => Math.round(all * upTo) - Math.round(all * before)
  if (histogram === null) {
    // Outcomes may be counted in fractions; whole numbers stay whole.
    const part = Number.isInteger(n) ? countIn(n) : n * (upTo - before)
    return { n: part, sum: sum === null ? null : (sum * part) / n, histogram }
  }
  const parts = histogram.map(([bucket, count]) => [bucket, countIn(count)] as const).filter(([, count]) => count > 0)
  const part = valuesIn(parts)
  return { n: part, sum: sum === null ? null : (sum * part) / n, histogram: parts }
}
