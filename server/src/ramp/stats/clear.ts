import { logSum } from './mixture.ts'
import { logRatio, type Stratum } from './relative.ts'

/** A harmful ratio is ruled out at 95%: the permission to advance may be wrong in one step of twenty. */
export const CLEAR_AT = 20

/** Ratios a healthy release may have, for events that must not become more; for those that must not fall, their inverses. */
const HEALTHY: readonly number[] = [0.5, 0.8, 1, 1.25]

/**
 * The evidence against "the risk ratio is at least `ratio`", from outcomes of one step only; with a ratio below 1 against
 * "at most `ratio`". Ruled out when it is at least `CLEAR_AT`. It sets the pace of a ramp and switches off no guard.
 *
 * @param ratio above 1 for harm that shows in more events, below 1 for harm that shows in fewer
 */
export function clearEvidence(strata: readonly Stratum[], ratio: number): number {
  const alternatives = ratio > 1 ? HEALTHY.filter((a) => a < ratio) : HEALTHY.map((a) => 1 / a).filter((a) => a > ratio)
  const logs = alternatives.map((a) => strata.reduce((sum, s) => sum + logRatio(s, a, ratio), 0))
  return Math.exp(Math.min(logSum(logs) - Math.log(alternatives.length), 700))
}
