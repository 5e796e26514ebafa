import fc from 'fast-check'
import murmurhash from 'murmurhash'
import { expect, test } from 'vitest'
import { murmur3 } from './seed-hash.ts'

test('the hash of a seed is what the package makes of the text, in any order of texts', () => {
  const text = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 300 }), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(fc.array(text), fc.nat({ max: 2 ** 32 - 1 }), (texts, seed) => {
      for (const each of texts) expect(murmur3(each, seed)).toBe(murmurhash.v3(each, seed))
    }),
    { numRuns: 500 },
  )
})
