import { expect, test } from 'vitest'
import type { Failure } from './link-state.ts'
import { isWorthRepeating, retryDelay } from './repeats.ts'

const status = (code: number): Failure => ({ kind: 'status', status: code })
const BROKEN: Failure = { kind: 'network', message: 'connection reset' }

test('what was no answer, an overload or a refused key may go better another time; a mistake will not', () => {
  expect([BROKEN, ...[500, 503, 429, 408, 425, 401, 403].map(status)].every(isWorthRepeating)).toBe(true)
  expect([400, 404, 413, 422].map(status).some(isWorthRepeating)).toBe(false)
})

test('a repetition waits for a jittered back-off, or longer when the server asked for it', () => {
  expect(retryDelay(BROKEN, 3, 0.5)).toBe(2_000)
  expect(retryDelay({ kind: 'status', status: 503, retryAfterMs: 10_000 }, 1, 0.5)).toBe(10_500)
  expect(retryDelay({ kind: 'status', status: 503, retryAfterMs: 100 }, 5, 0.5)).toBe(8_000)
})

test('a refused key is no reason to hurry', () => {
  expect(retryDelay(status(401), 1, 0)).toBe(60_000)
})
