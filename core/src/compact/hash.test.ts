import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unitHash as fullUnitHash } from '../bucket.ts'
import { murmur3 as full } from '../hash.ts'
import { layerSeed, rolloutSeed, splitSeed } from '../seed.ts'
import { murmur3, seedOf, unitHash } from './hash.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\ud800', '\udc00', 'a', 'é', '€') }),
)

test('every text has the hash of core, also with halves of characters', () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 2 ** 32 - 1 }), (one, seed) => {
      expect(murmur3(one, seed)).toBe(full(one, seed))
    }),
    { numRuns: 3_000 },
  )
})

test('seeds and reported units are those of core', () => {
  fc.assert(
    fc.property(text, text, (one, salt) => {
      const seeds = [seedOf(one, 'rollout'), seedOf(one, 'split'), seedOf(one, 'layer')]
      expect(seeds).toEqual([rolloutSeed(one), splitSeed(one), layerSeed(one)])
      expect(unitHash(one, salt)).toBe(fullUnitHash(one, salt))
    }),
  )
})
