import { absorb, logEvidence, logEvidenceOf, startMixture } from './mixture.ts'
import { logRatio, RATIOS, type Stratum } from './relative.ts'

/** Neighbouring ratios that are asked about differ by a fiftieth. */
const STEP = 1.02
/** From about a hundredth to a thousandfold of the limit. */
const DOWN = 230
const UP = 350
/** What is shown when no upper end could be found. */
export const UNBOUNDED = 1000

export interface Asked {
  /** Of the copies, fixed for the run. */
  readonly weights: readonly number[]
  /** The copy whose strata are shown. */
  readonly copy: number
  /** What each end may be wrong with. */
  readonly alpha: number
  /** The guard's limit: the grid goes through it, so that a trip and the lower end never contradict each other. */
  readonly limit: number
}

export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * Ends of the risk ratio, each of which holds at all times together with probability 1 - alpha by itself.
 *
 * `low` inverts the guard's own test: the largest ratio r on a grid such that "at most r" is refuted, and with it every smaller one. In words: in at least one interval the treatment had more than `low` times the rate of control.
 * `high` inverts the mirrored test on the strata of one copy at level `alpha * weight`, which holds for all copies together;
 * the whole mixture would answer about the best interval, where the question is about the one that is shown.
 *
 * @param strata one per sequence is enough: the evidence depends on sums of equal share only
 */
export function ratioBounds(strata: readonly Stratum[], { weights, copy, alpha, limit }: Asked): Bounds {
  const needed = Math.log(1 / alpha)
  const inCopy = strata.filter((s) => s.started > copy)
  const neededInCopy = needed - Math.log(weights[copy] ?? 1)
  const refutesAtMost = (ratio: number): boolean => logAbove(strata, weights, ratio) >= needed
  const refutesAtLeast = (ratio: number): boolean => logBelow(inCopy, ratio) >= neededInCopy
  const lowest = lastTrue((k) => refutesAtMost(limit * STEP ** (k - DOWN)), DOWN + UP)
  const highest = lastTrue((k) => refutesAtLeast(limit * STEP ** (UP - k)), DOWN + UP)
  return {
    low: lowest === null ? 0 : limit * STEP ** (lowest - DOWN),
    high: highest === null ? UNBOUNDED : limit * STEP ** (UP - highest),
  }
}

/**
 * The last k below `n` for which `holds` does, where it holds up to some k and no further: the evidence against "at most r" falls as
 * r grows, since (1 - s + s r q) / (1 - s + s r) grows with r for every q above 1; mirrored for "at least r".
 */
function lastTrue(holds: (k: number) => boolean, n: number): number | null {
  if (!holds(0)) return null
  let held = 0
  let failed = n
  while (failed - held > 1) {
    const middle = Math.floor((held + failed) / 2)
    if (holds(middle)) held = middle
    else failed = middle
  }
  return held
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
