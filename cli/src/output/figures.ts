import type { Evidence } from '@rampart/contract/admin'

/** A share in percent, as it is: `10%`, `0.001%`. */
export function sayShare(percent: number): string {
  return `${percent}%`
}

/** A rate of 0 to 1 as percent, rounded as the server's sentences are: `0.21%`, `13.4%`; `–` when nothing was met. */
export function sayRate(rate: number | null): string {
  if (rate === null) return '–'
  const percent = rate * 100
  return `${rounded(percent, percent >= 1 ? 1 : percent >= 0.1 ? 2 : 3)}%`
}

/** `+1.13pp`, `5.1×` or `+5.4%`; `–` when there is nothing to compare. */
export function sayChange(change: Evidence['change']): string {
  if (change === null) return '–'
  const { as, value } = change
  switch (as) {
    case 'points':
      return `${signed(value * 100)}pp`
    case 'ratio':
      return `${rounded(value, value >= 10 ? 0 : value >= 1 ? 1 : 2)}×`
    case 'percent':
      return `${signed(value * 100)}%`
  }
}

/** `91,220`. */
export function sayCount(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Time of day in UTC: `14:32:02Z`. */
export function sayTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)}Z`
}

/** A running clock: `06:12`, `1:06:12`. Never negative. */
export function sayClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number): string => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours === 0 ? rest : `${hours}:${rest}`
}

/** How far a change has travelled: `38/38 SDKs in 1.1s`, `36/38 SDKs`. */
export function sayPropagation({
  instances,
  holding,
  slowestMs,
}: {
  readonly instances: number
  readonly holding: number
  readonly slowestMs: number | null
}): string {
  if (instances === 0) return 'no SDK is connected'
  const time = slowestMs === null || holding < instances ? '' : ` in ${saySeconds(slowestMs)}`
  return `${holding}/${instances} SDKs${time}`
}

/** A measured time: `42ms`, `1.1s`. */
export function saySeconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`
}

function signed(n: number): string {
  return `${n < 0 ? '−' : '+'}${rounded(Math.abs(n), 2)}`
}

function rounded(n: number, decimals: number): string {
  return String(Number(n.toFixed(decimals)))
}
