import { absorb, type Mixture } from './mixture.ts'
import { logRatio, RATIOS } from './relative.ts'

/** Completed requests of one stratum: one tick of one sequence at one instance, where the source tells instances apart. */
export interface Requests {
  /** How many copies take this factor: those started at or before this sequence. */
  readonly started: number
  /** Completed requests, successes and failures alike, counted where and when the events are. */
  readonly nT: number
  readonly nC: number
  /** Those of them with the event. */
  readonly xT: number
  readonly xC: number
}

/** Requests of one user share an arm, so their events come in clusters: at least so many are taken for one. */
const LEAST_PHI = 5

/**
 * Absorbs one stratum of requests without users. The share is the one that was counted, `nT / n`: given it and the number of events, the
 * events in treatment are hypergeometric when nothing is wrong, and the factor has mean at most 1 (Hoeffding 1963).
 *
 * That holds for independent requests. Requests of few users are not, and no test of counts alone can know; the log-evidence is
 * therefore divided by `phi`, which helps and guarantees nothing.
 *
 * @param phi see `clusteringOf`
 */
export function absorbRequests(
  mixture: Mixture,
  { started, nT, nC, xT, xC }: Requests,
  { limit, phi, alternatives = RATIOS }: { limit: number; phi: number; alternatives?: readonly number[] },
): Mixture {
  const stratum = { started, share: nT + nC === 0 ? 0 : nT / (nT + nC), xT, xC }
  return absorb(
    mixture,
    started,
    alternatives.map((ratio) => logRatio(stratum, limit * ratio, limit) / phi),
  )
}

/**
 * How clustered events are: how much more the treatment's part of them varies between strata than independent requests would
 * (Pearson's statistic over its degrees of freedom), and at least 5. What users do again in later strata is not seen by it.
 */
export function clusteringOf(strata: readonly Requests[]): number {
  const usable = strata.filter(({ nT, nC, xT, xC }) => nT > 0 && nC > 0 && xT + xC > 0)
  if (usable.length < 2) return LEAST_PHI
  const odds = oddsIn(usable)
  const statistic = usable.reduce((sum, { nT, nC, xT, xC }) => {
    const p = (odds * nT) / (odds * nT + nC)
    return p <= 0 || p >= 1 ? sum : sum + (xT - (xT + xC) * p) ** 2 / ((xT + xC) * p * (1 - p))
  }, 0)
  return Math.max(LEAST_PHI, statistic / (usable.length - 1))
}

/** The ratio of rates over all strata (Mantel & Haenszel 1959), so that real harm is not taken for clustering. */
function oddsIn(strata: readonly Requests[]): number {
  const [above, below] = strata.reduce(
    ([a, b], { nT, nC, xT, xC }) => [a + (xT * nC) / (nT + nC), b + (xC * nT) / (nT + nC)],
    [0, 0],
  )
  return above > 0 && below > 0 ? above / below : 1
}
