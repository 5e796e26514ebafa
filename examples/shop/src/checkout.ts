/** What went wrong for a shopper, if anything, and which checkout they met. */
export interface Purchase {
  readonly checkout: 'old' | 'new'
  readonly paid: boolean
}

/** Share of checkouts that fail anyway: cards are declined, networks drop. */
export const BASE_FAILURE = 0.04

/** How many times as often the new checkout fails while it has its defect. */
export const DEFECT_FACTOR = 5

/**
 * One shopper pays.
 * @param chance a number in [0, 1) that decides whether this checkout fails.
 */
export function checkOut(isNew: boolean, hasDefect: boolean, chance: number): Purchase {
  const failure = isNew && hasDefect ? BASE_FAILURE * DEFECT_FACTOR : BASE_FAILURE
  return { checkout: isNew ? 'new' : 'old', paid: chance >= failure }
}
