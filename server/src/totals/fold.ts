import { startOf } from './tiers.ts'
import { sumOf, type Total } from './total.ts'

/** One row of a series. */
export interface TotalRow extends Total {
  readonly series: number
  readonly start: number
}

/** Rows as they are when each covers `widthMs`: those that begin in the same span of a series become one. */
export function fold(rows: readonly TotalRow[], widthMs: number): readonly TotalRow[] {
  const folded = new Map<string, { readonly series: number; readonly start: number; readonly totals: Total[] }>()
  for (const row of rows) {
    const start = startOf(row.start, widthMs)
    const key = `${row.series} ${start}`
    const one = folded.get(key) ?? { series: row.series, start, totals: [] }
    folded.set(key, one)
    one.totals.push(row)
  }
  return [...folded.values()].map(({ series, start, totals }) => ({ series, start, ...sumOf(totals) }))
}
