import { absorb, type Mixture, startMixture } from './mixture.ts'

/** Alternatives of a guard against harm, as multiples of its limit. Fixed: changing them changes the test. */
export const RATIOS: readonly number[] = [1.25, 1.5, 2, 3, 5, 10, 30]
/** Alternatives of a guard that must not fall, as multiples of its limit. */
export const FALLS: readonly number[] = [0.8, 0.67, 0.5, 0.33, 0.1]

/** What one tick of one sequence adds: units that had the bad outcome for the first time in the run, by arm. */
export interface Stratum {
  /** How many copies of the mixture take this factor: those started at or before this sequence. */
  readonly started: number
  /** The configured share of the sequence; 0 to 1. */
  readonly share: number
  /** Treatment units. */
  readonly xT: number
  /** Control units. */
  readonly xC: number
}

export function startRelative(weights: readonly number[], alternatives = RATIOS): Mixture {
  return startMixture(weights, alternatives.length)
}

/** What one treatment unit adds to each alternative, and what every unit takes away. */
export interface Odds {
  readonly gain: readonly number[]
  readonly cost: readonly number[]
}

/**
 * The test of "the treatment rate is at most `limit` times the control rate", for units of a given share; with alternatives
 * below 1 of "at least `limit` times".
 *
 * Given that a unit has its first event now, it is in treatment with probability `s` when nothing is wrong, and with
 * `s r / (1 - s + s r)` when the risk ratio is r. The factor is that likelihood ratio between `r = limit * alternatives[j]`
 * and `r = limit`; its mean is 1 at the limit and at most 1 on the side that is allowed. Kin: Lindon & Malek, NeurIPS 2022;
 * Turner, Ly & Grünwald, JSPI 2024. A share of 0 or 1 compares nothing and adds nothing.
 */
export function oddsOf(share: number, limit: number, alternatives = RATIOS): Odds {
  const compares = share > 0 && share < 1
  const atLimit = compares ? Math.log1p(share * (limit - 1)) : 0
  return {
    gain: alternatives.map((ratio) => (compares ? Math.log(ratio) : 0)),
    cost: alternatives.map((ratio) => (compares ? Math.log1p(share * (limit * ratio - 1)) - atLimit : 0)),
  }
}

/** Absorbs one stratum: `m` units had the event, `xT` of them in treatment. */
export function absorbRelative(mixture: Mixture, { started, xT, xC }: Omit<Stratum, 'share'>, odds: Odds): Mixture {
  const m = xT + xC
  return absorb(
    mixture,
    started,
    odds.gain.map((gain, j) => xT * gain - m * (odds.cost[j] ?? 0)),
  )
}

/** The evidence of all strata of a run together: what `absorbRelative` would come to one after another, in any order. */
export function relativeEvidence(
  strata: readonly Stratum[],
  { weights, limit, alternatives }: { weights: readonly number[]; limit: number; alternatives: readonly number[] },
): Mixture {
  const logs = weights.map(() => alternatives.map(() => 0))
  for (const { started, share, xT, xC } of strata) {
    if (xT + xC === 0) continue
    const { gain, cost } = oddsOf(share, limit, alternatives)
    for (const [k, copy] of logs.entries()) {
      if (k >= started) break
      for (let j = 0; j < copy.length; j += 1)
        copy[j] = (copy[j] ?? 0) + xT * (gain[j] ?? 0) - (xT + xC) * (cost[j] ?? 0)
    }
  }
  return { weights, logs }
}

/** `ln` of the likelihood ratio of one stratum between two risk ratios. */
export function logRatio(stratum: Stratum, alternative: number, nullRatio: number): number {
  const { share, xT, xC } = stratum
  const m = xT + xC
  if (m === 0 || share <= 0 || share >= 1) return 0
  return xT * Math.log(alternative / nullRatio) - m * spread(share, alternative, nullRatio)
}

function spread(share: number, alternative: number, nullRatio: number): number {
  return Math.log1p(share * (alternative - 1)) - Math.log1p(share * (nullRatio - 1))
}
