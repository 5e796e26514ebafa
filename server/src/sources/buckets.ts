import type { Limit, Parsed } from '@rampart/contract/admin'
import { LEAST_VALUES, type Threshold } from '../ramp/stats/thresholds.ts'
import type { Sample } from './prometheus-format.ts'

/** How many requests took no longer than a bound, of all that were made; by rising bounds, and the last is infinite. */
export type Buckets = readonly (readonly [bound: number, n: number])[]

/** Quantiles whose exceedance tells "slower", as for latencies that SDKs report. */
const WATCHED: readonly number[] = [0.5, 0.9, 0.99]
const LARGEST_RATIO = 100

/** The buckets of a histogram, summed over everything but `le`. Growth that was extrapolated is no whole number, and need not be. */
export function bucketsOf(samples: readonly Sample[]): Buckets {
  return samples
    .map(
      ({ labels, value }) =>
        [labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']), value] as const,
    )
    .filter(([bound, n]) => !Number.isNaN(bound) && Number.isFinite(n))
    .toSorted(([a], [b]) => a - b)
}

/**
 * The thresholds of a guard, from what the time before the ramp was like. Only the bounds of buckets can be thresholds: how many
 * requests lay above a value inside a bucket nobody knows.
 */
export function thresholdsIn(buckets: Buckets, limit: Limit): Parsed<readonly Threshold[]> {
  const total = buckets.at(-1)?.[1] ?? 0
  if (total < LEAST_VALUES)
    return no(`the last day has ${Math.round(total)} requests, and thresholds need ${LEAST_VALUES} to be chosen by`)
  if (limit.kind === 'quantile') {
    const at = boundAt(buckets, limit.quantile, total)
    const bound = at === undefined ? undefined : finite(buckets).find((one) => one >= at * (1 + limit.change))
    if (bound === undefined) return no('the buckets of the histogram end below the limit')
    const baseline = shareAbove(buckets, bound, total)
    const ratio = Math.min(LARGEST_RATIO, Math.max(1, (1 - limit.quantile) / baseline))
    return { ok: true, value: [{ bound, baseline, limit: ratio }] }
  }
  const bounds = new Set(
    WATCHED.map((quantile) => boundAt(buckets, quantile, total)).filter((one) => one !== undefined),
  )
  if (bounds.size === 0) return no('half of the requests lie above the last bucket of the histogram')
  const margin = limit.kind === 'no_worse' ? limit.margin : 1
  return {
    ok: true,
    value: [...bounds].map((bound) => ({ bound, baseline: shareAbove(buckets, bound, total), limit: margin })),
  }
}

function finite(buckets: Buckets): readonly number[] {
  return buckets.map(([bound]) => bound).filter(Number.isFinite)
}

/** The lowest bound that at least this share does not exceed. */
function boundAt(buckets: Buckets, quantile: number, total: number): number | undefined {
  const found = buckets.find(([, n]) => n >= quantile * total)?.[0]
  return found !== undefined && Number.isFinite(found) ? found : undefined
}

/** A half is added, so that a share is never 0. */
function shareAbove(buckets: Buckets, bound: number, total: number): number {
  const below = buckets.find(([one]) => one === bound)?.[1] ?? total
  return (total - below + 0.5) / (total + 1)
}

function no(problem: string): Parsed<readonly Threshold[]> {
  return { ok: false, problem }
}
