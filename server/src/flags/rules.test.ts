import type { Flag, Serve } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { AppError } from '../app-error.ts'
import { type ConfigDraft, newConfig, newFlag, patched, sameJson, withRollout } from './rules.ts'

const AT = '2026-03-01T12:00:00.000Z'
const LATER = '2026-03-02T12:00:00.000Z'
const PRODUCTION = { project: 'shop', environment: 'production' }
const boolean = newFlag({ key: 'checkout', type: 'boolean' }, AT)
const text = newFlag(
  { key: 'ranker', type: 'string', variations: ['a', 'b', 'c'].map((key) => ({ key, name: null, value: key })) },
  AT,
)

function problemOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error instanceof AppError ? [error.code, error.extras.errors?.map(({ pointer }) => pointer)] : error
  }
}

describe('a new flag', () => {
  test('is a release flag that gives off and on unless it says otherwise', () => {
    expect(boolean).toMatchObject({
      name: 'checkout',
      kind: 'release',
      variations: [
        { key: 'off', value: false },
        { key: 'on', value: true },
      ],
      version: 1,
    })
  })

  const variation = (key: string, value: Flag['variations'][number]['value']) => ({ key, name: null, value })
  test.each<[string, Parameters<typeof newFlag>[0], readonly string[]]>([
    ['a text flag without variations', { key: 'x', type: 'string' }, ['/variations']],
    [
      'a number flag with a text',
      { key: 'x', type: 'number', variations: [variation('a', 1), variation('b', 'two')] },
      ['/variations/1/value'],
    ],
    [
      'the same variation twice',
      { key: 'x', type: 'json', variations: [variation('a', 1), variation('a', {})] },
      ['/variations/1/key'],
    ],
    [
      'a boolean flag turned round',
      { key: 'x', type: 'boolean', variations: [variation('on', false), variation('off', true)] },
      ['/variations'],
    ],
  ])('cannot be %s', (_, input, pointers) => {
    expect(problemOf(() => newFlag(input, AT))).toEqual(['invalid', pointers])
  })

  test('switched on, a boolean flag gives on; another goes on giving its first variation', () => {
    expect(newConfig(boolean, PRODUCTION)).toMatchObject({ on: false, off: 'off', everyoneElse: { variation: 'on' } })
    expect(newConfig(text, PRODUCTION)).toMatchObject({ on: false, off: 'a', everyoneElse: { variation: 'a' } })
  })
})

describe('a patch', () => {
  test('of nothing is the flag itself', () => {
    expect(patched(boolean, { name: 'checkout', tags: [] }, LATER)).toBe(boolean)
  })

  test('archives at a time that stays, and brings back', () => {
    const archived = patched(boolean, { archived: true }, AT)
    expect(archived).toEqual({ ...boolean, archivedAt: AT, version: 2 })
    expect(patched(archived, { archived: true }, LATER)).toBe(archived)
    expect(patched(archived, { archived: false, owner: 'Ana' }, LATER)).toEqual({
      ...boolean,
      owner: 'Ana',
      version: 3,
    })
  })
})

describe('the share of a rule', () => {
  const of = (flag: Flag, serve: Serve, order: Parameters<typeof withRollout>[2]): unknown =>
    problemOf(() => withRollout({ ...newConfig(flag, PRODUCTION), everyoneElse: serve }, flag, order).everyoneElse)

  test.each<[string, Flag, Serve, Parameters<typeof withRollout>[2], unknown]>([
    [
      'of a boolean flag on for all is on, the rest gets off',
      boolean,
      { variation: 'on' },
      { percent: 10 },
      { variation: 'on', rollout: { percent: 10, otherwise: 'off' } },
    ],
    [
      'of a boolean flag off for all is on',
      boolean,
      { variation: 'off' },
      { percent: 10 },
      { variation: 'on', rollout: { percent: 10, otherwise: 'off' } },
    ],
    [
      'that is there already keeps who gets what',
      text,
      { variation: 'b', rollout: { percent: 5, otherwise: 'c' }, by: 'account.id' },
      { percent: 50 },
      { variation: 'b', rollout: { percent: 50, otherwise: 'c' }, by: 'account.id' },
    ],
    [
      'for another variation leaves the rest where they are',
      text,
      { variation: 'a' },
      { percent: 10, variation: 'b' },
      { variation: 'b', rollout: { percent: 10, otherwise: 'a' } },
    ],
    [
      'for the variation that the rest had leaves the rest with what is served now',
      text,
      { variation: 'b', rollout: { percent: 10, otherwise: 'a' } },
      { percent: 30, variation: 'a' },
      { variation: 'a', rollout: { percent: 30, otherwise: 'b' } },
    ],
    [
      'of a variation that all have already is a question',
      text,
      { variation: 'a' },
      { percent: 10 },
      ['invalid', ['/variation']],
    ],
    [
      'of a variation that is not there is refused',
      text,
      { variation: 'a' },
      { percent: 10, variation: 'z' },
      ['invalid', ['/variation']],
    ],
    [
      'of a split is refused',
      text,
      { split: { weights: { a: 50_000, b: 50_000 } } },
      { percent: 10 },
      ['invalid', undefined],
    ],
  ])('%s', (_, flag, serve, order, expected) => {
    expect(of(flag, serve, order)).toEqual(expected)
  })

  test('of a named rule leaves the others alone', () => {
    const rules: ConfigDraft['rules'] = ['one', 'two'].map((id) => ({
      id,
      name: null,
      paused: false,
      when: { segment: id },
      serve: { variation: 'on' },
    }))
    const config = { ...newConfig(boolean, PRODUCTION), rules }
    expect(withRollout(config, boolean, { percent: 25, rule: 'two' })).toEqual({
      ...config,
      rules: [rules[0], { ...rules[1], serve: { variation: 'on', rollout: { percent: 25, otherwise: 'off' } } }],
    })
    expect(problemOf(() => withRollout(config, boolean, { percent: 25, rule: 'three' }))).toEqual([
      'invalid',
      ['/rule'],
    ])
  })
})

test.each([
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: null }, {}, false],
  [[1, 2], [2, 1], false],
  [[], {}, false],
  ['1', 1, false],
])('%j and %j are the same JSON: %s', (a, b, same) => {
  expect(sameJson(a, b)).toBe(same)
})
