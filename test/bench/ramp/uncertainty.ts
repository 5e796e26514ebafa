/*
 * How far a figure of some ramps may be from that of all: each end of an interval is wrong with 0.5%. Shares have exact ones; those of
 * quantiles and means take sums of many ramps to be normal.
 */
const EACH_END = 0.005

export interface Figure {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** A share of `n`, with the interval of Clopper & Pearson (1934). */
export function shareOf(k: number, n: number): Figure {
  return {
    value: k / n,
    low: k === 0 ? 0 : solve((p) => 1 - atMost(k - 1, n, p), EACH_END),
    high: k === n ? 1 : solve((p) => 1 - atMost(k, n, p), 1 - EACH_END),
  }
}

/** A quantile with the interval of order statistics, which assumes nothing of the distribution of the values (David & Nagaraja 2003, section 7.1). */
export function quantileOf(values: readonly number[], q = 0.5): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  const at = (rank: number): number => sorted[Math.min(n - 1, Math.max(0, rank))] ?? Number.NaN
  let [low, high] = [0, n - 1]
  const reach = 2.576 * Math.sqrt(n * q * (1 - q))
  low = Math.floor(n * q - reach)
  high = Math.ceil(n * q + reach)
  return { value: at(Math.floor(n * q)), low: at(low), high: at(high) }
}

/** A mean with 2.576 standard errors on either side. */
export function meanOf(values: readonly number[]): Figure {
  const n = values.length
  const value = values.reduce((sum, v) => sum + v, 0) / n
  const variance = values.reduce((sum, v) => sum + (v - value) ** 2, 0) / Math.max(1, n - 1)
  const reach = 2.576 * Math.sqrt(variance / n)
  return { value, low: value - reach, high: value + reach }
}

/** The probability of at most `k` of `n`. */
export function atMost(k: number, n: number, p: number): number {
  if (p <= 0) return 1
  if (p >= 1) return k >= n ? 1 : 0
  let log = n * Math.log1p(-p)
  const odds = Math.log(p) - Math.log1p(-p)
  let sum = Math.exp(log)
  for (let i = 0; i < k; i += 1) {
    log += Math.log((n - i) / (i + 1)) + odds
    sum += Math.exp(log)
  }
  return Math.min(1, sum)
}

/** The p at which a rising function comes to `wanted`. */
function solve(rising: (p: number) => number, wanted: number): number {
  let [low, high] = [0, 1]
  for (let halvings = 0; halvings < 50; halvings += 1) {
    const middle = (low + high) / 2
    if (rising(middle) < wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
}
