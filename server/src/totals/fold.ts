import { startOf } from './tiers.ts'
import { add, type Total } from './total.ts'

/** One row of a series. */
export interface TotalRow extends Total {
  readonly series: number
  readonly start: number
}

/** Rows as they are when each covers `widthMs`: those that begin in the same span of a series become one. */
export function fold(rows: readonly TotalRow[], widthMs: number): readonly TotalRow[] {
  const folded = new Map<string, TotalRow>()
  for (const row of rows) {
    const start = startOf(row.start, widthMs)
    const key = `${row.series} ${start}`
    const there = folded.get(key)
    folded.set(key, { series: row.series, start, ...(there === undefined ? totalOf(row) : add(there, row)) })
  }
  return [...folded.values()]
}

function totalOf({ n, sum, histogram }: Total): Total {
  return { n, sum, histogram }
}
