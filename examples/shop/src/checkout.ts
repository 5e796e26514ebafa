/** What came of one checkout, and which one the shopper met. */
export interface Purchase {
  readonly checkout: 'old' | 'new'
  /** `left`: nothing failed, and the shopper went away without an order. */
  readonly outcome: 'ordered' | 'failed' | 'left'
  /** How long the shopper waited. */
  readonly ms: number
}

/** What can be wrong with the new checkout: it fails, it is slow, or it drives shoppers away without a single error. */
export const DEFECTS = ['errors', 'latency', 'orders'] as const

export type Defect = (typeof DEFECTS)[number]

/** Share of checkouts that fail anyway: cards are declined, networks drop. */
export const BASE_FAILURE = 0.04

/** How many times as often the new checkout fails, and how many times as long it takes, while it has that defect. */
export const FAILURE_FACTOR = 5
export const LATENCY_FACTOR = 2

/** Share of shoppers who leave the new checkout without an order while it has that defect. */
export const LEAVING = 0.5

/** Half of all checkouts take less than this. */
const USUAL_MS = 120
/** How far apart the times of shoppers are, as the standard deviation of their logarithms. */
const SPREAD = 0.35

/**
 * One shopper pays.
 * @param defect what is wrong with the new checkout at the moment, null for nothing.
 * @param random gives numbers in [0, 1): whether this checkout fails, whether the shopper stays, how long it takes.
 */
export function checkOut(isNew: boolean, defect: Defect | null, random: () => number): Purchase {
  const has = (one: Defect): boolean => isNew && defect === one
  const failed = random() < BASE_FAILURE * (has('errors') ? FAILURE_FACTOR : 1)
  const left = random() < (has('orders') ? LEAVING : 0)
  return {
    checkout: isNew ? 'new' : 'old',
    outcome: failed ? 'failed' : left ? 'left' : 'ordered',
    ms: Math.round(USUAL_MS * Math.exp(SPREAD * normal(random)) * (has('latency') ? LATENCY_FACTOR : 1)),
  }
}

/** A number from the normal distribution, by the polar form of two uniform ones (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
