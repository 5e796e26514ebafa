import { expect, test } from 'vitest'
import { atMost, quantileOf, shareOf } from './uncertainty.ts'

test('none of n leaves room for the share that would so often show none', () => {
  const { low, high } = shareOf(0, 1_000)
  expect(low).toBe(0)
  expect((1 - high) ** 1_000).toBeCloseTo(0.005, 6)
})

test('the interval of a share is the one of Clopper and Pearson', () => {
  // each end leaves 0.5% beyond what was seen
  const { low, high } = shareOf(10, 1_000)
  expect([1 - atMost(9, 1_000, low), atMost(10, 1_000, high)].map((p) => Number(p.toFixed(6)))).toEqual([0.005, 0.005])
})

test('all of n is told from below only', () => {
  expect(shareOf(50, 50).high).toBe(1)
  expect(shareOf(50, 50).low ** 50).toBeCloseTo(0.005, 6)
})

test('a median is between the order statistics that so often enclose it', () => {
  const values = Array.from({ length: 1_001 }, (_, i) => (i * 389) % 1_001)
  const { value, low, high } = quantileOf(values)
  expect([value, low, high]).toEqual([500, 459, 542])
})
