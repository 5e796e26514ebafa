import fc from 'fast-check'
import murmurhash from 'murmurhash'
import { describe, expect, test } from 'vitest'
import { blocksOf, murmur3, murmur3Bits, murmur3BitsOf } from './hash.ts'

const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 })

/** Any sequence of UTF-16 units: pairs, lone surrogates and everything around the borders between encoded lengths. */
const utf16 = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x7f }),
      fc.constantFrom(0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfffd, 0xffff),
      fc.integer({ min: 0, max: 0xffff }),
    ),
    { maxLength: 40 },
  )
  .map((codes) => String.fromCharCode(...codes))

describe('the hash of a text', () => {
  test('is what the murmurhash package computes, for any UTF-16 text and seed', () => {
    fc.assert(
      fc.property(utf16, seed, (text, start) => {
        expect(murmur3(text, start)).toBe(murmurhash.v3(text, start))
      }),
      { numRuns: 5_000 },
    )
  })

  test('is what the murmurhash package computes, for ASCII of every length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 300 }), seed, (text, start) => {
        expect(murmur3(text, start)).toBe(murmurhash.v3(text, start))
      }),
    )
  })

  test('reads a lone surrogate as U+FFFD, wherever it stands', () => {
    for (const lone of ['\ud83d', '\ude00', '\ude00\ud83d']) {
      for (const before of ['', 'a', 'abc', 'abcd', 'é']) {
        const replaced = lone.replace(/./gs, '\ufffd')
        expect(murmur3(`${before}${lone}z`, 7)).toBe(murmur3(`${before}${replaced}z`, 7))
      }
    }
  })

  test('is the same from the blocks of the text, for any text and any number of seeds', () => {
    fc.assert(
      fc.property(fc.oneof(utf16, fc.string({ unit: 'binary-ascii' })), fc.array(seed), (text, starts) => {
        const blocks = blocksOf(text)
        for (const start of starts) expect(murmur3BitsOf(blocks, start)).toBe(murmur3Bits(text, start))
      }),
      { numRuns: 2_000 },
    )
  })
})
