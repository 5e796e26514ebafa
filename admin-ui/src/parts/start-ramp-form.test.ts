import { parseGuard, usualReaction } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { bodyOf, readGuards, readSteps, type StartRampForm, withGuard, writeGuard } from './start-ramp-form.ts'

const SERVERS = { kind: 'sdk', from: 'server' } as const

const empty: StartRampForm = {
  plan: '',
  steps: '',
  guards: '',
  unguarded: false,
  to: '',
  allowNewMetric: false,
  replace: false,
  skipCooldown: '',
}

test('what is left empty is left to the server', () => {
  expect(bodyOf(empty)).toEqual({})
})

test('everything that is written is sent', () => {
  expect(
    bodyOf({
      plan: 'careful',
      steps: ' 1%:10m,100% ',
      guards: 'checkout_error\n\n order>=0.95x ',
      unguarded: false,
      to: 'blue',
      allowNewMetric: true,
      replace: true,
      skipCooldown: 'fixed in 1.4.2',
    }),
  ).toEqual({
    plan: 'careful',
    steps: '1%:10m,100%',
    guards: ['checkout_error', 'order>=0.95x'],
    to: 'blue',
    allowNewMetric: true,
    replace: true,
    cooldown: 'PT0S',
    reason: 'fixed in 1.4.2',
  })
})

test('no guards is said, and not left out', () => {
  expect(bodyOf({ ...empty, guards: 'checkout_error', unguarded: true })).toEqual({ guards: [] })
})

test('steps are told back, or what is wrong with them', () => {
  expect(readSteps('')).toBeUndefined()
  expect(readSteps('1%:10m,100%')).toEqual({ outline: '1% for 10m, then 100%; at least 10m in all' })
  expect(readSteps('10%,1%')).toEqual({ problem: 'Step 2, "1%", must be above the step before it' })
})

test('guards are told back with their limit and what they do', () => {
  expect(readGuards('\n')).toBeUndefined()
  expect(readGuards('checkout_error\ncheckout_error<2%:hold')).toEqual({
    outline: 'checkout_error no worse, else roll back; checkout_error below 2%, else hold',
  })
  expect(readGuards('mean(order_value)\nweb_error:browser\nweb_error:browser:rollback')).toEqual({
    outline:
      'order_value at least 1×, else hold; web_error in browsers no worse, else hold; web_error in browsers no worse, else roll back',
  })
  expect(readGuards('Checkout!')).toHaveProperty('problem')
})

test('a metric is added once', () => {
  expect(withGuard('', 'order')).toBe('order')
  expect(withGuard('checkout_error\n', 'order')).toBe('checkout_error\norder')
  expect(withGuard('order', 'order')).toBe('order')
})

test('a guard is written the way it is read', () => {
  for (const line of [
    'checkout_error',
    'checkout_error<=1.5x',
    'e<=+0.5pp',
    'checkout_error<2%:hold',
    'order>=0.95x',
    'order>=0.95x:rollback',
    'mean(order_value)>=0.95x',
    'web_error<=1.5x:browser',
    'web_error:browser:rollback',
  ]) {
    const parsed = parseGuard(line)
    if (!parsed.ok) throw new Error(parsed.problem)
    const guard = { source: SERVERS, ...parsed.value }
    expect(writeGuard({ reaction: usualReaction(guard), ...guard })).toBe(line)
  }
})
