import type { ConfigSettings, Serve } from '@rampart/contract/admin'
import type { Condition } from '@rampart/core'
import { describe, expect, test } from 'vitest'
import { sayCondition, sayConfig, shareOf } from './format.ts'

const config = (changes: Partial<ConfigSettings> = {}) => ({
  on: true,
  killed: null,
  off: 'off',
  prerequisites: [],
  layer: null,
  rules: [],
  everyoneElse: { variation: 'on' } as Serve,
  ...changes,
})
const tenPercent: Serve = { variation: 'on', rollout: { percent: 10, otherwise: 'off' } }
const rule = (id: string, when: Condition, serve: Serve = { variation: 'on' }) => ({
  id,
  name: null,
  paused: false,
  when,
  serve,
})
const german: Condition = { attribute: 'country', operator: 'is', operand: 'DE' }

describe('a configuration in one sentence', () => {
  test.each([
    ['off', config({ on: false }), 'Off: everyone gets off.'],
    ['on', config(), 'Everyone gets on.'],
    ['rolled out', config({ everyoneElse: tenPercent }), '10% of users get on, everyone else gets off.'],
    [
      'by account',
      config({ everyoneElse: { ...tenPercent, by: 'account.id', rollout: { percent: 0.125, otherwise: 'off' } } }),
      '0.125% of accounts get on, everyone else gets off.',
    ],
    [
      'split',
      config({ everyoneElse: { split: { weights: { red: 50_000, blue: 33_333, green: 16_667, none: 0 } } } }),
      '50% of users get red, 33.333% blue and 16.667% green.',
    ],
    [
      'a split behind a rollout',
      config({
        everyoneElse: { split: { weights: { a: 50_000, b: 50_000 } }, rollout: { percent: 20, otherwise: 'a' } },
      }),
      '20% of users get a split (50% of users get a and 50% b), everyone else gets a.',
    ],
    [
      'one rule',
      config({ rules: [rule('de', german)], everyoneElse: { variation: 'off' } }),
      'If country is DE, everyone gets on. Everyone else gets off.',
    ],
    [
      'a rule and a rollout',
      config({ rules: [rule('de', german, tenPercent)], everyoneElse: tenPercent }),
      'If country is DE, 10% of users get on, everyone else gets off. Of everyone else, 10% of users get on, the rest gets off.',
    ],
    [
      'a part of a layer',
      config({ layer: { key: 'prices', from: 20_000, to: 30_000 } }),
      'Outside 20% to 30% of layer prices, everyone gets off. Everyone gets on.',
    ],
    ['a paused rule', config({ rules: [{ ...rule('de', german), paused: true }] }), 'Everyone gets on.'],
    [
      'many rules',
      config({ rules: ['a', 'b', 'c', 'd', 'e'].map((id) => rule(id, { segment: id })) }),
      'If in segment a, everyone gets on. If in segment b, everyone gets on. If in segment c, everyone gets on. 2 more rules. Everyone else gets on.',
    ],
    [
      'a prerequisite',
      config({ prerequisites: [{ flag: 'api', variations: ['on', 'new'] }] }),
      'Unless api gives on or new, everyone gets off. Everyone gets on.',
    ],
  ])('%s', (_, given, sentence) => {
    expect(sayConfig(given)).toBe(sentence)
  })

  test('killed, whatever lies underneath', () => {
    const by = { kind: 'person', id: 'p_1', name: 'Ana' } as const
    const killed = { at: '2026-03-01T12:00:00.000Z', by, reason: null }
    expect(sayConfig({ ...config({ everyoneElse: tenPercent }), killed })).toBe('Killed: everyone gets off.')
  })
})

describe('a condition in words', () => {
  const plan: Condition = { attribute: 'plan', operator: 'is one of', operand: ['team', 'pro'] }
  test.each<[Condition, string]>([
    [german, 'country is DE'],
    [plan, 'plan is team or pro'],
    [{ attribute: 'id', operator: 'is one of', operand: ['a', 'b', 'c', 'd', 'e'] }, 'id is a, b, c or 2 more'],
    [{ attribute: 'age', operator: 'number >=', operand: 18 }, 'age >= 18'],
    [{ attribute: 'email', operator: 'ends with', operand: ['@acme.com'] }, 'email ends with @acme.com'],
    [{ attribute: 'beta', operator: 'exists' }, 'beta is known'],
    [{ attribute: 'roles', operator: 'has any', operand: ['admin', true] }, 'roles has any admin or true'],
    [{ all: [german, plan] }, 'country is DE and plan is team or pro'],
    [
      { any: [german, { all: [plan, { segment: 'beta' }] }] },
      'country is DE or (plan is team or pro and in segment beta)',
    ],
    [{ not: { any: [german] } }, 'not (country is DE)'],
    [{ all: [] }, 'always'],
    [{ any: [] }, 'never'],
  ])('%j', (condition, words) => {
    expect(sayCondition(condition)).toBe(words)
  })
})

describe('the share of a configuration', () => {
  test.each([
    ['that of its only rollout', config({ everyoneElse: tenPercent }), 10],
    ['that of its only rollout, in a rule', config({ rules: [rule('de', german, tenPercent)] }), 10],
    ['unknown with two rollouts', config({ rules: [rule('de', german, tenPercent)], everyoneElse: tenPercent }), null],
    ['everyone when all get a variation that is not off', config(), 100],
    ['nobody when all get off', config({ everyoneElse: { variation: 'off' } }), 0],
    ['unknown when rules decide', config({ rules: [rule('de', german)] }), null],
    ['unknown of a split', config({ everyoneElse: { split: { weights: { on: 50_000, off: 50_000 } } } }), null],
  ])('%s', (_, given, share) => {
    expect(shareOf(given)).toBe(share)
  })
})
