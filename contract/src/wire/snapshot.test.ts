import { readFileSync } from 'node:fs'
import { compile, evaluate, type Patch, type Snapshot, type Watch, type WireFlag } from '@rampart/core'
import { describe, expect, test } from 'vitest'
import { parsePatch, parseSnapshot } from './snapshot.ts'

const flag: WireFlag = {
  key: 'checkout',
  version: 3,
  type: 'boolean',
  hash: 'rampart-1',
  on: true,
  off: 0,
  variations: ['off', 'on'],
  values: [false, true],
  rules: [],
  serve: { to: 1, rollout: [10, 0] },
}
const watch: Watch = {
  ramp: 'r_1',
  seq: 2,
  flag: 'checkout',
  rule: 'everyone-else',
  percent: 10,
  salt: 'k3',
  controlSample: 0.5,
  tickMs: 10_000,
  metrics: [
    { metric: 'checkout_error', take: 'first' },
    { metric: 'checkout_ms', take: 'slow', over: [100, 200] },
    { metric: 'order_value', take: 'sum', windowMs: 600_000, cap: 1_000 },
  ],
}
const snapshot: Snapshot = {
  format: 1,
  project: 'demo',
  environment: 'production',
  audience: 'server',
  revision: 41,
  flags: [flag],
  segments: [{ key: 'testers', included: ['anna'] }],
  layers: [{ key: 'home', seed: 'home' }],
  watches: [watch],
  salt: '',
  hints: { flushMs: 2_000, pollMs: 30_000, ackSpreadMs: 0 },
}
const patch: Patch = { format: 1, from: 40, revision: 41, upserts: { flags: [flag] }, removals: { segments: ['old'] } }

/** What JSON makes of it. */
function sent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('parseSnapshot', () => {
  test('reads what a server sends', () => {
    expect(parseSnapshot(sent(snapshot))).toEqual({ ok: true, value: snapshot })
  })

  test('keeps members it does not know, for whoever comes after it', () => {
    const newer = { ...snapshot, mood: 'good', flags: [{ ...flag, colour: 'red' }], hints: { ...snapshot.hints, x: 1 } }
    expect(parseSnapshot(sent(newer))).toEqual({ ok: true, value: newer })
  })

  test.each([
    ['no object', [], 'the document must be an object'],
    ['null', null, 'the document must be an object'],
    ['another format', { ...snapshot, format: 2 }, 'format must be 1'],
    ['no project', { ...snapshot, project: undefined }, 'project must be a text of 1 to 256 characters'],
    ['another audience', { ...snapshot, audience: 'all' }, 'audience must be "server" or "client"'],
    ['a revision that is no number', { ...snapshot, revision: '41' }, /^revision must be a whole number from 0 to/],
    ['flags that are no list', { ...snapshot, flags: {} }, 'flags must be a list'],
    ['no segments', { ...snapshot, segments: undefined }, 'segments must be a list'],
    ['no salt', { ...snapshot, salt: null }, 'salt must be a text'],
    [
      'a hint that is no number',
      { ...snapshot, hints: { ...snapshot.hints, pollMs: 'soon' } },
      /^hints\.pollMs must be/,
    ],
  ])('refuses an envelope with %s and says where', (_, value, problem) => {
    expect(parseSnapshot(value)).toEqual({
      ok: false,
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    })
  })

  test('a malformed flag costs that flag alone: core answers it with an error', () => {
    const parsed = parseSnapshot(
      sent({ ...snapshot, flags: [flag, { key: 'broken', on: 'yes' }, { on: true }, 7, null] }),
    )
    if (!parsed.ok) throw new Error(parsed.problem)
    const configuration = compile(parsed.value)
    expect([...configuration.flags.keys()]).toEqual(['checkout', 'broken'])
    expect(evaluate(configuration, 'broken', 'user-1').error).toBe('invalid_flag')
    expect(evaluate(configuration, 'checkout', 'user-1').reason).toBe('rollout')
  })

  test('segments without key, and layers and watches that are not whole, are left out', () => {
    const { seed: _, ...layer } = { key: 'seedless', seed: '' }
    const odd = [
      { ...watch, percent: 101 },
      { ...watch, tickMs: 0 },
      { ...watch, metrics: [{ metric: 'checkout_error', take: 'last' }] },
      { ...watch, metrics: [{ metric: 'checkout_ms', take: 'slow' }] },
      { ...watch, controlSample: '1' },
    ]
    const parsed = parseSnapshot(
      sent({
        ...snapshot,
        segments: [{ included: ['anna'] }, ...snapshot.segments],
        layers: [layer, ...snapshot.layers],
        watches: [...odd, watch],
      }),
    )
    expect(parsed).toEqual({ ok: true, value: snapshot })
  })
})

describe('parsePatch', () => {
  test('reads what a server sends, urgent or not', () => {
    expect(parsePatch(sent(patch))).toEqual({ ok: true, value: patch })
    expect(parsePatch(sent({ ...patch, urgent: true }))).toEqual({ ok: true, value: { ...patch, urgent: true } })
  })

  test('reads the example of the protocol', () => {
    const { cases } = JSON.parse(readFileSync(new URL('../../../test/vectors/stream.json', import.meta.url), 'utf8'))
    const [{ data }] = cases
    expect(parsePatch(data)).toEqual({ ok: true, value: data })
  })

  test('leaves out what cannot be used and nothing else', () => {
    const upserts = { flags: [{ on: true }, flag], segments: [{}], layers: [{ key: 'x' }], watches: [{}, watch] }
    expect(parsePatch(sent({ ...patch, upserts }))).toEqual({
      ok: true,
      value: { ...patch, upserts: { flags: [flag], segments: [], layers: [], watches: [watch] } },
    })
  })

  test.each([
    ['no from', { ...patch, from: undefined }, /^from must be/],
    ['no upserts', { ...patch, upserts: undefined }, /^upserts must be an object$/],
    ['upserts that are no lists', { ...patch, upserts: { flags: 1 } }, /^upserts\.flags must be a list$/],
    ['removals that are no keys', { ...patch, removals: { flags: ['a', 7] } }, /^removals\.flags\[1\] must be a text/],
    ['an urgency that is not true', { ...patch, urgent: 'very' }, /^urgent must be true$/],
  ])('refuses an envelope with %s', (_, value, problem) => {
    expect(parsePatch(value)).toEqual({ ok: false, problem: expect.stringMatching(problem) })
  })
})
