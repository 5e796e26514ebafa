import { bucketBound, bucketOf } from '@rampart/core'
import { type Histogram, valuesIn } from '../../totals/total.ts'

/** Fewer values are no history. */
export const LEAST_VALUES = 200
/** Quantiles whose exceedance tells "slower": a general slow-down shows first in the middle, a slow path in the tail. */
const WATCHED: readonly number[] = [0.5, 0.9, 0.99]
/** A limit that the past almost never passed says nothing about how often it may be passed. */
const LARGEST_RATIO = 100

/** A value, fixed before anything is judged, and the ratio of exceedances that is allowed. */
export interface Threshold {
  readonly bound: number
  /** The share of the values before the ramp that were above it. */
  readonly baseline: number
  readonly limit: number
}

/** The thresholds of "no slower": p50, p90 and p99 of the past, each of which may be exceeded `margin` times as often. */
export function thresholdsOf(past: Histogram, margin: number): readonly Threshold[] {
  const bounds = WATCHED.map((quantile) => bucketBound(bucketAt(past, quantile)))
  return [...new Set(bounds)].map((bound) => ({ bound, baseline: shareAbove(past, bound), limit: margin }))
}

/**
 * The threshold of "the quantile is at most `change` higher" (0.2 is 20%): the value it would have then, which with the new
 * variation may be exceeded by as many as the quantile says, and so by a multiple of what exceeded it before.
 */
export function thresholdOf(past: Histogram, { quantile, change }: { quantile: number; change: number }): Threshold {
  const at = bucketBound(bucketAt(past, quantile)) * (1 + change)
  const bound = nearestBound(at)
  const baseline = shareAbove(past, bound)
  return { bound, baseline, limit: Math.min(LARGEST_RATIO, Math.max(1, (1 - quantile) / baseline)) }
}

/** The scale of the test of means, `mean(y²) / mean(y)`, and the cap above which an amount counts as the cap: p99.9. */
export function amountsOf(past: Histogram): { readonly scale: number; readonly cap: number } {
  const cap = bucketBound(bucketAt(past, 0.999))
  const [sum, squares] = past.reduce(
    ([s, q], [bucket, n]) => {
      const value = Math.min(cap, middleOf(bucket))
      return [s + n * value, q + n * value * value]
    },
    [0, 0],
  )
  return { scale: squares / sum, cap }
}

/** The lowest bucket that at least this share of the values does not exceed. */
function bucketAt(past: Histogram, quantile: number): number {
  const rank = quantile * valuesIn(past)
  let passed = 0
  for (const [bucket, n] of past) {
    passed += n
    if (passed >= rank) return bucket
  }
  return past.at(-1)?.[0] ?? 0
}

/** A half is added, so that a share is never 0. */
function shareAbove(past: Histogram, bound: number): number {
  const last = bucketOf(bound)
  const above = past.reduce((sum, [bucket, n]) => (bucket > last ? sum + n : sum), 0)
  return (above + 0.5) / (valuesIn(past) + 1)
}

/** Bounds of buckets only: how much of a bucket lies above a value inside it is not known. */
function nearestBound(value: number): number {
  const above = bucketBound(bucketOf(value))
  const below = bucketBound(bucketOf(value) - 1)
  return value / below < above / value ? below : above
}

function middleOf(bucket: number): number {
  return Math.sqrt(bucketBound(bucket) * bucketBound(bucket - 1))
}
