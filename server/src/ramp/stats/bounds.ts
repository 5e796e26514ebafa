import { absorb, logEvidence, logEvidenceOf, startMixture } from './mixture.ts'
import { logRatio, RATIOS, type Stratum } from './relative.ts'

/** Neighbouring ratios that are asked about differ by a fiftieth. */
const STEP = 1.02
const LOWEST = 0.01
/** What is shown when no upper end could be found. */
export const UNBOUNDED = 1000

export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * Ends of the risk ratio, each of which holds at all times together with probability 1 - alpha by itself.
 *
 * `low` inverts the guard's own test: the largest ratio r on a grid such that "at most r" is refuted, and every smaller ratio of the
 * grid too. In words: in at least one interval the treatment had more than `low` times the rate of control.
 * `high` inverts the mirrored test on the strata of one copy at level `alpha * weight`, which holds for all copies together;
 * the whole mixture would answer about the best interval, where the question is about the one that is shown.
 *
 * @param strata one per sequence is enough: the evidence depends on sums of equal share only
 */
export function ratioBounds(
  strata: readonly Stratum[],
  weights: readonly number[],
  copy: number,
  alpha: number,
): Bounds {
  const needed = Math.log(1 / alpha)
  const refutesAtMost = (ratio: number): boolean => logAbove(strata, weights, ratio) >= needed
  const inCopy = strata.filter((s) => s.started > copy)
  const neededInCopy = needed - Math.log(weights[copy] ?? 1)
  const refutesAtLeast = (ratio: number): boolean => logBelow(inCopy, ratio) >= neededInCopy
  return { low: climb(refutesAtMost), high: descend(refutesAtLeast) }
}

/** The log-evidence against "the risk ratio is at most `ratio` in every interval". */
function logAbove(strata: readonly Stratum[], weights: readonly number[], ratio: number): number {
  const mixture = strata.reduce(
    (m, s) =>
      absorb(
        m,
        s.started,
        RATIOS.map((r) => logRatio(s, ratio * r, ratio)),
      ),
    startMixture(weights, RATIOS.length),
  )
  return logEvidence(mixture)
}

/** The log-evidence against "the risk ratio is at least `ratio` in every interval". */
function logBelow(strata: readonly Stratum[], ratio: number): number {
  const mixture = strata.reduce(
    (m, s) =>
      absorb(
        m,
        1,
        RATIOS.map((r) => logRatio(s, ratio / r, ratio)),
      ),
    startMixture([1], RATIOS.length),
  )
  return logEvidenceOf(mixture, 0)
}

function climb(refuted: (ratio: number) => boolean): number {
  let low = 0
  for (let ratio = LOWEST; ratio < UNBOUNDED && refuted(ratio); ratio *= STEP) low = ratio
  return low
}

function descend(refuted: (ratio: number) => boolean): number {
  let high = UNBOUNDED
  for (let ratio = UNBOUNDED; ratio > LOWEST && refuted(ratio); ratio /= STEP) high = ratio
  return high
}
