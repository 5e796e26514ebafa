import type { Rule, Segment, Serve } from '@rampart/contract/admin'
import { compile, evaluate } from '@rampart/core'
import { describe, expect, test } from 'vitest'
import type { EnvironmentState, StoredConfig } from '../store/store.ts'
import { buildSnapshot, wireFlag, wireSegment } from './build.ts'
import { config, flag, PLACE, segment } from './test-server.ts'

const hints = { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 }
const noOthers = (): undefined => undefined

function stored(key: string, rest: Partial<StoredConfig> = {}): StoredConfig {
  return { ...config(key, rest), revision: 7 }
}

function state(rest: Partial<EnvironmentState>): EnvironmentState {
  return {
    environment: {
      project: PLACE.project,
      key: PLACE.environment,
      class: 'production',
      protected: true,
      revision: 7,
      origins: [],
      privateAttributes: ['email'],
      requiredPlan: null,
      salt: 'salt',
    },
    flags: [],
    segments: [],
    layers: [],
    ramps: [],
    ...rest,
  }
}

function rule(id: string, when: Rule['when'], rest: Partial<Rule> = {}): Rule {
  return { id, name: null, paused: false, when, serve: { variation: 'on' }, ...rest }
}

describe('a flag on the wire', () => {
  const served = (everyoneElse: Serve) =>
    wireFlag(
      flag('checkout', {
        type: 'string',
        variations: ['a', 'b', 'c'].map((key) => ({ key, name: null, value: key })),
      }),
      stored('checkout', { off: 'a', everyoneElse }),
      noOthers,
    ).serve

  test('a flag that says the least is written as shortly as can be', () => {
    expect(wireFlag(flag('checkout'), stored('checkout', { on: false }), noOthers)).toEqual({
      key: 'checkout',
      version: 7,
      type: 'boolean',
      hash: 'rampart-1',
      on: false,
      off: 0,
      variations: ['off', 'on'],
      values: [false, true],
      rules: [],
      serve: { to: 0 },
    })
  })

  test('everything else a flag can say is written by index, without paused rules and names', () => {
    const beta = rule('beta', { segment: 'beta' }, { name: 'Beta', serve: { variation: 'on', by: 'account.id' } })
    const paused = rule('old', { segment: 'old' }, { paused: true })
    const full = stored('checkout', {
      killed: { at: '2026-01-01T00:00:00.000Z', by: { kind: 'person', id: 'p_1', name: 'Ada' }, reason: 'why' },
      prerequisites: [{ flag: 'cart', variations: ['new', 'gone'] }],
      layer: { key: 'pricing', from: 0, to: 50_000 },
      rules: [beta, paused],
      everyoneElse: { variation: 'on', rollout: { percent: 12.5, otherwise: 'off' }, by: 'targetingKey' },
    })
    expect(wireFlag(flag('checkout', { seed: 'cohort' }), full, () => ['old', 'new'])).toEqual({
      key: 'checkout',
      version: 7,
      type: 'boolean',
      hash: 'rampart-1',
      seed: 'cohort',
      on: true,
      killed: true,
      off: 0,
      variations: ['off', 'on'],
      values: [false, true],
      prerequisites: [{ flag: 'cart', variations: [1] }],
      layer: { key: 'pricing', from: 0, to: 50_000 },
      rules: [{ id: 'beta', when: { segment: 'beta' }, serve: { to: 1, by: 'account.id' } }],
      serve: { to: 1, rollout: [12.5, 0] },
    })
  })

  test.each<[string, Serve, unknown]>([
    ['one variation', { variation: 'b' }, { to: 1 }],
    [
      'a split, in the order of the variations',
      { split: { weights: { c: 25_000, a: 75_000 } } },
      {
        to: [
          [75_000, 0],
          [100_000, 2],
        ],
      },
    ],
    [
      'a split behind a rollout',
      { split: { weights: { a: 0, b: 100_000 } }, rollout: { percent: 1, otherwise: 'a' } },
      { to: [[100_000, 1]], rollout: [1, 0] },
    ],
    ['a variation that is gone', { variation: 'gone' }, { to: -1 }],
    [
      'a weight of a variation that is gone',
      { split: { weights: { a: 50_000, gone: 50_000 } } },
      {
        to: [
          [50_000, 0],
          [100_000, -1],
        ],
      },
    ],
  ])('%s', (_, serve, wire) => {
    expect(served(serve)).toEqual(wire)
  })

  test('a reference to a variation that is gone is an error of that flag alone', () => {
    const broken = { flag: flag('broken'), config: stored('broken', { everyoneElse: { variation: 'gone' } }) }
    const sound = { flag: flag('sound'), config: stored('sound', { everyoneElse: { variation: 'on' } }) }
    const snapshot = buildSnapshot(state({ flags: [broken, sound] }), 'server', { watches: [], hints })
    const compiled = compile(snapshot)
    expect(evaluate(compiled, 'broken', {}).error).toBe('invalid_flag')
    expect(evaluate(compiled, 'sound', {}).value).toBe(true)
  })
})

