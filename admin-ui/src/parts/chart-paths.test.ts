import { expect, test } from 'vitest'
import { known, linePath, lonePoints, roundTicks, scale, stepPath, timeTicks } from './chart-paths.ts'

const x = (value: number) => value
const y = (value: number) => 100 - value

test('a scale turns one range into another, and clamps what is outside', () => {
  const place = scale([0, 10], [100, 0])
  expect([place(0), place(5), place(10), place(20), place(-1)]).toEqual([100, 50, 0, 0, 100])
})

test('a range without size is its beginning', () => {
  expect(scale([3, 3], [0, 50])(3)).toBe(0)
})

test('a line is broken where nothing is known, and leaves out no point that is alone', () => {
  const points = [
    { at: 0, value: 10 },
    { at: 10, value: 20 },
    { at: 20, value: null },
    { at: 30, value: 40 },
    { at: 40, value: null },
  ]
  expect(linePath(points, x, y)).toBe('M0 90L10 80M30 60')
  expect(known(points).map(({ at }) => at)).toEqual([0, 10, 30])
  expect(lonePoints(points)).toEqual([{ at: 30, value: 40 }])
  expect(lonePoints([{ at: 7, value: 1 }])).toEqual([{ at: 7, value: 1 }])
})

test('a step holds its value until the next', () => {
  const points = [
    { at: 0, value: 1 },
    { at: 10, value: 50 },
    { at: 20, value: 0 },
  ]
  expect(stepPath(points, x, y)).toBe('M0 99H10V50H20V100')
})

test('ticks are round numbers', () => {
  expect(roundTicks(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100])
  expect(roundTicks(0, 0.034, 4)).toEqual([0, 0.01, 0.02, 0.03])
  expect(roundTicks(-0.01, 0.03, 4)).toEqual([-0.01, 0, 0.01, 0.02, 0.03])
  expect(roundTicks(2, 2, 4)).toEqual([2])
})

test('ticks of time are whole units, from seconds to days', () => {
  const start = Date.parse('2025-11-25T14:00:01.000Z')
  const words = (to: number) => timeTicks(start, to, 4).map((at) => new Date(at).toISOString().slice(5, 19))
  expect(words(start + 60_000)).toEqual(['11-25T14:00:30', '11-25T14:01:00'])
  expect(words(start + 3_600_000)).toEqual(['11-25T14:30:00', '11-25T15:00:00'])
  expect(words(start + 3 * 86_400_000)).toEqual(['11-26T00:00:00', '11-27T00:00:00', '11-28T00:00:00'])
})
