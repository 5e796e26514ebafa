import { expect, test } from 'vitest'
import { frictionOf, frictionOfRelease } from './friction.ts'

test('lowering acts at once, and asks once where the environment is protected', () => {
  expect(frictionOf(50, 10, false)).toBe('direct')
  expect(frictionOf(50, 10, true)).toBe('confirm')
})

test('raising is reviewed, and typed above ten points where the environment is protected', () => {
  expect(frictionOf(10, 100, false)).toBe('review')
  expect(frictionOf(10, 20, true)).toBe('review')
  expect(frictionOf(10, 20.001, true)).toBe('typed')
})

test('the last points to everyone are typed, however few', () => {
  expect(frictionOf(95, 100, true)).toBe('typed')
})

test('switching on is typed where the environment is protected', () => {
  expect([frictionOfRelease(false), frictionOfRelease(true)]).toEqual(['review', 'typed'])
})