test.each<[Partial<Segment>, unknown]>([
  [{}, { key: 'beta' }],
  [
    { when: { segment: 'other' }, included: ['a'], excluded: ['b'], by: 'account.id' },
    { key: 'beta', when: { segment: 'other' }, included: ['a'], excluded: ['b'], by: 'account.id' },
  ],
])('a segment on the wire (%#)', (rest, wire) => {
  expect(wireSegment(segment('beta', rest))).toEqual(wire)
})

test('a flag in a layer brings the layer along, and a layer that no flag has a part of stays away', () => {
  const inLayer = { flag: flag('a'), config: stored('a', { layer: { key: 'pricing', from: 0, to: 1 } }) }
  const layers = ['home', 'pricing'].map((key) => ({ key, name: key, seed: `seed of ${key}`, version: 1 }))
  const snapshot = buildSnapshot(state({ flags: [inLayer], layers }), 'server', { watches: [], hints })
  expect(snapshot.layers).toEqual([{ key: 'pricing', seed: 'seed of pricing' }])
})

test('an archived flag keeps its last configuration for old code', () => {
  const archived = {
    flag: flag('old', { archivedAt: '2026-01-01T00:00:00.000Z' }),
    config: stored('old', { everyoneElse: { variation: 'on' } }),
  }
  const snapshot = buildSnapshot(state({ flags: [archived] }), 'server', { watches: [], hints })
  expect(evaluate(compile(snapshot), 'old', {}).value).toBe(true)
})

describe('what a browser may know', () => {
  const open = flag('open', { clientSide: true })
  const watch = {
    ramp: 'r_1',
    seq: 1,
    flag: 'open',
    rule: 'everyone-else',
    percent: 10,
    salt: 'k',
    controlSample: 1,
    tickMs: 10_000,
    metrics: [],
  }

  function told(rules: readonly Rule[], segments: readonly Segment[], rest: Partial<StoredConfig> = {}) {
    const flags = [
      { flag: open, config: stored('open', { ...rest, rules: [...rules] }) },
      { flag: flag('hidden'), config: stored('hidden') },
    ]
    const { flags: wired, ...snapshot } = buildSnapshot(state({ flags, segments }), 'client', {
      watches: [watch],
      hints,
    })
    return { ...snapshot, flags: wired.map(({ key }) => key), segments: snapshot.segments.map(({ key }) => key) }
  }

  const country = { attribute: 'country', operator: 'is', operand: 'DE' } as const
  const email = { attribute: 'email', operator: 'is', operand: 'a@example.com' } as const
  const lists = segment('lists', { included: ['account-1'] })
  const germans = segment('germans', { when: country })
  const nested = segment('nested', { when: { any: [{ segment: 'germans' }, { segment: 'lists' }] } })

  test('flags marked client-side with the segments they use, and no watches', () => {
    expect(told([rule('de', { segment: 'germans' })], [germans, lists])).toEqual({
      format: 1,
      project: 'shop',
      environment: 'production',
      audience: 'client',
      revision: 7,
      flags: ['open'],
      segments: ['germans'],
      layers: [],
      watches: [],
      salt: 'salt',
      hints,
    })
  })

  test.each<[string, readonly Rule[], Partial<StoredConfig>]>([
    ['a list of ids', [rule('a', { segment: 'lists' })], {}],
    ['a list of ids, by way of another segment', [rule('a', { not: { segment: 'nested' } })], {}],
    ['a private attribute', [rule('a', { all: [country, email] })], {}],
    ['a part of a private attribute', [rule('a', { ...email, attribute: 'email.domain' })], {}],
    ['a flag that is not for browsers', [], { prerequisites: [{ flag: 'hidden', variations: ['on'] }] }],
  ])('a flag that needs %s is left out whole', (_, rules, rest) => {
    expect(told(rules, [germans, lists, nested], rest)).toMatchObject({ flags: [], segments: [] })
  })

  test('what a paused rule would need keeps nothing back', () => {
    expect(told([rule('a', email, { paused: true })], []).flags).toEqual(['open'])
  })

  test('a flag whose prerequisite is left out is left out too', () => {
    const flags = [
      { flag: open, config: stored('open', { rules: [rule('a', email)] }) },
      {
        flag: flag('next', { clientSide: true }),
        config: stored('next', { prerequisites: [{ flag: 'open', variations: ['on'] }] }),
      },
    ]
    expect(buildSnapshot(state({ flags }), 'client', { watches: [], hints }).flags).toEqual([])
  })
})
