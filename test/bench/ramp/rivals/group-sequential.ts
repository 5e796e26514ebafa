import type { Watcher } from '@rampart/server/testing'
import { normalAbove, normalDensity, normalQuantile } from './normal.ts'

/** What of alpha is spent when so much of the information is there: O'Brien & Fleming's, as Lan & DeMets (1983) made it continuous. */
export function spent(alpha: number, information: number): number {
  return 2 * normalAbove(normalQuantile(alpha / 2) / Math.sqrt(information))
}

const CELLS = 1_200
/** No path of the test goes below it. */
const LOWEST = -9

/**
 * The z at which each look stops, so that by each look exactly what may be spent has been: the recursion of Armitage, McPherson & Rowe
 * (1969) over the density of the score of those who have not stopped, on a grid.
 *
 * @param information rising shares of the information at the looks; the last is 1
 */
export function boundaries(alpha: number, information: readonly number[]): readonly number[] {
  const found: number[] = []
  let grid: readonly number[] = [0]
  let mass: readonly number[] = [1]
  let [before, gone] = [0, 0]
  for (const at of information) {
    const sd = Math.sqrt(at - before)
    const toSpend = spent(alpha, at) - gone
    const crossing = (c: number): number =>
      grid.reduce((sum, u, i) => sum + (mass[i] ?? 0) * normalAbove((c - u) / sd), 0)
    let [low, high] = [LOWEST, 12]
    for (let halvings = 0; halvings < 60; halvings += 1) {
      const middle = (low + high) / 2
      if (crossing(middle) > toSpend) low = middle
      else high = middle
    }
    found.push(high / Math.sqrt(at))
    const width = (high - LOWEST) / CELLS
    const next = Array.from({ length: CELLS }, (_, i) => LOWEST + (i + 0.5) * width)
    const density = (v: number): number =>
      grid.reduce((sum, u, i) => sum + (mass[i] ?? 0) * normalDensity((v - u) / sd), 0)
    const nextMass = next.map((v) => (density(v) * width) / sd)
    grid = next
    mass = nextMass
    before = at
    gone += toSpend
  }
  return found
}

/**
 * A group-sequential test at the ends of the planned steps: each step is a stratum (Cochran 1954; Mantel & Haenszel 1959), and boundaries
 * come from the information that the plan promises, in proportion to `share × (1 - share)` for steps of equal traffic.
 */
export function groupSequential(path: readonly number[], alpha = 0.01): Watcher {
  const limits = planned(path, alpha)
  let [nT, nC, xT, xC] = [0, 0, 0, 0]
  let [score, variance] = [0, 0]
  return {
    look(seen) {
      nT += seen.nT
      nC += seen.nC
      xT += seen.xT
      xC += seen.xC
      if (!seen.isStepOver) return false
      const n = nT + nC
      const m = xT + xC
      score += xT - (m * nT) / n
      variance += (m * (n - m) * nT * nC) / (n * n * (n - 1))
      nT = nC = xT = xC = 0
      return variance > 0 && score / Math.sqrt(variance) >= (limits[seen.step] ?? Number.POSITIVE_INFINITY)
    },
  }
}

const known = new Map<string, readonly number[]>()

function planned(path: readonly number[], alpha: number): readonly number[] {
  const key = `${alpha} ${path.join()}`
  const parts = path.map((percent) => (percent / 100) * (1 - percent / 100))
  const all = parts.reduce((sum, part) => sum + part, 0)
  const information = parts.map((_, k) => parts.slice(0, k + 1).reduce((sum, part) => sum + part, 0) / all)
  const limits = known.get(key) ?? boundaries(alpha, [...information.slice(0, -1), 1])
  known.set(key, limits)
  return limits
}
