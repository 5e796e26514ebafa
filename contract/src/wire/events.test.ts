import {
  type Ack,
  compile,
  conclude,
  createTally,
  drain,
  type EventsBatch,
  recordError,
  recordExposure,
  recordObservation,
  recordOutcome,
  type Snapshot,
  TALLY_LIMITS,
} from '@rampart/core'
import { describe, expect, test } from 'vitest'
import { parseAck, parseEventsBatch } from './events.ts'

const batch: EventsBatch = {
  format: 1,
  batch: '0198c0de-0000-7000-8000-000000000001',
  instance: '6f1c2d3e-0000-4000-8000-000000000002',
  sdk: { name: '@rampart/node', version: '0.1.0' },
  app: { name: 'shop' },
  revision: 41,
  spanMs: 2_000,
  evaluations: [
    { flag: 'new-checkout-flow', variation: 'on', reason: 'rollout', n: 104 },
    { flag: 'new-checkout-flow', variation: 'off', reason: 'rule', rule: 'germany', n: 931 },
  ],
  unknown: [{ flag: 'no such flag', n: 1 }],
  errors: [{ flag: 'broken', code: 'invalid_flag', n: 2 }],
  totals: [
    { metric: 'checkout_error', n: 3 },
    { metric: 'checkout_ms', n: 2, sum: 300, histogram: [[54, 2]] },
  ],
  watched: [
    {
      ramp: 'r_01JD8K',
      seq: 2,
      agoMs: 1_000,
      evaluations: { treatment: 104, control: 931 },
      seen: { treatment: ['91c2000000000001'], control: ['07aa000000000002'] },
      first: [{ metric: 'checkout_error', treatment: ['91c2000000000001'], control: [] }],
      slow: [{ metric: 'checkout_ms', treatment: [['91c2000000000001', 2]], control: [] }],
      sum: [{ metric: 'order_value', treatment: [['91c2000000000001', 12.5]], control: [] }],
    },
  ],
  dropped: { units: 1 },
}
const row = batch.watched?.[0]
const ack: Ack = {
  format: 1,
  instance: batch.instance,
  revision: 41,
  appliedMsAgo: 12.5,
  app: { name: 'shop', version: '1.2.3' },
  sdk: batch.sdk,
}

function sent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('parseEventsBatch', () => {
  test('reads a whole batch, and one with nothing but what it must have', () => {
    expect(parseEventsBatch(sent(batch))).toEqual({ ok: true, value: batch })
    const { app: _, unknown: _1, errors: _2, totals: _3, watched: _4, dropped: _5, ...least } = batch
    expect(parseEventsBatch(sent(least))).toEqual({ ok: true, value: least })
  })

  test('members it does not know do not matter', () => {
    expect(parseEventsBatch(sent({ ...batch, mood: 'good' })).ok).toBe(true)
  })

  test('reads whatever a tally gives out', () => {
    const counts = drain(busyTally(), configuration, 12_000)
    expect(counts?.watched).toHaveLength(2)
    const made = { ...counts, format: 1, batch: batch.batch, instance: batch.instance, sdk: batch.sdk }
    expect(parseEventsBatch(sent(made))).toEqual({ ok: true, value: made })
  })

  test.each<[string, object, RegExp]>([
    ['another format', { format: 2 }, /^format must be 1$/],
    ['no batch id', { batch: '' }, /^batch must be/],
    ['an instance with spaces', { instance: 'a b' }, /^instance must be/],
    ['a span before its beginning', { spanMs: -1 }, /^spanMs must be/],
    [
      'a reason nobody has',
      { evaluations: [{ ...batch.evaluations[0], reason: 'luck' }] },
      /^evaluations\[0\]\.reason/,
    ],
    ['a count below nought', { evaluations: [{ ...batch.evaluations[0], n: -1 }] }, /^evaluations\[0\]\.n must be/],
    ['a half evaluation', { evaluations: [{ ...batch.evaluations[0], n: 0.5 }] }, /^evaluations\[0\]\.n must be/],
    ['a key that is none', { evaluations: [{ ...batch.evaluations[0], flag: 'a/b' }] }, /^evaluations\[0\]\.flag/],
    ['an unknown key that is too long', { unknown: [{ flag: 'x'.repeat(129), n: 1 }] }, /^unknown\[0\]\.flag must be/],
    [
      'too many unknown keys',
      { unknown: Array(101).fill({ flag: 'x', n: 1 }) },
      /^unknown must be a list of at most 100/,
    ],
    ['a metric that is none', { totals: [{ metric: 'Order', n: 1 }] }, /^totals\[0\]\.metric must be/],
    [
      'a bucket that is none',
      { totals: [{ metric: 'ms', n: 1, histogram: [[401, 1]] }] },
      /^totals\[0\]\.histogram\[0\]/,
    ],
    ['a bucket of three', { totals: [{ metric: 'ms', n: 1, histogram: [[1, 1, 1]] }] }, /must be a list of two$/],
    [
      'a unit in the clear',
      { watched: [{ ...row, seen: { treatment: ['anna'], control: [] } }] },
      /seen\.treatment\[0\]/,
    ],
    [
      'one arm only',
      { watched: [{ ...row, seen: { treatment: [] } }] },
      /^watched\[0\]\.seen\.control must be a list$/,
    ],
    ['a row from the future', { watched: [{ ...row, agoMs: -1 }] }, /^watched\[0\]\.agoMs must be/],
    ['a first of no metric', { watched: [{ ...row, first: [{ treatment: [], control: [] }] }] }, /first\[0\]\.metric/],
  ])('refuses %s and says where', (_, parts, problem) => {
    expect(parseEventsBatch(sent({ ...batch, ...parts }))).toEqual({
      ok: false,
      problem: expect.stringMatching(problem),
    })
  })

  test('refuses more units than a tally can hold', () => {
    const treatment = Array(TALLY_LIMITS.units + 1).fill('91c2000000000001')
    expect(parseEventsBatch({ ...batch, watched: [{ ...row, seen: { treatment, control: [] } }] }).ok).toBe(false)
  })

  test.each([undefined, null, 'text', 7, []])('refuses %j', (value) => {
    expect(parseEventsBatch(value)).toEqual({ ok: false, problem: 'the document must be an object' })
  })
})

