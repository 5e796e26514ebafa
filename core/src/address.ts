const DOT = 0x2e
const COLON = 0x3a
const GROUPS = 8
/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` */
const LONGEST = 45

/** The groups of the IPv6 address read last: overwritten by every reading, so that judging a text allocates nothing. */
const groups = new Uint16Array(GROUPS)

/** Ranges as pairs of value and mask. */
export interface Ranges {
  readonly four: Int32Array
  /** Four words of values, then four of masks. */
  readonly six: Int32Array
}

/**
 * Ranges in CIDR notation (RFC 4632, RFC 4291), or single addresses; undefined when one is neither. Bits beyond a prefix
 * count for nothing. `::ffff:0:0/96` and what lies within it are ranges of IPv4 addresses.
 */
export function rangesOf(list: readonly string[]): Ranges | undefined {
  const four: number[] = []
  const six: number[] = []
  for (const text of list) {
    const slash = text.indexOf('/')
    const end = slash < 0 ? text.length : slash
    const family = read(text, end)
    const bits = family === 4 ? 32 : 128
    const prefix = slash < 0 ? bits : prefixAt(text, slash + 1, bits)
    if (family === undefined || prefix === undefined) return undefined
    // A range of IPv6 that is wider than all mapped addresses holds none of them.
    if (family === 4) four.push(word(3), mask(prefix, 0))
    else if (isMapped() && prefix >= 96) four.push(word(3), mask(prefix, 96))
    else
      six.push(
        word(0),
        word(1),
        word(2),
        word(3),
        mask(prefix, 0),
        mask(prefix, 32),
        mask(prefix, 64),
        mask(prefix, 96),
      )
  }
  return { four: Int32Array.from(four), six: Int32Array.from(six) }
}

/** Whether a text is an address within one of the ranges. An IPv4-mapped IPv6 address is the IPv4 address. */
export function isWithin(text: string, { four, six }: Ranges): boolean {
  const family = text.length <= LONGEST ? read(text, text.length) : undefined
  if (family === undefined) return false
  return family === 4 || isMapped() ? isWithinFour(word(3), four) : isWithinSix(six)
}

function isWithinFour(address: number, four: Int32Array): boolean {
  for (let at = 0; at < four.length; at += 2) if (differs(address, four, at, at + 1) === 0) return true
  return false
}

function isWithinSix(six: Int32Array): boolean {
  const a = word(0)
  const b = word(1)
  const c = word(2)
  const d = word(3)
  for (let at = 0; at < six.length; at += 8) {
    const difference =
      differs(a, six, at, at + 4) |
      differs(b, six, at + 1, at + 5) |
      differs(c, six, at + 2, at + 6) |
      differs(d, six, at + 3, at + 7)
    if (difference === 0) return true
  }
  return false
}

function differs(address: number, ranges: Int32Array, value: number, mask: number): number {
  return (address ^ (ranges[value] ?? 0)) & (ranges[mask] ?? 0)
}

/** The mask of those of 32 bits that follow `from` and lie within the prefix. */
function mask(prefix: number, from: number): number {
  const bits = Math.min(Math.max(prefix - from, 0), 32)
  return bits === 0 ? 0 : -1 << (32 - bits)
}

/** Decimal, without leading zeros, and at most `most`. */
function prefixAt(text: string, at: number, most: number): number | undefined {
  const prefix = decimal(text, at, text.length)
  return prefix >= 0 && prefix <= most ? prefix : undefined
}

function word(index: number): number {
  return ((groups[index * 2] ?? 0) << 16) | (groups[index * 2 + 1] ?? 0)
}

/** Whether the address read last is `::ffff:a.b.c.d`. */
function isMapped(): boolean {
  return word(0) === 0 && word(1) === 0 && word(2) === 0xffff
}

/** Reads the address that ends at `end` into `groups`; undefined when it is none. */
function read(text: string, end: number): 4 | 6 | undefined {
  const colon = text.indexOf(':')
  if (colon >= 0 && colon < end) return readSix(text, end) ? 6 : undefined
  const four = quads(text, 0, end)
  if (four < 0) return undefined
  setGroup(6, four / 0x10000)
  setGroup(7, four)
  return 4
}

/** RFC 4291, section 2.2: eight groups, `::` once for one or more groups of zeros, the last two perhaps as IPv4. */
function readSix(text: string, end: number): boolean {
  let count = 0
  let gap = -1
  let at = 0
  if (codeAt(text, 0, end) === COLON) {
    if (codeAt(text, 1, end) !== COLON) return false
    gap = 0
    at = 2
  }
  while (at < end) {
    const groupEnd = hexadecimalEnd(text, at, end)
    if (codeAt(text, groupEnd, end) === DOT) {
      const four = quads(text, at, end)
      if (four < 0 || count > GROUPS - 2) return false
      setGroup(count++, four / 0x10000)
      setGroup(count++, four)
      break
    }
    if (groupEnd === at || groupEnd > at + 4 || count === GROUPS) return false
    setGroup(count++, hexadecimal(text, at, groupEnd))
    at = groupEnd
    if (at === end) break
    if (codeAt(text, at++, end) !== COLON || at === end) return false
    if (codeAt(text, at, end) !== COLON) continue
    if (gap >= 0) return false
    gap = count
    at++
  }
  if (gap < 0) return count === GROUPS
  if (count === GROUPS) return false
  groups.copyWithin(gap + GROUPS - count, gap, count)
  groups.fill(0, gap, gap + GROUPS - count)
  return true
}

function setGroup(index: number, value: number): void {
  groups[index] = value
}

/** Four decimal numbers up to 255 with dots between them and no leading zeros, as one number; -1 when it is not that. */
function quads(text: string, start: number, end: number): number {
  let sum = 0
  let at = start
  for (let part = 0; part < 4; part++) {
    const dot = part < 3 ? text.indexOf('.', at) : end
    if (dot < 0 || dot > end) return -1
    const value = decimal(text, at, dot)
    if (value < 0 || value > 255) return -1
    sum = sum * 256 + value
    at = dot + 1
  }
  return sum
}

/** One to three digits without leading zeros; -1 when it is not that. */
function decimal(text: string, start: number, end: number): number {
  if (end <= start || end > start + 3 || (end > start + 1 && text.charCodeAt(start) === 0x30)) return -1
  let sum = 0
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return -1
    sum = sum * 10 + digit
  }
  return sum
}

function hexadecimalEnd(text: string, start: number, end: number): number {
  let at = start
  while (hexadecimalDigit(codeAt(text, at, end)) >= 0) at++
  return at
}

function hexadecimal(text: string, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++) sum = sum * 16 + hexadecimalDigit(text.charCodeAt(at))
  return sum
}

function hexadecimalDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const small = code | 0x20
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1
}

function codeAt(text: string, at: number, end: number): number {
  return at < end ? text.charCodeAt(at) : -1
}
