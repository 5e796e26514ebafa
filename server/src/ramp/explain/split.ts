import type { Split } from '../judge.ts'
import { sayRate } from './numbers.ts'

/** How units came, and how they should have. A variation that crashes or hangs loses those who have it: that is one way to break a split. */
export function explainSplit({ expected, found }: Pick<Split, 'expected' | 'found'>): string {
  const loses = found < expected ? '; the new variation loses units, as when it crashes before it is counted' : ''
  return `the new variation was given to ${sayRate(found)} of those who were met where ${sayRate(expected)} were expected${loses}`
}
