import { expect, test } from 'vitest'
import { clockOffset } from './server-clock.ts'

const DATE = 'Tue, 25 Nov 2025 14:00:00 GMT'
const AT = Date.parse(DATE)

test('a clock that is right within the header has no offset', () => {
  expect(clockOffset(DATE, AT + 100, AT + 300)).toBe(0)
  expect(clockOffset(DATE, AT - 900, AT + 1900)).toBe(0)
})

test('a clock that is wrong is corrected from the middle of the request', () => {
  expect(clockOffset(DATE, AT - 60_000, AT - 59_000)).toBe(60_000)
  expect(clockOffset(DATE, AT + 120_000, AT + 121_000)).toBe(-120_000)
})

test('an answer without a date says nothing', () => {
  expect(clockOffset(null, AT, AT)).toBeUndefined()
  expect(clockOffset('yesterday', AT, AT)).toBeUndefined()
})
