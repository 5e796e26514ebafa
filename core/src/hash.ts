const FIRST = 0xcc9e2d51
const SECOND = 0x1b873593
const STEP = 0xe6546b64

/**
 * MurmurHash3 x86_32 (Austin Appleby, `MurmurHash3.cpp`) of the UTF-8 bytes of `text`: an unsigned 32-bit integer. A lone
 * surrogate is hashed as U+FFFD, as the Encoding Standard encodes it.
 */
export function murmur3(text: string, seed: number): number {
  return murmur3Bits(text, seed) >>> 0
}

/**
 * The same 32 bits as a signed integer, which an engine hands on without making an object of it. This is most of what an
 * evaluation costs, so that it reads the text where it lies and allocates nothing.
 */
export function murmur3Bits(text: string, seed: number): number {
  const { length } = text
  let hash = seed | 0
  let index = 0
  for (const last = length - 3; index < last; index += 4) {
    const a = text.charCodeAt(index)
    const b = text.charCodeAt(index + 1)
    const c = text.charCodeAt(index + 2)
    const d = text.charCodeAt(index + 3)
    if ((a | b | c | d) > 0x7f) return beyondAscii(text, index, hash)
    hash = mixed(hash, a | (b << 8) | (c << 16) | (d << 24))
  }
  let rest = 0
  for (let shift = 0; index < length; index++, shift += 8) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return beyondAscii(text, length & ~3, hash)
    rest |= code << shift
  }
  return finished(hash ^ scrambled(rest), length)
}

/** What MurmurHash3 makes of a text before any seed comes in: what many hashes of one text share. */
export interface Blocks {
  readonly text: string
  /** The scrambled words; undefined when the text is not ASCII. */
  readonly words: readonly number[] | undefined
  /** The scrambled rest, of up to three characters. */
  readonly rest: number
}

export const NO_BLOCKS: Blocks = { text: '', words: [], rest: 0 }

export function blocksOf(text: string): Blocks {
  const words: number[] = []
  let word = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return { text, words: undefined, rest: 0 }
    word |= code << ((index & 3) * 8)
    if ((index & 3) < 3) continue
    words.push(scrambled(word))
    word = 0
  }
  return { text, words, rest: scrambled(word) }
}

/** `murmur3Bits` of the text of the blocks. */
export function murmur3BitsOf({ text, words, rest }: Blocks, seed: number): number {
  if (words === undefined) return murmur3Bits(text, seed)
  let hash = seed | 0
  for (const word of words) hash = turned(hash ^ word)
  return finished(hash ^ rest, text.length)
}

/** Goes on at `index`, a multiple of four before which all is ASCII and in `hash` already. */
function beyondAscii(text: string, index: number, before: number): number {
  let hash = before
  let block = 0
  let shift = 0
  let length = index
  for (let at = index; at < text.length; at++) {
    const code = codePoint(text, at)
    if (code > 0xffff) at++
    const bytes = encoded(code)
    const bits = code < 0x80 ? 8 : code < 0x800 ? 16 : code < 0x10000 ? 24 : 32
    block |= bytes << shift
    shift += bits
    length += bits >> 3
    if (shift < 32) continue
    hash = mixed(hash, block)
    shift -= 32
    block = shift === 0 ? 0 : bytes >>> (bits - shift)
  }
  return finished(hash ^ scrambled(block), length)
}

/** The code point at `at`; U+FFFD for a surrogate without its partner. */
function codePoint(text: string, at: number): number {
  const code = text.codePointAt(at) ?? 0
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code
}

/** The bytes of one code point in UTF-8, the first of them lowest. */
function encoded(code: number): number {
  if (code < 0x80) return code
  if (code < 0x800) return 0xc0 | (code >> 6) | (continuation(code) << 8)
  if (code < 0x10000) return 0xe0 | (code >> 12) | (continuation(code >> 6) << 8) | (continuation(code) << 16)
  return (
    0xf0 | (code >> 18) | (continuation(code >> 12) << 8) | (continuation(code >> 6) << 16) | (continuation(code) << 24)
  )
}

function continuation(code: number): number {
  return 0x80 | (code & 0x3f)
}

function mixed(hash: number, block: number): number {
  return turned(hash ^ scrambled(block))
}

function turned(hash: number): number {
  return (Math.imul((hash << 13) | (hash >>> 19), 5) + STEP) | 0
}

function scrambled(block: number): number {
  const first = Math.imul(block, FIRST)
  return Math.imul((first << 15) | (first >>> 17), SECOND)
}

function finished(hash: number, length: number): number {
  let last = hash ^ length
  last = Math.imul(last ^ (last >>> 16), 0x85ebca6b)
  last = Math.imul(last ^ (last >>> 13), 0xc2b2ae35)
  return last ^ (last >>> 16)
}
