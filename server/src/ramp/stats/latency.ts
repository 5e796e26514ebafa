import { logEvidenceOf, logSum } from './mixture.ts'
import { absorbRelative, oddsOf, type Stratum, startRelative } from './relative.ts'

/** One frozen threshold in one step: units whose first observation in that step was slower, by sequence. */
export interface Slower {
  /** The ratio of exceedances that is allowed. */
  readonly limit: number
  readonly strata: readonly Omit<Stratum, 'started'>[]
}

/**
 * The log-evidence of one step that its first observations exceed the thresholds more often than control's, averaged over the
 * thresholds: they judge the same observation, so their mean is one e-process.
 *
 * Users have a speed of their own. One that was slow before is slow again, and "the first slow request of the run" would
 * exhaust the slow ones in the first step. So each step meets every unit anew and has a process of its own, and a guard trips
 * when `weight of the step * evidence` passes its limit: no sum over steps, since the same unit is in several.
 */
export function latencyEvidence(thresholds: readonly Slower[]): number {
  const logs = thresholds.map(({ limit, strata }) =>
    logEvidenceOf(
      strata.reduce(
        (mixture, { share, xT, xC }) => absorbRelative(mixture, { started: 1, xT, xC }, oddsOf(share, limit)),
        startRelative([1]),
      ),
      0,
    ),
  )
  return logSum(logs) - Math.log(logs.length)
}
