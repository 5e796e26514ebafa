import type { ConfigSettings, Rule } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { changesBetween, differences, merged, type Side, same } from './settings-fields.ts'

function rule(id: string, change: Partial<Rule> = {}): Rule {
  return { id, name: null, paused: false, when: { segment: id }, serve: { variation: 'on' }, ...change }
}

function settings(rules: readonly Rule[], change: Partial<ConfigSettings> = {}): ConfigSettings {
  return {
    on: true,
    off: 'off',
    prerequisites: [],
    layer: null,
    rules: [...rules],
    everyoneElse: { variation: 'off' },
    ...change,
  }
}

const base = settings([rule('a'), rule('b')])

test('a change is told by its part, a rule that came or went as a whole', () => {
  const after = settings([rule('b', { paused: true, name: 'Bees' }), rule('c')], { on: false })
  expect(changesBetween(base, after)).toEqual([
    { id: 'on', what: 'Switch', before: 'On', after: 'Off' },
    { id: 'rules/b/name', what: 'Rule “Bees”, name', before: 'none', after: 'Bees' },
    { id: 'rules/b/paused', what: 'Rule “Bees”, state', before: 'active', after: 'paused' },
    { id: 'rules/c', what: 'Rule 2', before: 'not there', after: 'if in segment c → on' },
    { id: 'rules/a', what: 'Rule 1', before: 'if in segment a → on', after: 'not there' },
  ])
  expect(changesBetween(base, base)).toEqual([])
  expect(changesBetween(base, settings([rule('b'), rule('a')]))).toEqual([
    { id: 'order', what: 'Order of rules', before: 'a, b', after: 'b, a' },
  ])
})

test('fields that only one changed are proposed as that one has them; what both changed is a clash', () => {
  const theirs = settings([rule('a', { paused: true }), rule('b')], { on: false })
  const yours = settings([rule('a', { paused: true, name: 'Mine' }), rule('b')], {
    on: true,
    everyoneElse: { variation: 'on' },
  })
  expect(differences(base, theirs, yours).map(({ id, clash, proposed }) => [id, clash, proposed])).toEqual([
    ['on', false, 'theirs'],
    ['rules/a/name', false, 'yours'],
    ['everyoneElse', false, 'yours'],
  ])
  const both = differences(base, settings([], { off: 'x' }), settings([], { off: 'y' }))
  expect(both).toEqual([
    { id: 'off', what: 'Off value', base: 'off', theirs: 'x', yours: 'y', clash: true, proposed: 'yours' },
  ])
})

test('a rule that one took away and the other edited is a clash', () => {
  const gone = settings([rule('b')])
  const edited = settings([rule('a', { paused: true }), rule('b')])
  expect(differences(base, gone, edited).map(({ id, clash }) => [id, clash])).toEqual([['rules/a', true]])
  expect(differences(base, gone, base).map(({ id, clash, proposed }) => [id, clash, proposed])).toEqual([
    ['rules/a', false, 'theirs'],
  ])
})

test('one configuration is made of both, field by field, and new rules stand behind those they followed', () => {
  const theirs = settings([rule('a'), rule('t'), rule('b', { paused: true })], { on: false })
  const yours = settings([rule('y'), rule('a', { name: 'Mine' }), rule('b')])
  const chosen: Readonly<Record<string, Side>> = {
    on: 'theirs',
    'rules/t': 'theirs',
    'rules/y': 'yours',
    'rules/a/name': 'yours',
    'rules/b/paused': 'theirs',
  }
  expect(merged(theirs, yours, (id) => chosen[id])).toEqual(
    settings([rule('y'), rule('a', { name: 'Mine' }), rule('t'), rule('b', { paused: true })], { on: false }),
  )
})

test('values are the same whatever the order of their members', () => {
  expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true)
  expect(same([1], { 0: 1 })).toBe(false)
  expect(same({ a: undefined }, { b: undefined })).toBe(false)
})

test('values of a condition stand apart by commas', () => {
  const when = { attribute: 'total', operator: 'is one of', operand: [100, 200] } as const
  const [change] = changesBetween(base, settings([rule('a'), rule('b', { when })]))
  expect(change).toMatchObject({ what: 'Rule 2, condition', after: 'total is one of 100, 200' })
})
