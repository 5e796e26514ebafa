import type { Rule, Segment, Serve } from '@rampart/contract/admin'
import { compile, evaluate, unitHash } from '@rampart/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EnvironmentState, StoredConfig } from '../store/store.ts'
import { buildSnapshot, wireFlag, wireSegment } from './build.ts'
import { rememberedHashes } from './hashes.ts'
import { config, flag, PLACE, segment } from './test-server.ts'

const hints = { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 }
const along = { watches: [], hints, hashes: rememberedHashes('salt') }
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
    const snapshot = buildSnapshot(state({ flags: [broken, sound] }), 'server', along)
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
  const snapshot = buildSnapshot(state({ flags: [inLayer], layers }), 'server', along)
  expect(snapshot.layers).toEqual([{ key: 'pricing', seed: 'seed of pricing' }])
})

test('an archived flag keeps its last configuration for old code', () => {
  const archived = {
    flag: flag('old', { archivedAt: '2026-01-01T00:00:00.000Z' }),
    config: stored('old', { everyoneElse: { variation: 'on' } }),
  }
  const snapshot = buildSnapshot(state({ flags: [archived] }), 'server', along)
  expect(evaluate(compile(snapshot), 'old', {}).value).toBe(true)
})

test('a server is told which flags pages may have, and a page is not, since it is told of no others', () => {
  const flags = [
    flag('open', { clientSide: true }),
    flag('hidden'),
    flag('secret', { clientSide: true, remoteOnly: true }),
    flag('not yet', { remoteOnly: true }),
  ].map((one) => ({ flag: one, config: stored(one.key) }))
  const marks = (audience: 'server' | 'client') =>
    buildSnapshot(state({ flags }), audience, along).flags.map(({ key, clientSide }) => [key, clientSide])
  expect(marks('server')).toEqual([
    ['open', true],
    ['hidden', undefined],
    ['secret', true],
    ['not yet', undefined],
  ])
  expect(marks('client')).toEqual([['open', undefined]])
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
      ...along,
      watches: [watch, { ...watch, ramp: 'r_2', flag: 'hidden' }],
    })
    return { ...snapshot, flags: wired.map(({ key }) => key), segments: snapshot.segments.map(({ key }) => key) }
  }

  const country = { attribute: 'country', operator: 'is', operand: 'DE' } as const
  const email = { attribute: 'email', operator: 'is', operand: 'a@example.com' } as const
  const lists = segment('lists', { included: ['account-1'] })
  const germans = segment('germans', { when: country })

  test('flags marked client-side with the segments they use, and watches of those flags', () => {
    expect(told([rule('de', { segment: 'germans' })], [germans, lists])).toEqual({
      format: 1,
      project: 'shop',
      environment: 'production',
      audience: 'client',
      revision: 7,
      flags: ['open'],
      segments: ['germans'],
      layers: [],
      watches: [watch],
      salt: 'salt',
      hints,
    })
  })

  const domain = { attribute: 'email', operator: 'ends with', operand: ['@example.com'] } as const
  const colleagues = segment('colleagues', { when: domain })
  const nested = segment('nested', { when: { any: [{ segment: 'germans' }, { segment: 'colleagues' }] } })

  test.each<[string, readonly Rule[], Partial<StoredConfig>]>([
    ['a part of a private value', [rule('a', { all: [country, domain] })], {}],
    ['a part of a private value, by way of segments', [rule('a', { not: { segment: 'nested' } })], {}],
    ['a private value that is no text', [rule('a', { ...email, operand: 5 })], {}],
    ['a part of a private attribute', [rule('a', { ...domain, attribute: 'email.domain' })], {}],
    [
      'a pattern that browsers read in another way',
      [rule('a', { ...country, operator: 'matches', operand: '\\bDE' })],
      {},
    ],
    ['a flag that is not for browsers', [], { prerequisites: [{ flag: 'hidden', variations: ['on'] }] }],
  ])('a flag that needs %s is left out whole', (_, rules, rest) => {
    expect(told(rules, [germans, colleagues, nested], rest)).toMatchObject({ flags: [], segments: [] })
  })

  test('private values and ids are told as hashes, with the salt of the environment', () => {
    const rules = [
      rule('a', email),
      rule('b', { attribute: 'email', operator: 'is one of', operand: ['A@example.com'], ignoreCase: true }),
      rule('c', { attribute: 'targetingKey', operator: 'is', operand: 'user-1' }),
      rule('d', { attribute: 'targetingKey', operator: 'starts with', operand: ['user-'] }),
      rule('e', { segment: 'lists' }),
    ]
    const flags = [{ flag: open, config: stored('open', { rules }) }]
    const both = segment('lists', { included: ['account-1'], excluded: ['account-2'], when: email })
    const snapshot = buildSnapshot(state({ flags, segments: [both] }), 'client', along)
    const hashed = (text: string) => [unitHash(text, 'salt')]
    expect(snapshot.flags[0]?.rules.map(({ when }) => when)).toEqual([
      { attribute: 'email', operator: 'hashed in', operand: hashed('a@example.com') },
      { attribute: 'email', operator: 'hashed in', operand: hashed('a@example.com'), ignoreCase: true },
      { attribute: 'targetingKey', operator: 'hashed in', operand: hashed('user-1') },
      { attribute: 'targetingKey', operator: 'starts with', operand: ['user-'] },
      { segment: 'lists' },
    ])
    expect(snapshot.segments).toEqual([
      {
        key: 'lists',
        when: { attribute: 'email', operator: 'hashed in', operand: hashed('a@example.com') },
        included: hashed('account-1'),
        excluded: hashed('account-2'),
        hashed: true,
      },
    ])
    const text = JSON.stringify(snapshot)
    for (const secret of ['example.com', 'account-', 'user-1']) expect(text).not.toContain(secret)
  })

  test('a browser gives everybody what the server gives them', () => {
    const value = fc.constantFrom('a@example.com', 'A@EXAMPLE.COM', 'b@example.com', 'İ@example.com', '', 5, null, [
      'a@example.com',
    ])
    const id = fc.constantFrom('user-1', 'user-2', '7', 7, 'account-1')
    const operand = fc.subarray(['a@example.com', 'B@example.com', 'i@example.com', 'user-1', '7'], { minLength: 1 })
    const leaf = fc.oneof(
      fc.record({
        attribute: fc.constantFrom('email', 'targetingKey', 'country'),
        operator: fc.constant('is one of' as const),
        operand,
        ignoreCase: fc.constantFrom(true as const, undefined),
      }),
      fc.record({
        attribute: fc.constant('email'),
        operator: fc.constant('is' as const),
        operand: value.filter(isText),
      }),
      fc.constant({ segment: 'lists' }),
    )
    const when = fc.oneof(
      leaf,
      fc.record({ all: fc.array(leaf) }),
      leaf.map((not) => ({ not })),
    )
    fc.assert(
      fc.property(
        when,
        operand,
        operand,
        fc.record({ targetingKey: id, email: value, country: value }),
        (given, ...rest) => {
          const [included, excluded, context] = rest
          // as JSON has it: what is undefined is not there
          const rules = [rule('r', JSON.parse(JSON.stringify(given)))]
          const flags = [{ flag: open, config: stored('open', { rules, everyoneElse: { variation: 'off' } }) }]
          const segments = [segment('lists', { included, excluded, by: 'email', when: email })]
          const built = state({ flags, segments })
          const [server, client] = (['server', 'client'] as const).map((audience) =>
            evaluate(compile(buildSnapshot(built, audience, along)), 'open', context as never),
          )
          expect(client).toEqual(server)
        },
      ),
    )
  })

  test('what a paused rule would need keeps nothing back', () => {
    expect(told([rule('a', domain, { paused: true })], []).flags).toEqual(['open'])
  })

  test('a flag whose prerequisite is left out is left out too', () => {
    const flags = [
      { flag: open, config: stored('open', { rules: [rule('a', domain)] }) },
      {
        flag: flag('next', { clientSide: true }),
        config: stored('next', { prerequisites: [{ flag: 'open', variations: ['on'] }] }),
      },
    ]
    expect(buildSnapshot(state({ flags }), 'client', along).flags).toEqual([])
  })
})

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
