import { logEvidence, logEvidenceOf } from './mixture.ts'
import { FALLS, RATIOS, relativeEvidence, type Stratum } from './relative.ts'

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
  /** The guard's limit: the grid goes through it, so that a trip and the end on its side never contradict each other. */
  readonly limit: number
  /** The direction that the guard watches for: more of the event, or less of it. */
  readonly harm: 'more' | 'less'
}

export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * Ends of the risk ratio, each of which holds at all times together with probability 1 - alpha by itself.
 *
 * The end on the side of harm inverts the guard's own test. For harm that shows in more events it is `low`: the largest ratio r on
 * a grid such that "at most r" is refuted, and with it every smaller one. In words: in at least one interval the treatment had
 * more than `low` times the rate of control. The other end inverts the mirrored test on the strata of one copy at level
 * `alpha * weight`, which holds for all copies together; the whole mixture would answer about the best interval, where the
 * question is about the one that is shown.
 *
 * @param strata one per sequence is enough: the evidence depends on sums of equal share only
 */
export function ratioBounds(strata: readonly Stratum[], asked: Asked): Bounds {
  const { limit, harm } = asked
  const refutes = harm === 'more' ? { low: ofGuard, high: ofCopy } : { low: ofCopy, high: ofGuard }
  const more = harm === 'more' ? RATIOS : FALLS.map((ratio) => 1 / ratio)
  const less = harm === 'more' ? RATIOS.map((ratio) => 1 / ratio) : FALLS
  const lowest = lastTrue((k) => refutes.low(strata, asked, limit * STEP ** (k - DOWN), more), DOWN + UP)
  const highest = lastTrue((k) => refutes.high(strata, asked, limit * STEP ** (UP - k), less), DOWN + UP)
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

/** Whether the whole mixture refutes a ratio: in at least one interval it lay beyond it. */
function ofGuard(strata: readonly Stratum[], asked: Asked, ratio: number, alternatives: readonly number[]): boolean {
  return (
    logEvidence(relativeEvidence(strata, { weights: asked.weights, limit: ratio, alternatives })) >=
    Math.log(1 / asked.alpha)
  )
}

/** Whether the copy that is shown refutes it, at its own part of alpha. */
function ofCopy(strata: readonly Stratum[], asked: Asked, ratio: number, alternatives: readonly number[]): boolean {
  const { alpha, weights, copy } = asked
  const shown = strata.filter((s) => s.started > copy).map((s) => ({ ...s, started: 1 }))
  const needed = Math.log(1 / alpha) - Math.log(weights[copy] ?? 1)
  return logEvidenceOf(relativeEvidence(shown, { weights: [1], limit: ratio, alternatives }), 0) >= needed
}
