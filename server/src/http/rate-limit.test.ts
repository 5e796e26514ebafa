import { expect, test } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

function limited({ burst, perMinute }: { readonly burst: number; readonly perMinute: number }) {
  let now = 0
  const limit = createRateLimit({ now: () => now }, { burst, perMinute })
  const passes = (key: string) => {
    try {
      limit.take(key)
      return true
    } catch {
      // refused: that is the answer that was asked for
      return false
    }
  }
  return { limit, passes, wait: (ms: number) => (now += ms) }
}

test('a burst passes, and then as many as come in', () => {
  const { passes, wait } = limited({ burst: 3, perMinute: 60 })
  expect(Array.from({ length: 5 }, () => passes('a'))).toEqual([true, true, true, false, false])
  wait(1000)
  expect([passes('a'), passes('a')]).toEqual([true, false])
})

test('a pause fills the bucket up to the burst and no further', () => {
  const { passes, wait } = limited({ burst: 2, perMinute: 60 })
  expect([passes('a'), passes('a'), passes('a')]).toEqual([true, true, false])
  wait(3_600_000)
  expect([passes('a'), passes('a'), passes('a')]).toEqual([true, true, false])
})

test('keys do not take from each other', () => {
  const { passes } = limited({ burst: 1, perMinute: 1 })
  expect([passes('a'), passes('b'), passes('a')]).toEqual([true, true, false])
})

test('a refusal says when the next one passes', () => {
  const { limit, wait } = limited({ burst: 1, perMinute: 6 })
  limit.take('a')
  wait(4_000)
  expect(() => limit.take('a')).toThrow(
    expect.objectContaining({ code: 'rate_limited', extras: { retryAfterMs: 6_000 } }),
  )
})
