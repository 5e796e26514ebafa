import { absorb, type Mixture, startMixture } from './mixture.ts'

/** Alternatives of an absolute limit, as multiples of it. */
const MULTIPLES: readonly number[] = [1.1, 1.25, 1.5, 2, 4, 10]
const CEILING = 0.99

/** Treatment units of one tick and sequence: `n` were met, `x` of those met in this sequence so far had the bad outcome now. */
export interface Trials {
  readonly started: number
  readonly n: number
  readonly x: number
}

export function startAbsolute(weights: readonly number[]): Mixture {
  return startMixture(weights, MULTIPLES.length)
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
    MULTIPLES.map((multiple) => {
      const p = Math.min(limit * multiple, CEILING)
      return trials.x * Math.log(p / limit) + good * (Math.log1p(-p) - Math.log1p(-limit))
    }),
  )
}