describe('parseAck', () => {
  test('reads an acknowledgement', () => {
    expect(parseAck(sent(ack))).toEqual({ ok: true, value: ack })
  })

  test.each<[string, object]>([
    ['no revision', { revision: null }],
    ['an age below nought', { appliedMsAgo: -1 }],
    ['an application without name', { app: { version: '1' } }],
    ['a name without end', { sdk: { name: 'x'.repeat(129), version: '1' } }],
  ])('refuses %s', (_, parts) => {
    expect(parseAck(sent({ ...ack, ...parts })).ok).toBe(false)
  })
})

const watched: Snapshot = {
  format: 1,
  project: 'demo',
  environment: 'production',
  audience: 'server',
  revision: 41,
  flags: [
    {
      key: 'checkout',
      version: 1,
      type: 'boolean',
      hash: 'rampart-1',
      on: true,
      off: 0,
      variations: ['off', 'on'],
      values: [false, true],
      rules: [],
      serve: { to: 1, rollout: [50, 0] },
    },
  ],
  segments: [],
  layers: [],
  watches: [
    {
      ramp: 'r_1',
      seq: 1,
      flag: 'checkout',
      rule: 'everyone-else',
      percent: 50,
      salt: 'k3',
      controlSample: 0.5,
      tickMs: 10_000,
      metrics: [{ metric: 'checkout_error', take: 'first' }],
    },
  ],
  salt: '',
  hints: { flushMs: 2_000, pollMs: 30_000, ackSpreadMs: 0 },
}
const configuration = compile(watched)

/** A tally that has met everything there is to meet, within and beyond its limits. */
function busyTally() {
  const tally = createTally(0, { units: 50 })
  for (const nowMs of [500, 10_500]) {
    for (let index = 0; index < 200; index++) {
      const unit = `user-${index}`
      for (const key of ['checkout', `Kéy/${index}${'x'.repeat(200)}`]) {
        const conclusion = conclude(configuration, key, unit)
        if (conclusion.variation === undefined) recordError(tally, key, 'flag_not_found')
        else recordExposure(tally, configuration, key, conclusion, unit, nowMs)
      }
      recordOutcome(tally, configuration, index % 9 === 0 ? 'Not/A/Metric' : 'checkout_error', unit, 1.5, nowMs)
      recordObservation(tally, configuration, 'checkout_ms', unit, [-1, 0, 1e-30, 12.5, 1e99][index % 5] ?? 0, nowMs)
    }
  }
  recordError(tally, '', 'not_ready')
  recordError(tally, 'x'.repeat(1_000), 'not_ready')
  return tally
}
