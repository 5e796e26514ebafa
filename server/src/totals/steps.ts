import { COARSEST, FINEST, startOf, TIERS } from './tiers.ts'

/** The time that a chart covers, in equal steps. */
export interface Steps {
  /** Where the first step begins, a multiple of `stepMs`. */
  readonly from: number
  /** Where the last step ends. */
  readonly to: number
  readonly stepMs: number
}

/** A chart has at most so many points. */
export const MOST_POINTS = 400

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const STEPS_MS = [
  ...[10, 20, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 20, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 4, 6, 12, 24].map((n) => n * HOUR),
]

/**
 * Cuts a range into the finest steps that make at most 400 points, and that are no finer than rows of that age are kept. What
 * lies before the oldest row or in the future is cut off.
 */
export function stepsOver(range: { readonly from: number; readonly to: number }, now: number): Steps {
  const from = Math.min(Math.max(range.from, now - COARSEST.keptMs), now - FINEST.widthMs)
  const to = Math.max(Math.min(range.to, now), from + FINEST.widthMs)
  const kept = TIERS.find(({ keptMs }) => from >= now - keptMs) ?? COARSEST
  const stepMs = STEPS_MS.find((step) => step >= kept.widthMs && countOf(from, to, step) <= MOST_POINTS) ?? 24 * HOUR
  return { from: startOf(from, stepMs), to: endOf(to, stepMs), stepMs }
}

/** How many steps there are. */
export function pointsIn({ from, to, stepMs }: Steps): number {
  return (to - from) / stepMs
}

function countOf(from: number, to: number, stepMs: number): number {
  return (endOf(to, stepMs) - startOf(from, stepMs)) / stepMs
}

function endOf(at: number, stepMs: number): number {
  return Math.ceil(at / stepMs) * stepMs
}
