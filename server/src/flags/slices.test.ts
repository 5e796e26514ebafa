import { WHOLE } from '@rampart/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newConfig, newFlag } from './rules.ts'
import { cumulative, reweighted, slicesOf, type VariationSlice, withSlices } from './slices.ts'

const ORDER = ['a', 'b', 'c', 'd', 'e']

/** Any weights that sum to the whole; some are nought. */
const weights = fc.array(fc.integer({ min: 0, max: WHOLE }), { minLength: 4, maxLength: 4 }).map((cuts) => {
  const ends = [...cuts.toSorted((x, y) => x - y), WHOLE]
  return Object.fromEntries(ORDER.map((key, i) => [key, (ends[i] ?? 0) - (ends[i - 1] ?? 0)]))
})

type Weights = Readonly<Record<string, number>>

/** What each variation has in all, counted from its slices alone. */
function total(slices: readonly VariationSlice[]): Weights {
  const sums = Object.fromEntries(ORDER.map((key) => [key, 0]))
  for (const [i, [end, key]] of slices.entries()) sums[key] = (sums[key] ?? 0) + end - (slices[i - 1]?.[0] ?? 0)
  return sums
}

function variationAt(slices: readonly VariationSlice[], position: number): string | undefined {
  return slices.find(([end]) => position < end)?.[1]
}

/** How many hundred-thousandths of the units have another variation than before. */
function movement(before: readonly VariationSlice[], after: readonly VariationSlice[]): number {
  const bounds = [0, ...new Set([...before, ...after].map(([end]) => end))].toSorted((x, y) => x - y)
  return bounds.reduce((sum, from, i) => {
    const to = bounds[i + 1] ?? from
    return sum + (variationAt(before, from) === variationAt(after, from) ? 0 : to - from)
  }, 0)
}

/** Whoever shrinks has to give this much, however it is done. */
function least(before: Weights, after: Weights): number {
  return ORDER.reduce((sum, key) => sum + Math.max(0, (before[key] ?? 0) - (after[key] ?? 0)), 0)
}

describe('a change of weights', () => {
  test('moves exactly the least that any change could move, after any history', () => {
    fc.assert(
      fc.property(fc.array(weights, { minLength: 2, maxLength: 8 }), (history) => {
        const [first = {}, ...rest] = history
        let slices = cumulative(first, ORDER)
        let now = first
        for (const next of rest) {
          const after = reweighted(slices, next, ORDER)
          expect(total(after)).toEqual(next)
          expect(movement(slices, after)).toBe(least(now, next))
          slices = after
          now = next
        }
      }),
    )
  })

  test('of 50/25/25 to 40/30/30 moves 10%, where cumulative weights would move 15%', () => {
    const before = { a: 50_000, b: 25_000, c: 25_000 }
    const after = { a: 40_000, b: 30_000, c: 30_000 }
    const slices = cumulative(before, ORDER)
    expect(movement(slices, cumulative(after, ORDER))).toBe(15_000)
    expect(reweighted(slices, after, ORDER)).toEqual([
      [40_000, 'a'],
      [45_000, 'b'],
      [50_000, 'c'],
      [75_000, 'b'],
      [100_000, 'c'],
    ])
    expect(movement(slices, reweighted(slices, after, ORDER))).toBe(10_000)
  })

  test('to the same weights changes nothing, whatever the order they are written in', () => {
    fc.assert(
      fc.property(weights, weights, (first, second) => {
        const slices = reweighted(cumulative(first, ORDER), second, ORDER)
        const turned = Object.fromEntries(Object.entries(second).toReversed())
        expect(reweighted(slices, turned, ORDER)).toEqual(slices)
      }),
    )
  })

  test('a thousand times over leaves few slices', () => {
    let state = 1
    const random = () => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    }
    let slices = cumulative({ a: WHOLE }, ORDER)
    for (let i = 0; i < 1_000; i++) {
      const ends = [random(), random(), random(), random(), 1]
        .map((x) => Math.round(x * WHOLE))
        .toSorted((x, y) => x - y)
      const next = Object.fromEntries(ORDER.map((key, n) => [key, (ends[n] ?? 0) - (ends[n - 1] ?? 0)]))
      slices = reweighted(slices, next, ORDER)
    }
    expect(slices.length).toBeLessThan(60)
  })

  test('a variation without weight has no slice, and one that is new takes only what others give', () => {
    const slices = cumulative({ a: 60_000, b: 40_000 }, ORDER)
    expect(reweighted(slices, { a: 60_000, b: 0, c: 40_000 }, ORDER)).toEqual([
      [60_000, 'a'],
      [100_000, 'c'],
    ])
  })
})

describe('the slices of a configuration', () => {
  const variations = ORDER.map((key) => ({ key, name: null, value: key }))
  const flag = newFlag({ key: 'ranker', type: 'string', variations }, '2026-03-01T12:00:00.000Z')
  const plain = newConfig(flag, { project: 'shop', environment: 'production' })
  const split = (a: number, b: number) => ({ split: { weights: { a, b } } })

  test('are kept by rule, follow the weights, and go with the split', () => {
    const rule = { id: 'beta', name: null, paused: false, when: { segment: 'beta' } }
    const first = withSlices(
      plain,
      { ...plain, rules: [{ ...rule, serve: split(50_000, 50_000) }], everyoneElse: split(10_000, 90_000) },
      ORDER,
    )
    expect(first.slices).toEqual([
      {
        rule: 'beta',
        slices: [
          [50_000, 'a'],
          [100_000, 'b'],
        ],
      },
      {
        rule: 'everyone-else',
        slices: [
          [10_000, 'a'],
          [100_000, 'b'],
        ],
      },
    ])
    const second = withSlices(first, { ...first, rules: [], everyoneElse: split(20_000, 80_000) }, ORDER)
    expect(second.slices).toEqual([
      {
        rule: 'everyone-else',
        slices: [
          [10_000, 'a'],
          [90_000, 'b'],
          [100_000, 'a'],
        ],
      },
    ])
    expect(withSlices(second, { ...second, everyoneElse: { variation: 'a' } }, ORDER)).toEqual({
      ...plain,
      everyoneElse: { variation: 'a' },
    })
  })

  test('of a split from before slices were kept are those of its weights, and nobody moves when they are', () => {
    const old = { ...plain, everyoneElse: split(50_000, 50_000) }
    const weights = { a: 50_000, b: 50_000 }
    expect(slicesOf(old, { rule: 'everyone-else', weights }, ORDER)).toEqual([
      [50_000, 'a'],
      [100_000, 'b'],
    ])
    expect(withSlices(old, { ...old, everyoneElse: split(40_000, 60_000) }, ORDER).slices).toEqual([
      {
        rule: 'everyone-else',
        slices: [
          [40_000, 'a'],
          [100_000, 'b'],
        ],
      },
    ])
  })
})
