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
