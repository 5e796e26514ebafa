/** How many values fell into each bucket, by rising bucket; the upper bound of bucket i is 2^(i/8) (`bucketBound`). */
export type Histogram = readonly (readonly [bucket: number, n: number])[]

/** What was counted in some time. */
export interface Total {
  /** How often it happened: evaluations, or events of a metric. */
  readonly n: number
  /** Sum of the values that were measured; null when none was. */
  readonly sum: number | null
  readonly histogram: Histogram | null
}

/** Totals as one. Counts and histograms add up exactly, so that rows can be folded in any order. */
export function sumOf(totals: readonly Total[]): Total {
  const sums = totals.flatMap(({ sum }) => sum ?? [])
  const histograms = totals.flatMap(({ histogram }) => (histogram === null ? [] : [histogram]))
  return {
    n: totals.reduce((all, { n }) => all + n, 0),
    sum: sums.length === 0 ? null : sums.reduce((all, sum) => all + sum, 0),
    histogram: histograms.length === 0 ? null : histogramOf(histograms.flat()),
  }
}

/** A histogram from pairs in any order, of which several may name one bucket. */
export function histogramOf(pairs: Histogram): Histogram {
  const counts = new Map<number, number>()
  for (const [bucket, n] of pairs) counts.set(bucket, (counts.get(bucket) ?? 0) + n)
  return [...counts].sort(([one], [other]) => one - other)
}

/** How many values a histogram holds. */
export function valuesIn(histogram: Histogram): number {
  return histogram.reduce((sum, [, n]) => sum + n, 0)
}
