import { absorb, logSum, type Mixture, startMixture } from './mixture.ts'

/** Alternatives of a mean that must not drop, as multiples of control's. */
const DROPS: readonly number[] = [0.9, 0.8, 0.67, 0.5, 0.33, 0.1]
/** Ratios a healthy release may have. */
const HEALTHY: readonly number[] = [0.8, 1, 1.25, 2]

/** Units of one sequence that came to the same amount, by arm. */
export interface Amount {
  /** How many copies take this factor: those started at or before this sequence. */
  readonly started: number
  /** The configured share of the sequence. */
  readonly share: number
  /** The amount, in scales: `y / c` with `c = mean(y²) / mean(y)` of the time before. */
  readonly size: number
  readonly nT: number
  readonly nC: number
}

export function startTilt(weights: readonly number[]): Mixture {
  return startMixture(weights, DROPS.length)
}

/**
 * The test of "the new variation does not change what units come to".
 *
 * Given that a unit came to the amount y, it is in treatment with probability `s` when nothing is wrong, whatever y is; the factor
 * `r^(T y/c) / (1 - s + s r^(y/c))` therefore has mean exactly 1, for any tail and any number of units. It is the likelihood
 * ratio of an exponential tilt that lowers the mean by about `r`. A wrong scale costs power and no validity. Nothing is added by
 * units that came to 0; with amounts of 0 and 1 it is the test of a count that must not fall.
 */
export function absorbTilt(mixture: Mixture, amount: Amount): Mixture {
  return absorb(
    mixture,
    amount.started,
    DROPS.map((ratio) => logTilt(amount, ratio, 1)),
  )
}

/** The evidence against "the mean is at most `ratio` times control's" (below 1): the same form, for the pace of a ramp. */
export function clearTilt(amounts: readonly Amount[], ratio: number): number {
  const logs = HEALTHY.map((a) => amounts.reduce((sum, amount) => sum + logTilt(amount, a, ratio), 0))
  return Math.exp(Math.min(logSum(logs) - Math.log(logs.length), 700))
}

function logTilt({ share, size, nT, nC }: Amount, alternative: number, nullRatio: number): number {
  if (share <= 0 || share >= 1) return 0
  const gain = nT * size * Math.log(alternative / nullRatio)
  return gain - (nT + nC) * (cost(share, alternative ** size) - cost(share, nullRatio ** size))
}

function cost(share: number, power: number): number {
  return Math.log1p(share * (power - 1))
}
