const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const WAITS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
]

/**
 * When a delivery that failed is tried again, or null to give up: after 5 s, then at growing distances for about 21 hours. Up to a fifth
 * is added by chance, so that what failed together does not come back together.
 *
 * @param attempt 1 after the first try
 * @param chance from 0 up to 1
 */
export function retryAt(attempt: number, now: number, chance: number): number | null {
  const wait = WAITS[attempt - 1]
  return wait === undefined ? null : now + Math.round(wait * (1 + 0.2 * chance))
}
