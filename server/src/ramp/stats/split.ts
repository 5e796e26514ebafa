import { logSum } from './mixture.ts'

/** The split is called broken at this evidence: wrongly in one healthy run of a thousand. */
export const SPLIT_ALARM = 1000
/** More units met in both arms of one sequence than this part of all, and at least so many, and the arms are no two groups of people. */
export const MOST_IN_BOTH = 0.01
export const LEAST_IN_BOTH = 5

/** Odds of meeting a treatment unit, as multiples of what the share says. */
const ODDS: readonly number[] = [0.5, 0.67, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 1.5, 2]

/** Units that were met for the first time in the run under one share, by arm. */
export interface Met {
  /** The configured share. */
  readonly share: number
  readonly nT: number
  readonly nC: number
}

/**
 * The evidence that units do not come in the configured shares: the sequential multinomial test of Lindon & Malek (NeurIPS 2022)
 * with a discrete prior. Each unit counts once per run, at the share of the sequence it was met in, so that a share that
 * moves is followed exactly, and every factor has mean 1 whatever decides the next share.
 */
export function splitEvidence(met: readonly Met[]): number {
  const logs = ODDS.map((odds) => met.reduce((sum, { share, nT, nC }) => sum + logOdds(odds, share, nT, nT + nC), 0))
  return Math.exp(Math.min(logSum(logs) - Math.log(ODDS.length), 700))
}

function logOdds(odds: number, share: number, nT: number, n: number): number {
  if (n === 0 || share <= 0 || share >= 1) return 0
  return nT * Math.log(odds) - n * Math.log1p(share * (odds - 1))
}
