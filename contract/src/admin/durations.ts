import { z } from 'zod'

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Reads `30s`, `10m`, `2h`, `1d` (and `500ms`) as milliseconds; undefined when it is none of these. */
export function parseShortDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text.trim())
  if (match === null) return undefined
  const [, digits, unit] = match
  const n = Number(digits)
  return unit === 'ms' ? n : n * UNITS[unit as keyof typeof UNITS]
}

/** Reads an ISO 8601 duration of days, hours, minutes and seconds (`PT10M`, `P1DT2H`) as milliseconds. */
export function parseDuration(text: string): number | undefined {
  const match = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/.exec(text)
  if (match === null || text.endsWith('P') || text.endsWith('T')) return undefined
  const [, d = '0', h = '0', m = '0', s = '0'] = match
  return Number(d) * UNITS.d + Number(h) * UNITS.h + Number(m) * UNITS.m + Math.round(Number(s) * 1000)
}

/** Writes milliseconds as the shortest ISO 8601 duration: 600000 is `PT10M`, 0 is `PT0S`. */
export function formatDuration(ms: number): string {
  const days = Math.floor(ms / UNITS.d)
  const hours = Math.floor((ms % UNITS.d) / UNITS.h)
  const minutes = Math.floor((ms % UNITS.h) / UNITS.m)
  const seconds = (ms % UNITS.m) / 1000
  const date = days > 0 ? `${days}D` : ''
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`
  if (date === '' && time === '') return 'PT0S'
  return `P${date}${time === '' ? '' : `T${time}`}`
}

/** Writes milliseconds as people read them: `45s`, `10m`, `1h 30m`, `2d 3h`. */
export function sayDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const
  const from = parts.findIndex(([n]) => n > 0)
  if (from === -1) return '0s'
  return parts
    .slice(from, from + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n}${unit}`)
    .join(' ')
}

/** ISO 8601 on the wire; the short form is accepted on write. Reads as the ISO form. */
export const duration = z
  .string()
  .max(40)
  .transform((text, context) => {
    const ms = parseDuration(text) ?? parseShortDuration(text)
    if (ms !== undefined) return formatDuration(ms)
    context.addIssue({ code: 'custom', message: 'must be a duration such as PT10M, 30s, 10m, 2h or 1d' })
    return z.NEVER
  })

/** A query parameter such as `wait=5s`, as milliseconds, at most `maxMs`. */
export const waitQuery = (maxMs: number) =>
  z.string().transform((text, context) => {
    const ms = parseShortDuration(text) ?? parseDuration(text)
    if (ms !== undefined) return Math.min(ms, maxMs)
    context.addIssue({ code: 'custom', message: 'must be a duration such as 5s' })
    return z.NEVER
  })
