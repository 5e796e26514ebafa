/** What one minute of a gauge said: both arms run in the same processes, so there is no control. */
export interface GaugeWindow {
  /** Epoch milliseconds. */
  readonly start: number
  readonly value: number
}

/** So many windows in a row have to be above the limit. */
export const WINDOWS_IN_A_ROW = 3
const ROBUST_SIGMAS = 4
/** The median absolute deviation of a normal distribution is so much of its standard deviation. */
const MAD_OF_SIGMA = 0.6745

/**
 * The limit of a gauge: what it was set to, or what the same hour of the past days makes usual, whichever is higher. A gauge
 * promises no error rate: its samples depend on one another, and nothing is there to compare them with.
 *
 * @param past values of the same hour on earlier days
 */
export function gaugeLimit(max: number, past: readonly number[]): number {
  if (past.length === 0) return max
  const middle = median(past)
  const sigma = median(past.map((value) => Math.abs(value - middle))) / MAD_OF_SIGMA
  const mean = past.reduce((sum, value) => sum + value, 0) / past.length
  return Math.max(max, mean + ROBUST_SIGMAS * sigma)
}

/** How many of the last windows, in the order of time, are above the limit without one between them that is not. */
export function overInARow(windows: readonly GaugeWindow[], limit: number): number {
  const last = windows.slice(-WINDOWS_IN_A_ROW)
  return last.length - 1 - last.findLastIndex(({ value }) => value <= limit)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
