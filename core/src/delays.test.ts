import { describe, expect, test } from 'vitest'
import { afterRefusal, asAsked, backoff, spread, streamAgain } from './delays.ts'

const failures = [1, 2, 3, 4, 5, 6, 7, 100, 5_000]

describe('back-off', () => {
  test('doubles from 1 s and never passes 30 s', () => {
    expect(failures.map((n) => backoff(n, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000,
    ])
  })

  test('is full jitter: any time from at once to the limit', () => {
    expect([0, 0.25, 0.5].map((random) => backoff(3, random))).toEqual([0, 1_000, 2_000])
  })
})

test('a refused key is tried again after a minute at the soonest and five at the latest', () => {
  expect(failures.map((n) => afterRefusal(n, 0))).toEqual(failures.map(() => 60_000))
  expect(failures.map((n) => afterRefusal(n, 1))).toEqual([
    120_000, 240_000, 300_000, 300_000, 300_000, 300_000, 300_000, 300_000, 300_000,
  ])
})

describe('a time the server asked for', () => {
  test('is kept, with up to a second more', () => {
    expect([0, 0.5, 1].map((random) => asAsked(7_000, random))).toEqual([7_000, 7_500, 8_000])
  })

  test('is not believed beyond ten minutes', () => {
    expect(asAsked(86_400_000, 0)).toBe(600_000)
  })
})

test('a stream beside working polls is tried soon at first, then every 30 s, and every 5 min in the end', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((n) => streamAgain(n, 0.5))).toEqual([
    500, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000,
  ])
})

test('a regular interval is a tenth shorter or longer', () => {
  expect([0, 0.5, 1].map((random) => spread(30_000, random))).toEqual([27_000, 30_000, 33_000])
})
