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

/** Two totals as one. Adding is exact for counts and histograms, so that rows can be folded in any order. */
export function add(a: Total, b: Total): Total {
  return { n: a.n + b.n, sum: addSums(a.sum, b.sum), histogram: addHistograms(a.histogram, b.histogram) }
}

function addSums(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b
}

function addHistograms(a: Histogram | null, b: Histogram | null): Histogram | null {
  return a === null || b === null ? (a ?? b) : histogramOf([...a, ...b])
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
