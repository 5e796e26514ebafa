import { expect, test } from 'vitest'
import type { StoredAlert } from '../store/store.ts'
import { retryAt } from './backoff.ts'
import { genericBody, slackBody } from './format.ts'

const PUBLIC = new URL('https://flags.example.test')

const alert: StoredAlert = {
  id: 'a_r_1_2_rolled_back',
  project: 'shop',
  environment: 'production',
  flag: 'checkout',
  ramp: 'r_1',
  seq: 2,
  kind: 'rolled_back',
  words: 'checkout in production: Rolled back 1% → 0%: a < b & c > d.',
  url: '/p/shop/ramps/r_1',
  at: Date.parse('2026-03-02T12:00:00.000Z'),
}

test('a generic body says what, when and where', () => {
  expect(genericBody(alert, PUBLIC)).toEqual({
    type: 'ramp.rolled_back',
    timestamp: '2026-03-02T12:00:00.000Z',
    data: {
      id: 'a_r_1_2_rolled_back',
      project: 'shop',
      environment: 'production',
      flag: 'checkout',
      ramp: 'r_1',
      seq: 2,
      kind: 'rolled_back',
      words: 'checkout in production: Rolled back 1% → 0%: a < b & c > d.',
      url: 'https://flags.example.test/p/shop/ramps/r_1',
    },
  })
})

test('a Slack body is one text with a link, in which nothing can be mistaken for markup', () => {
  expect(slackBody(alert, PUBLIC)).toEqual({
    text: '↶ checkout in production: Rolled back 1% → 0%: a &lt; b &amp; c &gt; d.\n<https://flags.example.test/p/shop/ramps/r_1|Open the ramp>',
  })
})

test('a Slack body stays short', () => {
  expect(slackBody({ ...alert, words: 'x'.repeat(50_000) }, PUBLIC).text.length).toBeLessThan(4_000)
})

test('retries grow apart, and end after about a day', () => {
  const waits = Array.from({ length: 9 }, (_, i) => retryAt(i + 1, 0, 0))
  expect(waits).toEqual([5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000, null])
  expect(retryAt(1, 1_000, 0.5)).toBe(6_500)
})
