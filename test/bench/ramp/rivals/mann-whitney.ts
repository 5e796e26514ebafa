import type { Watcher } from '@rampart/server/testing'
import { normalQuantile } from './normal.ts'

/** As Kayenta's judge of 2017: 98% confidence, and a shift counts from a quarter of its estimate on. */
const CONFIDENCE = 0.98
const TOLERANCE = 0.25
/** One point of each series a minute, which is how often metrics are stored where it is used. */
const TICKS_PER_POINT = 6

export interface Shift {
  /** The median of all differences (Hodges & Lehmann 1963). */
  readonly estimate: number
  readonly low: number
  readonly high: number
  /** How many pairs are larger in the first series; ties count half (Mann & Whitney 1947). */
  readonly u: number
}

/**
 * By how much one series lies above another: the interval is made of the ordered differences whose ranks the normal approximation gives
 * (Hollander, Wolfe & Chicken 2014, section 4.3).
 */
export function shiftOf(one: readonly number[], other: readonly number[], confidence = CONFIDENCE): Shift {
  const differences = Float64Array.from(one.flatMap((a) => other.map((b) => a - b))).sort()
  const pairs = differences.length
  const reach = normalQuantile((1 - confidence) / 2) * Math.sqrt((pairs * (one.length + other.length + 1)) / 12)
  const rank = Math.floor(pairs / 2 - reach)
  const at = (k: number): number => differences[k] ?? Number.NaN
  const middle = Math.floor((pairs - 1) / 2)
  return {
    estimate: (at(middle) + at(pairs - 1 - middle)) / 2,
    low: rank < 1 ? Number.NEGATIVE_INFINITY : at(rank - 1),
    high: rank < 1 ? Number.POSITIVE_INFINITY : at(pairs - rank),
    u: differences.reduce((sum, d) => sum + (d > 0 ? 1 : d === 0 ? 0.5 : 0), 0),
  }
}

/** The error rates of both arms as two series of minutes since the ramp began, judged again with every point. */
export function mannWhitney(): Watcher {
  const treatment: number[] = []
  const control: number[] = []
  let ticks = 0
  let [nT, nC, xT, xC] = [0, 0, 0, 0]
  return {
    look(seen) {
      nT += seen.nT
      nC += seen.nC
      xT += seen.xT
      xC += seen.xC
      ticks += 1
      if (ticks % TICKS_PER_POINT !== 0) return false
      treatment.push(nT === 0 ? 0 : xT / nT)
      control.push(nC === 0 ? 0 : xC / nC)
      nT = nC = xT = xC = 0
      const { low, estimate } = shiftOf(treatment, control)
      return low > TOLERANCE * Math.abs(estimate)
    },
  }
}
