/**
 * A mixture of likelihood ratios: a fixed set of copies, each started at a step of the ramp, over a fixed grid of
 * alternatives. Its value is an e-process: under "no harm" its mean is at most 1 at any stopping time, so that it
 * passes 1/alpha at any time at all with probability at most alpha (Ville 1939).
 *
 * Copies that start later keep a healthy past from cancelling a later harm; a small fixed version of an e-detector
 * (Shin, Ramdas & Rinaldo, NEJSDS 2023). All numbers are natural logarithms, so that nothing overflows.
 */
export interface Mixture {
  /** One weight per copy, fixed when the run starts, with a sum of at most 1. */
  readonly weights: readonly number[]
  /**
   * Log-evidence per copy and alternative, with the part of the alternative: what is held is `ln (J part_j) + l_kj` of J, so zeros
   * for a copy that has not started when all parts are equal.
   */
  readonly logs: readonly (readonly number[])[]
}

/** No evidence yet: every copy is 1. Alternatives share it equally, or in given parts, fixed before the run, with a sum of 1. */
export function startMixture(weights: readonly number[], alternatives: number | readonly number[]): Mixture {
  const logs =
    typeof alternatives === 'number'
      ? new Array<number>(alternatives).fill(0)
      : alternatives.map((part) => Math.log(alternatives.length * part))
  return { weights, logs: weights.map(() => logs) }
}

/**
 * Multiplies one factor into the copies that have started.
 * @param started how many copies, from the first, take this factor
 * @param factor the log of the factor per alternative
 */
export function absorb(mixture: Mixture, started: number, factor: readonly number[]): Mixture {
  const logs = mixture.logs.map((copy, k) => (k < started ? copy.map((l, j) => l + (factor[j] ?? 0)) : copy))
  return { weights: mixture.weights, logs }
}

/** The log of the whole mixture, `ln sum_k v_k sum_j part_j exp(l_kj)`. */
export function logEvidence({ weights, logs }: Mixture): number {
  const parts: number[] = []
  for (const [k, copy] of logs.entries()) {
    const share = Math.log((weights[k] ?? 0) / copy.length)
    for (const log of copy) parts.push(share + log)
  }
  return logSum(parts)
}

/** The log of one copy's evidence without its weight, `ln sum_j part_j exp(l_kj)`. */
export function logEvidenceOf(mixture: Mixture, copy: number): number {
  const logs = mixture.logs[copy] ?? []
  return logs.length === 0 ? 0 : logSum(logs) - Math.log(logs.length)
}

/** The started copy that carries most of the evidence; of equals the one started last. */
export function leadingCopy(mixture: Mixture, started: number): number {
  return leadingOf(
    mixture.weights.map((weight, k) => Math.log(weight) + logEvidenceOf(mixture, k)),
    started,
  )
}

/** The same for copies of any kind, from the log of each with its weight. */
export function leadingOf(logs: readonly number[], started: number): number {
  return logs.slice(0, started).reduce((best, log, k) => (log >= (logs[best] ?? log) ? k : best), 0)
}

/** `ln sum exp(x)`, shifted by the largest term so that it neither overflows nor vanishes. */
export function logSum(logs: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY
  for (const log of logs) if (log > top) top = log
  if (!Number.isFinite(top)) return top
  let sum = 0
  // what is so much smaller than the largest changes no digit of the sum
  for (const log of logs) if (log - top > -50) sum += Math.exp(log - top)
  return top + Math.log(sum)
}
