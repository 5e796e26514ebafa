import type { Matcher } from './means.ts'

/** How often a quantifier may repeat, also inside another one: RE2's own limit. */
const MOST_REPEATS = 1_000

/** What may stand behind a backslash for itself. */
const SYNTAX = '^$\\.*+?()[]{}|/'

const LINE_ENDS = '\n\r\u2028\u2029'

export type ClientSafe =
  /** `portable` is the same pattern in words that RE2 and ECMAScript read alike. */
  | { readonly safe: true; readonly portable: string }
  /** What of the pattern is not in the list, as it is written there. */
  | { readonly safe: false; readonly construct: string }

/**
 * Whether a pattern keeps to the list whose meaning is the same in RE2 and in ECMAScript with `u`, so that a flag with it
 * can be evaluated in browsers: literals, `. [] [^] () (?:) | ? * + {n,m}` (up to 1,000, also nested), `^ $ \d \w` and
 * escapes of syntax characters. `.` is anything but `\n \r U+2028 U+2029`, whichever engine runs it.
 */
export function clientSafePattern(pattern: string): ClientSafe {
  const reading: Reading = { pattern, at: 0, portable: '', groups: [{ repeats: 1 }], atom: undefined }
  while (reading.at < pattern.length) {
    const construct = readOne(reading)
    if (construct !== undefined) return { safe: false, construct }
  }
  return reading.groups.length > 1 ? { safe: false, construct: '(' } : { safe: true, portable: reading.portable }
}

/**
 * The native expression for a pattern of the list; undefined for any other pattern. Native engines may take exponential
 * time for patterns such as `(a+)+$`.
 */
export function nativePattern(pattern: string, ignoreCase: boolean): RegExp | undefined {
  const checked = clientSafePattern(pattern)
  return checked.safe ? new RegExp(checked.portable, ignoreCase ? 'iu' : 'u') : undefined
}

/** Judges `matches` by the native engine, as far as patterns keep to the list of `clientSafePattern`. */
export const nativeMatcher: Matcher = {
  compile(pattern, ignoreCase) {
    const expression = nativePattern(pattern, ignoreCase)
    return expression && ((text) => expression.test(text))
  },
}

/** The same pattern in words that both engines read alike, as far as it keeps to the list; else as it is. */
export function portablePattern(pattern: string): string {
  const checked = clientSafePattern(pattern)
  return checked.safe ? checked.portable : pattern
}

interface Reading {
  readonly pattern: string
  at: number
  portable: string
  /** Open groups, the whole pattern first. `repeats`: how often the most repeated part inside is repeated. */
  readonly groups: { repeats: number }[]
  /** What a quantifier here would repeat: how often its parts are repeated already. Undefined: there is nothing. */
  atom: number | undefined
}

/** Reads one part of the pattern. Gives what is not in the list, or undefined when all is well. */
function readOne(reading: Reading): string | undefined {
  const { pattern, at } = reading
  const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0)
  switch (character) {
    case '\\':
      return readEscape(reading)
    case '[':
      return readClass(reading)
    case '(':
      return openGroup(reading)
    case ')':
      return closeGroup(reading)
    case '*':
    case '+':
    case '?':
      return repeat(reading, character, 1)
    case '{':
      return readRepeats(reading)
    case '}':
    case ']':
      return character
    case '|':
    case '^':
    case '$':
      take(reading, character, character, undefined)
      return undefined
    case '.':
      take(reading, character, `[^${LINE_ENDS}]`, 1)
      return undefined
    default:
      take(reading, character, character, 1)
      return isLoneSurrogate(character) ? 'half of a surrogate pair' : undefined
  }
}

/** Goes on behind `source`, which is `portable` in both engines. */
function take(reading: Reading, source: string, portable: string, atom: number | undefined): void {
  reading.at += source.length
  reading.portable += portable
  reading.atom = atom
  const group = reading.groups.at(-1)
  if (group !== undefined && atom !== undefined) group.repeats = Math.max(group.repeats, atom)
}

function readEscape(reading: Reading): string | undefined {
  const escaped = reading.pattern.slice(reading.at, reading.at + 2)
  const meaning = classOf(escaped)
  if (meaning === undefined && (escaped.length < 2 || !SYNTAX.includes(escaped.charAt(1)))) return escaped
  take(reading, escaped, meaning === undefined ? escaped : `[${meaning}]`, 1)
  return undefined
}

