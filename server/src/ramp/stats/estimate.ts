import { CLEAR_AT } from './clear.ts'
import { RATIOS } from './relative.ts'

export interface Effect {
  /** The share of units with the event when nothing is wrong; 0 to 1. */
  readonly base: number
  /** The risk ratio to be found; not 1. */
  readonly ratio: number
  /** The share of units in treatment; between 0 and 1. */
  readonly share: number
}

export interface Test {
  readonly alpha: number
  /** The guard's part of alpha. */
  readonly guardWeight: number
  /** The weight of the copy that is running from the step's beginning. */
  readonly copyWeight: number
}

/**
 * How many treatment units are met, on average, before a guard trips on an effect of this size: Wald's approximation for the
 * likelihood ratio with the price of not knowing the ratio, `ln(J / (v w alpha))`, over the information of one unit.
 */
export function unitsToTrip(effect: Effect, test: Test): number {
  const { base, ratio, share } = effect
  const information = ratio * Math.log(ratio) - (ratio + (1 - share) / share) * Math.log1p(share * (ratio - 1))
  return Math.log(RATIOS.length / (test.copyWeight * test.guardWeight * test.alpha)) / (base * information)
}

/** Alternatives of the clear test. */
const HEALTHY_RATIOS = 4

/** How many treatment units are met, on average, before a healthy release has ruled an effect of this size out; the same approximation. */
export function unitsToClear({ base, ratio, share }: Effect): number {
  const information = Math.log1p(share * (ratio - 1)) - share * Math.log(ratio)
  return (Math.log(CLEAR_AT * HEALTHY_RATIOS) * share) / (base * information)
}

/** Minutes until `units` treatment units are met when `perMinute` units of all arms are met in a minute. */
export function minutesFor(units: number, share: number, perMinute: number): number {
  return units / (share * perMinute)
}
