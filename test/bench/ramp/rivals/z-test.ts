import type { Watcher } from '@rampart/server/testing'
import { normalAbove } from './normal.ts'

export interface Proportions {
  readonly nT: number
  readonly nC: number
  readonly xT: number
  readonly xC: number
}

/** The test of two proportions with the pooled variance (Fleiss, Levin & Paik 2003, section 2.2 without correction). */
export function twoProportions({ nT, nC, xT, xC }: Proportions): number {
  const pooled = (xT + xC) / (nT + nC)
  const variance = pooled * (1 - pooled) * (1 / nT + 1 / nC)
  return variance > 0 ? (xT / nT - xC / nC) / Math.sqrt(variance) : 0
}

/** Everything since the start of the ramp, tested after every tick at 1%, as dashboards do that go red. */
export function peekingZ(alpha = 0.01): Watcher {
  let [nT, nC, xT, xC] = [0, 0, 0, 0]
  return {
    look(seen) {
      nT += seen.nT
      nC += seen.nC
      xT += seen.xT
      xC += seen.xC
      return nT > 0 && nC > 0 && normalAbove(twoProportions({ nT, nC, xT, xC })) < alpha
    },
  }
}
