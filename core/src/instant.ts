const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** RFC 3339, section 5.6: all but how long a month is and where leap seconds are. */
export const DATE_TIME: RegExp =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** Years before 100 are not what they say to `Date.UTC`: everything repeats after so many years, and after so many days. */
const CYCLE_YEARS = 400
const CYCLE_DAYS = 146_097

/**
 * A moment as milliseconds since 1970: a finite number as it is, or a text by RFC 3339 (section 5.6). Undefined for
 * anything else, such as a date without time or a time without offset.
 *
 * `T` and `Z` may be written small. What is finer than a millisecond is cut off. Second 60 is taken only where leap seconds
 * are, at 23:59 in UTC, and is the first second of the next day, as in POSIX.
 */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  return typeof value === 'string' && DATE_TIME.test(value) ? parsed(value) : undefined
}

/** Reads digits where they lie, so that judging a text allocates nothing. */
function parsed(text: string): number | undefined {
  const year = digits(text, 0, 4) + CYCLE_YEARS
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  const start = Date.UTC(year, month - 1, day)
  // A day that the month has not is one of the next month.
  if (start >= Date.UTC(year, month)) return undefined
  const isUtc = text.charCodeAt(text.length - 1) > 0x39
  const zone = text.length - 6
  const east = isUtc ? 0 : clock(text, zone + 1) * (text[zone] === '-' ? -1 : 1)
  const second = digits(text, 17, 2)
  const moment = start - CYCLE_DAYS * DAY + clock(text, 11) + second * 1_000 - east
  if (second === 60 && moment % DAY !== 0) return undefined
  const end = isUtc ? text.length - 1 : zone
  return moment + digits(text, 20, Math.min(end - 20, 3)) * 10 ** Math.max(23 - end, 0)
}

/** `hh:mm` in milliseconds. */
function clock(text: string, at: number): number {
  return (digits(text, at, 2) * 60 + digits(text, at + 3, 2)) * MINUTE
}

/** The number that `length` digits at `at` say; 0 for none. */
function digits(text: string, at: number, length: number): number {
  let sum = 0
  for (let index = at; index < at + length; index++) sum = sum * 10 + text.charCodeAt(index) - 0x30
  return sum
}
