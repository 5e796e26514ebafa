import type { ConfigSettings } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { isWhole, movedBy, newRuleId, rulesDraftOf, withRules } from './rules-draft.ts'

const settings: ConfigSettings = {
  on: true,
  off: 'off',
  prerequisites: [{ flag: 'other', variations: ['on'] }],
  layer: null,
  rules: [
    {
      id: 'eu',
      name: 'Europe',
      paused: true,
      when: { all: [{ segment: 'eu' }, { attribute: 'plan', operator: 'is', operand: 'pro' }] },
      serve: { split: { weights: { on: 40_000, off: 60_000 } }, by: 'account.id' },
    },
    { id: 'beta', name: null, paused: false, when: { segment: 'beta' }, serve: { variation: 'on' } },
  ],
  everyoneElse: { variation: 'on', rollout: { percent: 10, otherwise: 'off' } },
}

test('an untouched draft is the configuration it was made from', () => {
  expect(withRules(settings, rulesDraftOf(settings, ['on', 'off']))).toEqual(settings)
})

test('rows know their place in the order as it is now', () => {
  const draft = rulesDraftOf(settings, ['on', 'off'])
  const places = new Map<string, string>()
  withRules(settings, { ...draft, rules: movedBy(draft.rules, 0, 1) }, (id, pointer) => places.set(id, pointer))
  expect(places.get('eu.1')).toBe('/rules/1/when/all/1')
  expect(places.get('beta.0')).toBe('/rules/0/when')
})

test('a draft with a split that is not whole cannot be sent', () => {
  const draft = rulesDraftOf(settings, ['on', 'off'])
  expect(isWhole(draft)).toBe(true)
  expect(isWhole({ ...draft, everyoneElse: { ...draft.everyoneElse, kind: 'split' } })).toBe(false)
})

test('a new rule has an id of its own', () => {
  expect(newRuleId(['eu', 'beta'])).toBe('rule-3')
  expect(newRuleId(['eu', 'rule-3'])).toBe('rule-4')
})

test('a rule moves by one place, and not beyond the ends', () => {
  expect([movedBy(['a', 'b', 'c'], 2, -1), movedBy(['a', 'b'], 0, -1), movedBy(['a', 'b'], 1, 1)]).toEqual([
    ['a', 'c', 'b'],
    ['a', 'b'],
    ['a', 'b'],
  ])
})
