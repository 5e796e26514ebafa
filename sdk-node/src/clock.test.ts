import { expect, test } from 'vitest'
import { coarsely } from './clock.ts'
import { createTestClock } from './test-clock.ts'

test('a time that is read coarsely lags by no more than its grain, and leaves no timer when nobody asks', () => {
  const clock = createTestClock()
  let reads = 0
  const start = clock.now()
  const now = (): number => {
    reads += 1
    return clock.now()
  }
  const time = coarsely({ ...clock, now }, 100)
  expect(clock.timers).toEqual([])
  expect([time(), time()]).toEqual([start, start])
  clock.advance(99)
  expect(time()).toBe(start)
  clock.advance(1)
  expect(clock.timers).toEqual([])
  expect(time()).toBe(start + 100)
  expect(reads).toBe(2)
  expect(clock.holding.count()).toBe(0)
})
