import type { Split } from '../split.ts'
import { MOST_IN_BOTH } from '../stats/split.ts'
import { sayRate } from './numbers.ts'

/** How units came, and how they should have. A variation that crashes or hangs loses those who have it: that is one way to break a split. */
export function explainSplit({
  expected,
  found,
  both = 0,
}: Pick<Split, 'expected' | 'found'> & Partial<Split>): string {
  if (both > MOST_IN_BOTH) {
    return `${sayRate(both)} of those who were met were given both variations, which no share explains: their id is lost on the way, or an edit moved them`
  }
  const loses = found < expected ? '; the new variation loses units, as when it crashes before it is counted' : ''
  return `the new variation was given to ${sayRate(found)} of those who were met where ${sayRate(expected)} were expected${loses}`
}
