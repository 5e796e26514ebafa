const ZERO = 0x30
const DOT = 0x2e
const COLON = 0x3a
const GROUPS = 8
/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` */
const LONGEST = 45

/**
 * The groups of the address read last, one of IPv4 as the IPv6 address that stands for it (`::ffff:a.b.c.d`): overwritten by
 * every reading, so that judging a text allocates nothing.
 */
const groups = new Uint16Array(GROUPS)

/** Numbers of a range: four words and their masks by turns, then whether it is of IPv4. */
const PER_RANGE = 9

export type Ranges = Int32Array

/**
 * Ranges in CIDR notation (RFC 4632, RFC 4291), or single addresses; undefined when one is neither. Bits beyond a prefix
 * count for nothing. `::ffff:0:0/96` and what lies within it are ranges of IPv4 addresses.
 */
export function rangesOf(list: readonly string[]): Ranges | undefined {
  const ranges: number[] = []
  for (const text of list) {
    const [address = '', bits, ...rest] = text.split('/')
    const most = address.includes(':') ? 128 : 32
    const prefix = bits === undefined ? most : /^(0|[1-9]\d{0,2})$/.test(bits) ? Number(bits) : Number.NaN
    if (!read(address) || !(prefix <= most) || rest.length > 0) return undefined
    const length = 128 - most + prefix
    for (let index = 0; index < 4; index++) ranges.push(word(index), mask(length - index * 32))
    // A range of IPv6 that is wider than all mapped addresses holds none of them.
    ranges.push(Number(length >= 96 && isFour()))
  }
  return Int32Array.from(ranges)
}

/** Whether a text is an address within one of the ranges. An IPv4-mapped IPv6 address is the IPv4 address. */
export function isWithin(text: string, ranges: Ranges): boolean {
  if (text.length > LONGEST || !read(text)) return false
  const family = Number(isFour())
  for (let at = 0; at < ranges.length; at += PER_RANGE) {
    let difference = family ^ (ranges[at + 8] ?? 0)
    for (let index = 0; index < 4; index++) {
      difference |= (word(index) ^ (ranges[at + index * 2] ?? 0)) & (ranges[at + index * 2 + 1] ?? 0)
    }
    if (difference === 0) return true
  }
  return false
}

/** The first so many of 32 bits. */
function mask(bits: number): number {
  return bits <= 0 ? 0 : -1 << (32 - Math.min(bits, 32))
}

function word(index: number): number {
  return ((groups[index * 2] ?? 0) << 16) | (groups[index * 2 + 1] ?? 0)
}

function isFour(): boolean {
  return word(0) === 0 && word(1) === 0 && word(2) === 0xffff
}

/**
 * Reads an address into `groups`; false when it is none. RFC 4291, section 2.2: eight groups, `::` once for one or more groups
 * of zeros, the last two perhaps as IPv4.
 */
function read(text: string): boolean {
  const { length } = text
  groups.fill(0)
  if (!text.includes(':')) {
    groups[5] = 0xffff
    return readFour(text, 0, 6)
  }
  let count = 0
  let gap = text.startsWith('::') ? 0 : -1
  let at = gap < 0 ? 0 : 2
  while (at < length) {
    let value = 0
    let end = at
    for (let digit = hexadecimal(text, end); digit >= 0; digit = hexadecimal(text, ++end)) value = value * 16 + digit
    if (text.charCodeAt(end) === DOT) {
      if (count > GROUPS - 2 || !readFour(text, at, count)) return false
      count += 2
      break
    }
    if (end === at || end > at + 4 || count === GROUPS) return false
    groups[count++] = value
    if (end === length) break
    at = end + 1
    if (text.charCodeAt(end) !== COLON || at === length) return false
    if (text.charCodeAt(at) !== COLON) continue
    if (gap >= 0) return false
    gap = count
    at++
  }
  if (gap < 0 || count === GROUPS) return gap < 0 && count === GROUPS
  groups.copyWithin(gap + GROUPS - count, gap, count)
  groups.fill(0, gap, gap + GROUPS - count)
  return true
}

/** Four decimal numbers up to 255 with dots between them and no leading zeros, into the two groups at `index`. */
function readFour(text: string, start: number, index: number): boolean {
  let at = start
  for (let part = 0; part < 4; part++) {
    const first = at
    let value = 0
    for (let digit = decimal(text, at); digit >= 0; digit = decimal(text, ++at)) value = value * 10 + digit
    if (at === first || value > 255 || (at > first + 1 && text.charCodeAt(first) === ZERO)) return false
    const group = index + (part >> 1)
    groups[group] = (part & 1 ? (groups[group] ?? 0) << 8 : 0) | value
    if (part < 3 ? text.charCodeAt(at++) !== DOT : at < text.length) return false
  }
  return true
}

/** What the character at an index is worth as a digit; -1 when it is none. */
function decimal(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO
  return digit >= 0 && digit <= 9 ? digit : -1
}

function hexadecimal(text: string, at: number): number {
  const small = text.charCodeAt(at) | 0x20
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : decimal(text, at)
}
