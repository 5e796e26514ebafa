import { DATE_TIME } from '../instant.ts'

/** In seconds. */
const DAY = 86_400

/** A moment as milliseconds since 1970, by the rules of `../instant.ts`, read by the engine's own `Date`. */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !DATE_TIME.test(value)) return undefined
  const day = value.slice(0, 10)
  // Some engines make a day that the month has not one of the next month.
  if (!new Date(`${day}T00:00Z`).toJSON()?.startsWith(day)) return undefined
  const [, fraction = '', zone = ''] = /^(?:\.(\d+))?(.*)$/.exec(value.slice(19).toUpperCase()) ?? []
  const minute = Date.parse(`${day}T${value.slice(11, 16)}:00.${`${fraction}000`.slice(0, 3)}${zone}`)
  const seconds = Number(value.slice(17, 19))
  const moment = minute + seconds * 1_000
  // Leap seconds are at 23:59 in UTC and nowhere else.
  return seconds === 60 && Math.floor(moment / 1_000) % DAY !== 0 ? undefined : moment
}
