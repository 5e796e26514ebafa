import { expect, test } from 'vitest'
import { ramp } from './testing/makers.ts'
import { watchOf } from './watch.ts'

test('a watch tells SDKs the step and each metric once', () => {
  const watched = ramp({ guards: ['checkout_error', 'checkout_error<20%', 'order_failed:warn'] })
  expect(watchOf(watched)).toEqual({
    ramp: 'r_1',
    seq: 1,
    flag: 'new-checkout-flow',
    rule: 'everyone-else',
    percent: 1,
    salt: 'salt',
    controlSample: 1,
    tickMs: 5_000,
    metrics: [
      { metric: 'checkout_error', take: 'first' },
      { metric: 'order_failed', take: 'first' },
    ],
  })
})

test('a paused ramp is watched on; one that ended, has not begun or gives everybody the same is not', () => {
  expect(watchOf(ramp({}, { state: 'paused' }))).not.toBeNull()
  expect(watchOf(ramp({}, { state: 'rolled_back' }))).toBeNull()
  expect(watchOf(ramp({}, { state: 'scheduled', publishes: [] }))).toBeNull()
  expect(watchOf(ramp({ steps: '100%' }))).toBeNull()
})
