import { expect, test } from 'vitest'
import { sayChange, sayCount, sayInterval, sayPercent, sayRate } from './percent.ts'

test('a share keeps the decimals it has, at most three', () => {
  expect([0, 0.001, 0.5, 10, 100, 33.3333].map(sayPercent)).toEqual(['0%', '0.001%', '0.5%', '10%', '100%', '33.333%'])
})

test('a rate has more decimals the smaller it is, and a dash before any unit', () => {
  expect([null, 0, 0.00034, 0.0021, 0.0134, 0.1253, 1].map(sayRate)).toEqual([
    '–',
    '0%',
    '0.034%',
    '0.21%',
    '1.3%',
    '12.5%',
    '100%',
  ])
})

test('a change is written in its own unit, with its sign', () => {
  const of = (as: 'points' | 'ratio' | 'percent', value: number) =>
    sayChange({ as, value, interval: [null, null], confidence: 0.99 })
  expect(of('points', 0.0113)).toBe('+1.13pp')
  expect(of('points', -0.0009)).toBe('−0.09pp')
  expect(of('ratio', 4.93)).toBe('4.9×')
  expect(of('percent', 0.054)).toBe('+5.4%')
  expect(sayChange(null)).toBe('–')
})

test('an interval says which of its ends are bounded', () => {
  const of = (interval: [number | null, number | null]) =>
    sayInterval({ as: 'ratio', value: 4, interval, confidence: 0.99 })
  expect(of([2.3, 11])).toBe('2.3× to 11×')
  expect(of([2.39, 4.01])).toBe('2.3× to 4.1×')
  expect(of([2.3, null])).toBe('from 2.3×')
  expect(of([null, 11])).toBe('up to 11×')
  expect(of([null, null])).toBeUndefined()
})

test('counts are grouped by thousands', () => {
  expect(sayCount(91220)).toBe('91,220')
})
