import { type Evidence, sayLeast, sayMost, sayChange as sayOne } from '@rampart/contract/admin'

/** Writes a share, in percent, with the decimals it has and at most three: `0.5%`, `100%`. */
export function sayPercent(percent: number): string {
  return `${Number(percent.toFixed(3))}%`
}

/** Writes a rate, a fraction of 1, in percent: `0.034%`, `0.21%`, `4.1%`. Null, before any unit, is a dash. */
export function sayRate(rate: number | null): string {
  if (rate === null) return '–'
  return `${digits(rate * 100)}%`
}

/** Writes how the new variation differs from control: `+1.1pp`, `4.9×`, `+5.4%`. */
export function sayChange(change: Evidence['change']): string {
  if (change === null) return '–'
  return sayOne(change.as, change.value)
}

/** Writes the interval of a change, open at an end that is not bounded: `2.3× to 11×`, `from 1.2×`. */
export function sayInterval(change: Evidence['change']): string | undefined {
  if (change === null) return undefined
  const [low, high] = change.interval
  if (low === null && high === null) return undefined
  if (high === null && low !== null) return `from ${sayLeast(change.as, low)}`
  if (low === null && high !== null) return `up to ${sayMost(change.as, high)}`
  return low === null || high === null ? undefined : `${sayLeast(change.as, low)} to ${sayMost(change.as, high)}`
}

/** Writes a count: `12,400`. */
export function sayCount(n: number): string {
  return COUNT.format(n)
}

const COUNT = new Intl.NumberFormat('en')

function digits(percent: number): string {
  const size = Math.abs(percent)
  return String(Number(percent.toFixed(size < 0.1 ? 3 : size < 1 ? 2 : 1)))
}
