const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const FIXED_LENGTH = 'YYYY-MM-DDThh:mm:ss'.length

/**
 * A moment as milliseconds since 1970: a finite number as it is, or a text by RFC 3339 (section 5.6). Undefined for
 * anything else, such as a date without time or a time without offset.
 *
 * `T` and `Z` may be written small. What is finer than a millisecond is cut off. Second 60 is taken only where leap seconds
 * are, at 23:59 in UTC, and is the first second of the next day, as in POSIX.
 */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  return typeof value === 'string' ? parsed(value) : undefined
}

function parsed(text: string): number | undefined {
  if (text.length <= FIXED_LENGTH || !hasSeparators(text)) return undefined
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  const second = digits(text, 17, 2)
  const year = digits(text, 0, 4)
  if (year < 0 || !isDay(year, month, day) || !isTime(hour, minute, second)) return undefined
  const fractionEnd = text[FIXED_LENGTH] === '.' ? digitsEnd(text, FIXED_LENGTH + 1) : FIXED_LENGTH
  const offset = offsetAt(text, fractionEnd)
  if (offset === undefined || fractionEnd === FIXED_LENGTH + 1) return undefined
  const moment = daysSince1970(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * 1_000 - offset
  if (second === 60 && modulo(moment, DAY) !== 0) return undefined
  return moment + milliseconds(text, fractionEnd)
}

function hasSeparators(text: string): boolean {
  const between = text[10]
  return (
    text[4] === '-' && text[7] === '-' && (between === 'T' || between === 't') && text[13] === ':' && text[16] === ':'
  )
}

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

/** Parts that are no digits are -1. */
function isTime(hour: number, minute: number, second: number): boolean {
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** In the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil). */
function daysSince1970(year: number, month: number, day: number): number {
  // A year that begins in March ends with the leap day.
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** `Z` or `±hh:mm` up to the end of the text, in milliseconds east of UTC. */
function offsetAt(text: string, at: number): number | undefined {
  const sign = text[at]
  if (sign === 'Z' || sign === 'z') return text.length === at + 1 ? 0 : undefined
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return undefined
  const hour = digits(text, at + 1, 2)
  const minute = digits(text, at + 4, 2)
  if (!isTime(hour, minute, 0)) return undefined
  const offset = hour * HOUR + minute * MINUTE
  return sign === '+' ? offset : -offset
}

/** The first three digits of the fraction. */
function milliseconds(text: string, fractionEnd: number): number {
  let sum = 0
  for (let place = 1; place <= 3; place++) {
    const index = FIXED_LENGTH + place
    sum = sum * 10 + (index < fractionEnd ? text.charCodeAt(index) - 0x30 : 0)
  }
  return sum
}

/** The number that `length` digits at `at` say; -1 when one of them is none. */
function digits(text: string, at: number, length: number): number {
  let sum = 0
  for (let index = at; index < at + length; index++) {
    const digit = index < text.length ? text.charCodeAt(index) - 0x30 : -1
    if (digit < 0 || digit > 9) return -1
    sum = sum * 10 + digit
  }
  return sum
}

function digitsEnd(text: string, at: number): number {
  let end = at
  while (digits(text, end, 1) >= 0) end++
  return end
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
