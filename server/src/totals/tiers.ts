/** How fine totals are kept, and until what age. Whatever is older is folded into the next row, and after the last deleted. */
export interface Tier {
  /** Time that one row covers, in milliseconds; rows begin at multiples of it. */
  readonly widthMs: number
  readonly keptMs: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

export const FINEST: Tier = { widthMs: 10_000, keptMs: 48 * HOUR }
const MIDDLE: Tier = { widthMs: 60_000, keptMs: 8 * DAY }
export const COARSEST: Tier = { widthMs: HOUR, keptMs: 90 * DAY }

/** Ten seconds for two days, a minute for eight, an hour for ninety. */
export const TIERS: readonly Tier[] = [FINEST, MIDDLE, COARSEST]

/** Each tier with the one its old rows go to. */
export const FOLDS: readonly { readonly from: Tier; readonly into: Tier }[] = [
  { from: FINEST, into: MIDDLE },
  { from: MIDDLE, into: COARSEST },
]

/** The start of the row that a moment belongs to. */
export function startOf(at: number, widthMs: number): number {
  return Math.floor(at / widthMs) * widthMs
}
