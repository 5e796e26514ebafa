import { bucketBound } from '@rampart/core'
import { type Histogram, valuesIn } from './total.ts'

/** The quantiles that people ask for. */
export const QUANTILES = [0.5, 0.9, 0.95, 0.99] as const

/**
 * For each quantile, the value that this share of the values does not exceed: the upper bound of the bucket it falls into,
 * which is at most 9% above it.
 */
export function quantilesOf(histogram: Histogram): readonly (readonly [quantile: number, value: number])[] {
  const all = valuesIn(histogram)
  return QUANTILES.map((quantile) => [quantile, bucketBound(bucketAt(histogram, quantile * all))] as const)
}

/** The bucket of the value that this many values do not exceed. */
function bucketAt(histogram: Histogram, rank: number): number {
  let passed = 0
  for (const [bucket, n] of histogram) {
    passed += n
    if (passed >= rank) return bucket
  }
  return histogram.at(-1)?.[0] ?? 0
}
