import { sayDuration } from '@rampart/contract/admin'
import { iso } from '../instant.ts'

/** `19.8%`, `4.1%`, `0.21%`, `0.003%`: three digits that mean something, never more. */
export function sayRate(rate: number): string {
  const percent = rate * 100
  if (percent === 0) return '0%'
  const decimals = percent >= 1 ? 1 : percent >= 0.1 ? 2 : 3
  return `${trim(percent.toFixed(decimals))}%`
}

export function sayPercent(percent: number): string {
  return `${trim(percent.toFixed(3))}%`
}

/** A measured value, in the unit of its metric: `412`, `31.2`, `0.034`. */
export function sayAmount(value: number): string {
  const size = Math.abs(value)
  if (size >= 100) return sayCount(value)
  return trim(value.toFixed(size >= 1 ? 1 : 3))
}

/** `18,402` */
export function sayCount(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** What is counted where nobody knows whose it was. */
export const REQUESTS = 'requests'

/** How the things that are bucketed are called: people are "users" only when the targeting key is bucketed. */
export function sayUnits(unit: string): string {
  if (unit === 'targetingKey') return 'users'
  if (unit === REQUESTS) return REQUESTS
  const named = /^([a-z]+)(?:[._-]?(?:id|key|Id|Key))$/.exec(unit)
  return named?.[1] === undefined ? `values of ${unit}` : `${named[1]}s`
}

export function sayCountOf(n: number, unit: string): string {
  const units = sayUnits(unit)
  return `${sayCount(n)} ${Math.round(n) === 1 && units.endsWith('s') && !units.includes(' ') ? units.slice(0, -1) : units}`
}

/** `14:32:02 UTC`, with the date when it is another day than that of `now`. */
export function sayTime(at: number, now: number): string {
  const [date = '', time = ''] = iso(at).split('T')
  const clock = `${time.slice(0, 8)} UTC`
  return iso(now).startsWith(date) ? clock : `${date} ${clock}`
}

/** The time of day by itself: `14:32:02 UTC`. */
export function sayClock(at: number): string {
  return `${iso(at).slice(11, 19)} UTC`
}

/** `a`, `a and b`, `a, b and c`. */
export function sayList(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

function trim(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}

/** `about 1h 20m`, for a time of which nobody knows more. */
export function sayAbout(minutes: number): string {
  if (minutes < 1) return 'less than a minute'
  const step = minutes < 10 ? 1 : minutes < 120 ? 5 : 30
  return `about ${sayDuration(Math.round(minutes / step) * step * 60_000)}`
}
