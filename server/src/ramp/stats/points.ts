import { leadingOf, logSum } from './mixture.ts'
import { boundaryAt, logNormalMixture, tuningFor } from './normal.ts'

/** What one sequence adds: units met, and those of them with the event, by arm. */
export interface Proportions {
  /** How many copies take this stratum: those started at or before this sequence. */
  readonly started: number
  readonly nT: number
  readonly nC: number
  readonly xT: number
  readonly xC: number
}

export interface PointsTest {
  /** Of the copies, fixed for the run. */
  readonly weights: readonly number[]
  /** How many more of 1 may have the event with the new variation than without; 0.005 is half a point. */
  readonly margin: number
  /** What the guard may be wrong with: its part of the budget. */
  readonly alpha: number
}

export interface PointsEvidence {
  /** The log of the whole evidence. */
  readonly log: number
  /** The copy that carries most of it. */
  readonly copy: number
}

/** Fewer treatment units with the event are no normal sum. */
const LEAST_EVENTS = 20
/** The evidence is sharpest when about so many treatment units have had the event. */
const SHARPEST_AT = 40

/**
 * The test of "the treatment rate is at most `margin` above the control rate", in a difference of rates: a score whose margin is
 * taken off inside each stratum, so that a base rate which moves while the share moves is no evidence. A ratio frozen at the
 * start would not do: the same distance is another ratio once the base rate has moved.
 *
 * Asymptotic, unlike the test of a ratio. A unit that was met and may still fail counts as good until it does, which only
 * lowers the sum.
 */
export function pointsEvidence(strata: readonly Proportions[], { weights, margin, alpha }: PointsTest): PointsEvidence {
  const rho2 = tuningFor(alpha, SHARPEST_AT)
  const logs = weights.map((weight, copy) => {
    const { u, v, events } = scoreOf(strata, copy, margin)
    return Math.log(weight) + (events < LEAST_EVENTS ? 0 : logNormalMixture(u, v, rho2))
  })
  const started = Math.max(1, ...strata.map((stratum) => stratum.started))
  return { log: logSum(logs), copy: leadingOf(logs, started) }
}

/**
 * Ends of the difference of rates in the strata of one copy, each of which holds at all times together with probability
 * 1 - alpha by itself; null before there are enough events.
 */
export function pointsBounds(
  strata: readonly Proportions[],
  { weights, copy, alpha }: { readonly weights: readonly number[]; readonly copy: number; readonly alpha: number },
): { readonly low: number | null; readonly high: number | null } {
  const { u, v, width, events } = scoreOf(strata, copy, 0)
  if (events < LEAST_EVENTS || width === 0) return { low: null, high: null }
  const reach = boundaryAt(v, tuningFor(alpha, SHARPEST_AT), Math.log(1 / alpha) - Math.log(weights[copy] ?? 1))
  return { low: Math.max(-1, (u - reach) / width), high: Math.min(1, (u + reach) / width) }
}

interface Score {
  readonly u: number
  readonly v: number
  /** What a difference of 1 between the rates would add to `u`. */
  readonly width: number
  readonly events: number
}

function scoreOf(strata: readonly Proportions[], copy: number, margin: number): Score {
  let [u, v, width, events] = [0, 0, 0, 0]
  for (const { started, nT, nC, xT, xC } of strata) {
    if (started <= copy || nT === 0 || nC === 0) continue
    const n = nT + nC
    u += (xT * nC - xC * nT) / n - (margin * nT * nC) / n
    v += (nC / n) ** 2 * variance(nT, xT) + (nT / n) ** 2 * variance(nC, xC)
    width += (nT * nC) / n
    events += xT
  }
  return { u, v, width, events }
}

/** Of a count; a half is added on both sides, so that none is never certain. */
function variance(n: number, x: number): number {
  const p = (x + 0.5) / (n + 1)
  return n * p * Math.max(0, 1 - p)
}
