import { expect, test } from 'vitest'
import { sayChange, sayLeast, sayMost } from './change-text.ts'

test.each([
  [4.83, '4.8×'],
  [12.4, '12×'],
  [0.95, '0.95×'],
  [0.847, '0.85×'],
  [1, '1×'],
  [0, '0×'],
])('a ratio of %d is %s', (ratio, words) => {
  expect(sayChange('ratio', ratio)).toBe(words)
})

test('a distance and a part have a sign', () => {
  expect([0.0113, -0.0025, 0].map((value) => sayChange('points', value))).toEqual(['+1.13pp', '−0.25pp', '+0pp'])
  expect([0.054, -0.12].map((value) => sayChange('percent', value))).toEqual(['+5.4%', '−12%'])
})

test.each([
  [2.39, '2.3×', '2.4×'],
  [2.3, '2.3×', '2.3×'],
  [1.04, '1×', '1.1×'],
  [17.9, '17×', '18×'],
  [0.847, '0.84×', '0.85×'],
])('an interval is never told narrower than it is: %d is at least %s and at most %s', (ratio, least, most) => {
  expect([sayLeast('ratio', ratio), sayMost('ratio', ratio)]).toEqual([least, most])
})

test('an end below nothing is rounded away from nothing, or towards it, by its side', () => {
  expect([sayLeast('points', -0.00126), sayMost('points', -0.00126)]).toEqual(['−0.13pp', '−0.12pp'])
  expect([sayLeast('percent', -0.1234), sayMost('percent', -0.1234)]).toEqual(['−12.4%', '−12.3%'])
})
