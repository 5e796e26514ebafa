import { leadingOf, logSum } from './mixture.ts'
import { logNormalMixture, tuningFor } from './normal.ts'

/** What the units of one sequence came to whose time was over in one tick. */
export interface Sums {
  /** How many copies take this stratum: those started at or before this sequence. */
  readonly started: number
  /** The share of the sequence. */
  readonly share: number
  readonly nT: number
  readonly nC: number
  /** Sums of the amounts, and of their squares. */
  readonly sT: number
  readonly sC: number
  readonly qT: number
  readonly qC: number
}

export interface MeansTest {
  /** Of the copies, fixed for the run. */
  readonly weights: readonly number[]
  /** What the mean may drop to, as a share of control's: 0.95 is 5% less. */
  readonly min: number
  /** What the guard may be wrong with. */
  readonly alpha: number
}

/** The first units only tell how much amounts vary; they are no evidence. */
const LEARNED_FROM = 200
/** The evidence is sharpest at about so many treatment units. */
const SHARPEST_AT = 3_000
/** Before so many treatment units a mean of them is not normal. */
const LEAST_UNITS = 100
/** Above it control is the smaller arm, and the approximation fails. */
const MOST_SHARE = 0.5

/**
 * The test of "the mean is at least `min` times control's". Asymptotic: the half-normal mixture over sums within strata, each of
 * one sequence and one tick, so that no sum ever holds units that were met under different shares.
 */
export function meansEvidence(strata: readonly Sums[], { weights, min, alpha }: MeansTest) {
  const usable = strata.filter(isUsable)
  const { variance, rest } = learn(usable)
  const rho2 = tuning(usable, variance, alpha)
  const logs = weights.map((weight, copy) => Math.log(weight) + evidenceOf(rest, { copy, min, rho2, sign: 1 }))
  const started = Math.max(1, ...usable.map((stratum) => stratum.started))
  return { log: logSum(logs), copy: leadingOf(logs, started) }
}

/** Neighbouring ratios that are asked about differ by a two-hundredth. */
const GRID = Array.from({ length: 801 }, (_, i) => i / 200)

/**
 * Ends of the ratio of means in one copy, each of which holds at all times together with probability 1 - alpha by itself; null
 * where nothing up to fourfold is ruled out.
 */
export function meansBounds(
  strata: readonly Sums[],
  { weights, copy, alpha }: { readonly weights: readonly number[]; readonly copy: number; readonly alpha: number },
): { readonly low: number | null; readonly high: number | null } {
  const usable = strata.filter(isUsable)
  const { variance, rest } = learn(usable)
  const rho2 = tuning(usable, variance, alpha)
  const needed = Math.log(1 / alpha) - Math.log(weights[copy] ?? 1)
  const refuted = (min: number, sign: 1 | -1): boolean => evidenceOf(rest, { copy, min, rho2, sign }) >= needed
  const low = GRID.filter((min) => min > 0).findLast((min) => refuted(min, -1))
  const high = GRID.filter((min) => min > 0).find((min) => refuted(min, 1))
  return { low: low ?? null, high: high ?? null }
}

function isUsable({ share, nT, nC }: Sums): boolean {
  return share > 0 && share <= MOST_SHARE && nT + nC >= 2
}

/** The variance of amounts in the first units that vary at all, and the strata after them. */
function learn(strata: readonly Sums[]): { readonly variance: number; readonly rest: readonly Sums[] } {
  let [n, sum, squares] = [0, 0, 0]
  for (const [i, { nT, nC, sT, sC, qT, qC }] of strata.entries()) {
    n += nT + nC
    sum += sT + sC
    squares += qT + qC
    const variance = squares / n - (sum / n) ** 2
    if (n >= LEARNED_FROM && variance > 0) return { variance, rest: strata.slice(i + 1) }
  }
  return { variance: 0, rest: [] }
}

/** Fixed by what was known before the first stratum that counts, for the share of the first step. */
function tuning(strata: readonly Sums[], variance: number, alpha: number): number {
  const [first] = strata
  return first === undefined || variance === 0 ? 1 : tuningFor(alpha, SHARPEST_AT * (1 - first.share) * variance)
}

interface Asked {
  readonly copy: number
  readonly min: number
  readonly rho2: number
  /** 1 against "at least", -1 against "at most". */
  readonly sign: 1 | -1
}

function evidenceOf(strata: readonly Sums[], { copy, min, rho2, sign }: Asked): number {
  let [u, v, units] = [0, 0, 0]
  for (const { started, nT, nC, sT, sC, qT, qC } of strata) {
    if (started <= copy) continue
    const n = nT + nC
    const sum = sT + min * sC
    u += (nT * sum) / n - sT
    v += ((nT * nC) / n) * Math.max(0, (qT + min * min * qC - (sum * sum) / n) / (n - 1))
    units += nT
  }
  return units < LEAST_UNITS ? 0 : logNormalMixture(sign * u, v, rho2)
}
