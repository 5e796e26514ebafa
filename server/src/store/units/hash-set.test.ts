import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, eachHash, HashSet } from './hash-set.ts'

/** Few and many, and such as meet in one place or are the mark of a free one. */
const half = fc.oneof(
  fc.nat({ max: 3 }),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(2 ** 31, 2 ** 32 - 1),
)
const hashes = fc.array(fc.tuple(half, half), { maxLength: 300 })

test('has what a Set has, before and after all but a part of it was let go', () => {
  fc.assert(
    fc.property(hashes, half, hashes, (first, bound, second) => {
      const set = new HashSet()
      let names = new Set<string>()
      const addAll = (all: readonly (readonly [number, number])[]): void => {
        for (const [high, low] of all) {
          expect(set.add(high, low)).toBe(!names.has(`${high} ${low}`))
          names.add(`${high} ${low}`)
          expect(set.size).toBe(names.size)
        }
      }
      addAll(first)
      set.keepBelow(bound)
      names = new Set([...names].filter((name) => Number(name.split(' ')[1]) < bound))
      expect(set.size).toBe(names.size)
      addAll(second)
      for (const [high, low] of [...first, ...second]) expect(set.has(high, low)).toBe(names.has(`${high} ${low}`))
    }),
  )
})

test('the bytes of units are their halves, in their order', () => {
  const halves: number[][] = []
  eachHash(bytesOf(['0123456789abcdef', 'ffffffff00000000']), (high, low, index) => halves.push([high, low, index]))
  expect(halves).toEqual([
    [0x01234567, 0x89abcdef, 0],
    [0xffffffff, 0, 1],
  ])
})
