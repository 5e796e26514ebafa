import type { Hints } from '@rampart/contract/wire'

/** Up to so many instances acknowledge at once. */
const AT_ONCE = 200

/** Beyond that, the time they spread over grows so that about 200 come in a second, up to this. */
const LONGEST_SPREAD_MS = 30_000

/** How an SDK should pace itself when so many instances are there. */
export function hintsFor(instances: number): Hints {
  const spread = instances <= AT_ONCE ? 0 : Math.round((instances / AT_ONCE) * 1_000)
  return { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: Math.min(spread, LONGEST_SPREAD_MS) }
}
