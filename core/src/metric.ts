/** Buckets per doubling of a value: each bound is about 9% above the one before. */
const BUCKETS_PER_DOUBLING = 8

/** Bounds from 2^-20 (about a millionth) to 2^50 (about 10^15); what lies outside is counted in the outermost bucket. */
const LOWEST_BUCKET = -20 * BUCKETS_PER_DOUBLING
const HIGHEST_BUCKET = 50 * BUCKETS_PER_DOUBLING

/** A metric's name: `[a-z][a-z0-9_.]{0,63}`. */
export function isMetricName(name: unknown): name is string {
  return typeof name === 'string' && /^[a-z][a-z0-9_.]{0,63}$/.test(name)
}

/** The upper bound of bucket `i`, inclusive: 2^(i/8). */
export function bucketBound(bucket: number): number {
  return 2 ** (bucket / BUCKETS_PER_DOUBLING)
}

/** The bucket of a finite value: the lowest whose bound is not below it. Zero and less are in the lowest of all. */
export function bucketOf(value: number): number {
  if (value <= bucketBound(LOWEST_BUCKET)) return LOWEST_BUCKET
  if (value > bucketBound(HIGHEST_BUCKET)) return HIGHEST_BUCKET
  let bucket = Math.ceil(Math.log2(value) * BUCKETS_PER_DOUBLING)
  // The logarithm may be off by its last digit: the bounds decide.
  if (bucketBound(bucket - 1) >= value) bucket -= 1
  else if (bucketBound(bucket) < value) bucket += 1
  return bucket
}
