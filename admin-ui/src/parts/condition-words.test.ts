import type { Condition } from '@rampart/core'
import { expect, test } from 'vitest'
import { tokensOf } from './condition-words.ts'

const say = (condition: Condition) =>
  tokensOf(condition)
    .map(({ text }) => text)
    .join(' ')

const plan: Condition = { attribute: 'plan', operator: 'is', operand: 'pro' }
const age: Condition = { attribute: 'age', operator: 'number >=', operand: 18 }

test('a condition reads as a line', () => {
  expect(say(plan)).toBe('plan is pro')
  expect(say(age)).toBe('age >= 18')
  expect(say({ attribute: 'app', operator: 'version >=', operand: '4.2.0' })).toBe('app >= 4.2.0')
  expect(say({ attribute: 'beta', operator: 'exists' })).toBe('beta exists')
  expect(say({ segment: 'testers' })).toBe('in segment testers')
  expect(say({ not: { segment: 'testers' } })).toBe('not in segment testers')
  expect(say({ attribute: 'mail', operator: 'ends with', operand: ['@a.b'], ignoreCase: true })).toBe(
    'mail ends with @a.b (any case)',
  )
})

test('long lists are cut, with the number that is left', () => {
  expect(say({ attribute: 'country', operator: 'is one of', operand: ['DE', 'FR', 'IT', 'ES', 'PT'] })).toBe(
    'country is one of DE FR IT and 2 more',
  )
})

test('brackets stand only where the meaning needs them', () => {
  expect(say({ all: [plan, age] })).toBe('plan is pro and age >= 18')
  expect(say({ all: [plan, { any: [age, { segment: 'x' }] }] })).toBe('plan is pro and ( age >= 18 or in segment x )')
  expect(say({ any: [{ all: [plan] }] })).toBe('plan is pro')
  expect(say({ not: { all: [plan, age] } })).toBe('not ( plan is pro and age >= 18 )')
})

test('an empty group says whom it holds', () => {
  expect([say({ all: [] }), say({ any: [] })]).toEqual(['everyone', 'nobody'])
})
