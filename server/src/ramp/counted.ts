/*
 * The names under which the ticks of a ramp count units. A metric by itself counts units that had its event for the first time
 * in the run; the signs of the others appear in no metric's name.
 */

/** Units met for the first time in a sequence. */
export const MET = ''
/** Units met for the first time in the run, for the check of the split. */
export const MET_IN_RUN = '*'
/** Units met in both arms of one sequence, which nothing in its share explains; no arm is kept, they stand under control. */
export const MET_TWICE = '*both'
/** Evaluations that gave the new variation although the ramp had been taken back. */
export const AFTER_END = '*after'

/** Units whose first observation in a step exceeded so many thresholds; 0 counts every unit that was measured. */
export function slowerThan(metric: string, thresholds: number): string {
  return `${metric}>${thresholds}`
}

/** Amounts are counted in so many equal parts of the cap. */
export const AMOUNT_LEVELS = 200

/** Units that came to an amount of this level, 0 to `AMOUNT_LEVELS`, when their time was over. */
export function amountOf(metric: string, level: number): string {
  return `${metric}=${level}`
}

/** The level of an amount, or undefined for what counts something else. */
export function levelIn(name: string, metric: string): number | undefined {
  return name.startsWith(`${metric}=`) ? Number(name.slice(metric.length + 1)) : undefined
}

/** The level that an amount is counted at. An amount above nothing is never nothing. */
export function levelOf(amount: number, cap: number): number {
  if (amount <= 0) return 0
  return Math.min(AMOUNT_LEVELS, Math.max(1, Math.round((amount / cap) * AMOUNT_LEVELS)))
}

/** Outcomes, not units, of contexts that had a unit; no arm is kept, they stand under control. */
export function withUnit(metric: string): string {
  return `${metric}!`
}

/** Outcomes of contexts without a unit, which are in no arm. */
export function withoutUnit(metric: string): string {
  return `${metric}?`
}

/** What browsers report is counted apart: anybody can make it up. */
export function fromBrowser(name: string): string {
  return `~${name}`
}

/** The metric that a name counts, if it counts units of one. */
export function metricIn(name: string): string | undefined {
  return /^[a-z][a-z0-9_.]*/.exec(name)?.[0]
}