function classOf(escaped: string): string | undefined {
  if (escaped === '\\d') return '0-9'
  return escaped === '\\w' ? '0-9A-Za-z_' : undefined
}

function openGroup(reading: Reading): string | undefined {
  const { pattern, at, groups } = reading
  const opening = pattern.startsWith('(?:', at) ? '(?:' : '('
  if (opening === '(' && pattern[at + 1] === '?') return pattern.slice(at, at + 3)
  take(reading, opening, opening, undefined)
  groups.push({ repeats: 1 })
  return undefined
}

function closeGroup(reading: Reading): string | undefined {
  const { groups } = reading
  const closed = groups.length > 1 ? groups.pop() : undefined
  if (closed === undefined) return ')'
  take(reading, ')', ')', closed.repeats)
  return undefined
}

function readRepeats(reading: Reading): string | undefined {
  const { pattern, at } = reading
  const [written, least, comma, most] =
    /^\{(0|[1-9]\d{0,3})(,(0|[1-9]\d{0,3})?)?\}/.exec(pattern.slice(at, at + 12)) ?? []
  if (written === undefined) return '{'
  const low = Number(least)
  const high = most === undefined ? low : Number(most)
  if (low > MOST_REPEATS || high > MOST_REPEATS || low > high) return written
  // An open end is a loop behind the copies that are needed.
  return repeat(reading, written, comma === ',' ? Math.max(low, 1) : high)
}

function repeat(reading: Reading, quantifier: string, times: number): string | undefined {
  const { pattern, at, atom } = reading
  if (atom === undefined) return quantifier
  if (atom * times > MOST_REPEATS) return quantifier
  take(reading, quantifier, quantifier, atom * times)
  reading.atom = undefined
  const next = pattern[reading.at]
  // Lazy and possessive quantifiers, and quantifiers of quantifiers.
  const isDouble = next === '?' || next === '*' || next === '+' || next === '{'
  return isDouble ? pattern.slice(at, reading.at + 1) : undefined
}

/** A class: single characters, ranges and `\d \w`, at least one. A hyphen for itself stands first, last or behind `\`. */
function readClass(reading: Reading): string | undefined {
  const { pattern, at } = reading
  const start = pattern[at + 1] === '^' ? at + 2 : at + 1
  let portable = pattern.slice(at, start)
  let index = start
  while (true) {
    const member = memberAt(pattern, index)
    if (member === undefined) return '['
    if (member.source === ']') break
    if (member.source === '[' || isLoneSurrogate(member.source)) return pattern.slice(at, index + 1)
    const behind = index + member.source.length
    if (member.source === '-' && index !== start && pattern[behind] !== ']') return pattern.slice(at, behind)
    const isRange = member.source !== '-' && pattern[behind] === '-' && pattern[behind + 1] !== ']'
    const end = isRange ? memberAt(pattern, behind + 1) : undefined
    if (member.problem || end?.problem) return member.problem ? member.source : end?.source
    if (isRange && !isRising(member, end)) return pattern.slice(index, behind + 1 + (end?.source.length ?? 0))
    portable += member.portable + (end === undefined ? '' : `-${end.portable}`)
    index = end === undefined ? behind : behind + 1 + end.source.length
  }
  if (index === start) return pattern.slice(at, index + 1)
  take(reading, pattern.slice(at, index + 1), `${portable}]`, 1)
  return undefined
}

interface Member {
  readonly source: string
  readonly portable: string
  /** Undefined when it stands for several characters. */
  readonly code: number | undefined
  readonly problem: boolean
}

function memberAt(pattern: string, at: number): Member | undefined {
  const code = pattern.codePointAt(at)
  if (code === undefined) return undefined
  const character = String.fromCodePoint(code)
  if (character !== '\\') return { source: character, portable: character, code, problem: false }
  const source = pattern.slice(at, at + 2)
  const meaning = classOf(source)
  if (meaning !== undefined) return { source, portable: meaning, code: undefined, problem: false }
  const problem = source.length < 2 || !`${SYNTAX}-`.includes(source.charAt(1))
  return { source, portable: source, code: source.codePointAt(1), problem }
}

/** Whether two members are the ends of a range. */
function isRising(low: Member, high: Member | undefined): boolean {
  if (low.code === undefined || high?.code === undefined) return false
  return low.code <= high.code && high.source !== '[' && !isLoneSurrogate(high.source)
}

function isLoneSurrogate(character: string): boolean {
  return character.length === 1 && character >= '\ud800' && character <= '\udfff'
}
