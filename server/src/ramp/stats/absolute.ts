import { absorb, type Mixture, startMixture } from './mixture.ts'

/**
 * Alternatives of an absolute limit, as multiples of it, each with its part of the evidence: most for what is between half as much
 * again and four times the limit. What is far beyond shows within a few units whatever its part.
 */
const ALTERNATIVES: readonly (readonly [multiple: number, part: number])[] = [
  [1.1, 0.05],
  [1.25, 0.1],
  [1.5, 0.25],
  [2, 0.3],
  [4, 0.2],
  [10, 0.1],
]
const CEILING = 0.99
/** The least weight of the first copy: a limit is mostly passed from the start, or by far. */
const FIRST = 0.5

/** Treatment units of one tick and sequence: `n` were met, `x` of those met in this sequence so far had the bad outcome now. */
export interface Trials {
  readonly started: number
  readonly n: number
  readonly x: number
}

/** The copies have the weights of the run, but for the first, which has half at least: the others share what it leaves. */
export function startAbsolute(weights: readonly number[]): Mixture {
  const [first = 1, ...later] = weights
  const ofLater = (1 - FIRST) / (1 - first)
  return startMixture(
    first >= FIRST ? weights : [FIRST, ...later.map((weight) => weight * ofLater)],
    ALTERNATIVES.map(([, part]) => part),
  )
}

/**
 * Absorbs one tick into the test of "the share of treatment units with the event stays below `limit`" (0 to 0.98), a
 * sequential likelihood ratio of Bernoulli trials with a mixture of alternatives.
 *
 * The null is: at every moment the probability that the next unit fails is at most `limit`. A unit that was met and has not
 * failed counts as good until it does; that is less evidence than its likelihood ratio would be, so the test stays valid
 * while outcomes are still on their way.
 */
export function absorbAbsolute(mixture: Mixture, trials: Trials, limit: number): Mixture {
  const good = trials.n - trials.x
  return absorb(
    mixture,
    trials.started,
    ALTERNATIVES.map(([multiple]) => {
      const p = Math.min(limit * multiple, CEILING)
      return trials.x * Math.log(p / limit) + good * (Math.log1p(-p) - Math.log1p(-limit))
    }),
  )
}
