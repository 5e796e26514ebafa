import { describe, expect, test } from 'vitest'
import { cut, unitHash } from './bucket.ts'
import { type Configuration, compile } from './configuration.ts'
import { drain } from './drain.ts'
import { answerOf, conclude, evaluate } from './evaluate.ts'
import type { Context, Snapshot } from './model.ts'
import { createTally, recordError, recordExposure, recordObservation, recordOutcome, type Tally } from './tally.ts'
import { countryIs, flagOf, snapshotOf, watchOf } from './test-makers.ts'

const checkout = flagOf({ key: 'checkout', serve: { to: 1, rollout: [50, 0] } })
const plain = flagOf({ key: 'plain' })

/** Positions of these units are known from what the flag answers: the first list is in the rollout, the second not. */
const units = Array.from({ length: 40 }, (_, index) => `user-${index}`)
const treated = units.filter((unit) => evaluate(withWatch(), 'checkout', unit).value === true)
const control = units.filter((unit) => evaluate(withWatch(), 'checkout', unit).value === false)
const [t1 = '', t2 = ''] = treated
const [c1 = '', c2 = ''] = control

function withWatch(watch: Parameters<typeof watchOf>[0] = {}, parts: Partial<Snapshot> = {}): Configuration {
  return compile(snapshotOf({ revision: 41, flags: [checkout, plain], watches: [watchOf(watch)], ...parts }))
}

/** What an application does: it asks, and what it was given is counted. */
function ask(tally: Tally, configuration: Configuration, key: string, context: Context | string, nowMs: number): void {
  const conclusion = conclude(configuration, key, context)
  const { error } = answerOf(configuration, conclusion)
  if (error === undefined) recordExposure(tally, configuration, key, conclusion, context, nowMs)
  else recordError(tally, key, error)
}

function hashes(...of: string[]): string[] {
  return of.map((unit) => unitHash(unit, 'k3'))
}

describe('evaluations', () => {
  const configuration = compile(snapshotOf({ revision: 7, flags: [checkout, plain] }))

  test('are counted by flag, variation, reason and rule; everyone else needs no name', () => {
    const tally = createTally(1_000)
    const ruled = compile(
      snapshotOf({
        revision: 7,
        flags: [
          flagOf({ key: 'ruled', rules: [{ id: 'germany', when: countryIs('DE'), serve: { to: 0 } }] }),
          checkout,
        ],
      }),
    )
    for (const country of ['DE', 'FR', 'DE']) ask(tally, ruled, 'ruled', { country }, 1_500)
    ask(tally, ruled, 'checkout', t1, 1_600)
    ask(tally, ruled, 'checkout', c1, 1_700)
    expect(drain(tally, ruled, 3_000)).toEqual({
      revision: 7,
      spanMs: 2_000,
      evaluations: [
        { flag: 'ruled', variation: 'off', reason: 'rule', rule: 'germany', n: 2 },
        { flag: 'ruled', variation: 'on', reason: 'default', n: 1 },
        { flag: 'checkout', variation: 'on', reason: 'rollout', n: 1 },
        { flag: 'checkout', variation: 'off', reason: 'rollout', n: 1 },
      ],
    })
  })

  test('nothing to say is said with undefined, and a drain takes everything out', () => {
    const tally = createTally(0)
    expect(drain(tally, configuration, 10)).toBeUndefined()
    ask(tally, configuration, 'plain', 'user-1', 20)
    expect(drain(tally, configuration, 30)?.spanMs).toBe(20)
    expect(drain(tally, configuration, 40)).toBeUndefined()
  })

  test('keys that no flag has are cut at 128 characters, and after a hundred of them the rest is shed', () => {
    const tally = createTally(0)
    for (let index = 0; index < 150; index++) ask(tally, configuration, `${index}${'x'.repeat(200)}`, 'user-1', 1)
    ask(tally, configuration, `0${'x'.repeat(200)}`, 'user-1', 1)
    const counts = drain(tally, configuration, 10)
    expect(counts?.unknown).toHaveLength(100)
    expect(counts?.unknown?.[0]).toEqual({ flag: `0${'x'.repeat(127)}`, n: 2 })
    expect(counts?.dropped).toEqual({ evaluations: 50 })
  })

  test('keys that no flag has are each counted, in whatever order they are asked for', () => {
    const tally = createTally(0)
    for (const key of ['a', 'b', 'b', 'a', 'c', 'b']) ask(tally, configuration, key, 'user-1', 1)
    expect(drain(tally, configuration, 10)?.unknown).toEqual([
      { flag: 'a', n: 2 },
      { flag: 'b', n: 3 },
      { flag: 'c', n: 1 },
    ])
    ask(tally, configuration, 'b', 'user-1', 11)
    expect(drain(tally, configuration, 20)?.unknown).toEqual([{ flag: 'b', n: 1 }])
  })

  test('errors are counted by flag and code', () => {
    const tally = createTally(0)
    const broken = compile(snapshotOf({ flags: [{ ...plain, serve: { to: 9 } }] }))
    ask(tally, broken, 'plain', 'user-1', 1)
    ask(tally, broken, 'plain', 'user-1', 1)
    recordError(tally, 'plain', 'not_ready')
    expect(drain(tally, broken, 10)?.errors).toEqual([
      { flag: 'plain', code: 'invalid_flag', n: 2 },
      { flag: 'plain', code: 'not_ready', n: 1 },
    ])
  })

  test('combinations beyond the limit are shed and said so', () => {
    const tally = createTally(0, { evaluations: 1 })
    for (const unit of [t1, c1, c2, t1]) ask(tally, configuration, 'checkout', unit, 1)
    expect(drain(tally, configuration, 10)).toMatchObject({
      evaluations: [{ variation: 'on', n: 2 }],
      dropped: { evaluations: 2 },
    })
  })

  test('a flag that changed meanwhile and came to the same conclusion is one row', () => {
    const tally = createTally(0)
    for (const revision of [7, 8]) {
      ask(tally, compile(snapshotOf({ revision, flags: [plain] })), 'plain', 'user-1', 1)
    }
    expect(drain(tally, configuration, 10)?.evaluations).toEqual([
      { flag: 'plain', variation: 'on', reason: 'default', n: 2 },
    ])
  })

  test('two tallies of one configuration do not disturb each other', () => {
    const [one, other] = [createTally(0), createTally(0)]
    for (const tally of [one, other, one, one]) ask(tally, configuration, 'plain', 'user-1', 1)
    expect(drain(one, configuration, 10)?.evaluations).toMatchObject([{ n: 3 }])
    expect(drain(other, configuration, 10)?.evaluations).toMatchObject([{ n: 1 }])
  })
})

describe('totals', () => {
  const configuration = compile(snapshotOf({ flags: [plain] }))

  test('counts and measured values are rows of their own', () => {
    const tally = createTally(0)
    recordOutcome(tally, configuration, 'order', 'user-1', 1, 1)
    recordOutcome(tally, configuration, 'order', 'user-1', 2, 1)
    for (const value of [100, 104, 0, 100]) recordObservation(tally, configuration, 'latency_ms', 'user-1', value, 1)
    expect(drain(tally, configuration, 10)?.totals).toEqual([
      { metric: 'order', n: 3 },
      {
        metric: 'latency_ms',
        n: 4,
        sum: 304,
        histogram: [
          [-160, 1],
          [54, 3],
        ],
      },
    ])
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a count of %d is shed', (n) => {
    const tally = createTally(0)
    recordOutcome(tally, configuration, 'order', 'user-1', n, 1)
    expect(drain(tally, configuration, 10)).toEqual({
      revision: 1,
      spanMs: 10,
      evaluations: [],
      dropped: { outcomes: 1 },
    })
  })

  test('a name that is no metric name, a value that is no number and a metric too many are shed', () => {
    const tally = createTally(0, { metrics: 1 })
    recordOutcome(tally, configuration, 'Not A Metric', 'user-1', 1, 1)
    recordObservation(tally, configuration, 'latency_ms', 'user-1', Number.NaN, 1)
    recordOutcome(tally, configuration, 'first', 'user-1', 1, 1)
    recordOutcome(tally, configuration, 'second', 'user-1', 1, 1)
    expect(drain(tally, configuration, 10)).toMatchObject({
      totals: [{ metric: 'first', n: 1 }],
      dropped: { outcomes: 3 },
    })
  })
})

describe('under a ramp', () => {
  test('a unit is seen once, in the arm of its position; every evaluation counts', () => {
    const tally = createTally(0)
    const configuration = withWatch()
    for (const unit of [t1, c1, t1, t2, c1]) ask(tally, configuration, 'checkout', unit, 1_000)
    expect(drain(tally, configuration, 2_000)?.watched).toEqual([
      {
        ramp: 'r_1',
        seq: 1,
        agoMs: 1_000,
        seen: { treatment: hashes(t1, t2), control: hashes(c1) },
        evaluations: { treatment: 3, control: 2 },
      },
    ])
    ask(tally, configuration, 'checkout', t1, 3_000)
    expect(drain(tally, configuration, 4_000)?.watched).toEqual([
      {
        ramp: 'r_1',
        seq: 1,
        agoMs: 1_000,
        seen: { treatment: [], control: [] },
        evaluations: { treatment: 1, control: 0 },
      },
    ])
  })

  test('the first event of a unit is noted once per metric, in the arm it has now; a unit with an event was met', () => {
    const tally = createTally(0)
    const configuration = withWatch({
      metrics: [
        { metric: 'checkout_error', take: 'first' },
        { metric: 'order', take: 'first' },
      ],
    })
    for (const unit of [t1, t1, c1]) recordOutcome(tally, configuration, 'checkout_error', unit, 1, 1_000)
    recordOutcome(tally, configuration, 'order', t1, 1, 1_000)
    recordOutcome(tally, configuration, 'another', t1, 1, 1_000)
    expect(drain(tally, configuration, 2_000)?.watched).toEqual([
      {
        ramp: 'r_1',
        seq: 1,
        agoMs: 1_000,
        seen: { treatment: hashes(t1), control: hashes(c1) },
        evaluations: { treatment: 0, control: 0 },
        first: [
          { metric: 'checkout_error', treatment: hashes(t1), control: hashes(c1) },
          { metric: 'order', treatment: hashes(t1), control: [] },
        ],
        outcomes: [
          { metric: 'checkout_error', placed: 3, unplaced: 0 },
          { metric: 'order', placed: 1, unplaced: 0 },
        ],
      },
    ])
  })

  test('a measured value is an event too', () => {
    const tally = createTally(0)
    const configuration = withWatch({ metrics: [{ metric: 'order_value', take: 'first' }] })
    recordObservation(tally, configuration, 'order_value', t1, 12.5, 1_000)
    expect(drain(tally, configuration, 2_000)?.watched?.[0]?.first).toEqual([
      { metric: 'order_value', treatment: hashes(t1), control: [] },
    ])
  })

  test('each sequence and each tick is a row of its own; a unit is met once per sequence, in whatever tick', () => {
    const tally = createTally(0)
    const step1 = withWatch({ seq: 1 })
    const step2 = withWatch({ seq: 2 })
    ask(tally, step1, 'checkout', t1, 9_000)
    ask(tally, step1, 'checkout', t1, 11_000)
    ask(tally, step2, 'checkout', t1, 12_000)
    ask(tally, step2, 'checkout', t2, 12_000)
    const rows = drain(tally, step2, 16_000)?.watched?.map(({ seq, agoMs, seen }) => ({ seq, agoMs, seen }))
    expect(rows).toEqual([
      { seq: 1, agoMs: 11_000, seen: { treatment: hashes(t1), control: [] } },
      { seq: 1, agoMs: 3_000, seen: { treatment: [], control: [] } },
      { seq: 2, agoMs: 3_000, seen: { treatment: hashes(t1, t2), control: [] } },
    ])
  })

  test('the first event of a unit is noted once per sequence: the server, which keeps it once, may not have counted it', () => {
    const tally = createTally(0)
    for (const seq of [1, 1, 2]) recordOutcome(tally, withWatch({ seq }), 'checkout_error', t1, 1, 1_000)
    recordOutcome(tally, withWatch({ seq: 2 }), 'checkout_error', c1, 1, 1_000)
    expect(drain(tally, withWatch({ seq: 2 }), 2_000)?.watched).toMatchObject([
      { seq: 1, first: [{ treatment: hashes(t1), control: [] }] },
      {
        seq: 2,
        seen: { treatment: hashes(t1), control: hashes(c1) },
        first: [{ treatment: hashes(t1), control: hashes(c1) }],
      },
    ])
  })

  test('an event of a unit that was noted before is still an outcome with a unit', () => {
    const tally = createTally(0)
    recordOutcome(tally, withWatch(), 'checkout_error', t1, 1, 1_000)
    drain(tally, withWatch(), 2_000)
    recordOutcome(tally, withWatch(), 'checkout_error', t1, 1, 3_000)
    expect(drain(tally, withWatch(), 4_000)?.watched).toEqual([
      {
        ramp: 'r_1',
        seq: 1,
        agoMs: 1_000,
        seen: { treatment: [], control: [] },
        evaluations: { treatment: 0, control: 0 },
        outcomes: [{ metric: 'checkout_error', placed: 1, unplaced: 0 }],
      },
    ])
  })

  test('an outcome of a context without unit is in no arm, and counted as such', () => {
    const tally = createTally(0)
    for (const context of [{}, { country: 'DE' }, t1])
      recordOutcome(tally, withWatch(), 'checkout_error', context, 1, 1_000)
    expect(drain(tally, withWatch(), 2_000)?.watched).toMatchObject([
      {
        seen: { treatment: hashes(t1), control: [] },
        first: [{ treatment: hashes(t1), control: [] }],
        outcomes: [{ metric: 'checkout_error', placed: 1, unplaced: 2 }],
      },
    ])
  })

  describe('while a metric settles', () => {
    const settling = (seq: number) =>
      withWatch({ seq, metrics: [{ metric: 'checkout_error', take: 'first', settleMs: 30_000 }] })
    const fail = (tally: Tally, seq: number, nowMs: number) => {
      recordOutcome(tally, settling(seq), 'checkout_error', t1, 1, nowMs)
      recordOutcome(tally, settling(seq), 'checkout_error', t1, 1, nowMs)
      return drain(tally, settling(seq), nowMs + 1)?.watched?.[0]?.first
    }
    const once = [{ metric: 'checkout_error', treatment: hashes(t1), control: [] }]

    test('a unit is told of again and again, once a row; after it, once more and no further', () => {
      const tally = createTally(0)
      expect([0, 10_000, 29_999, 30_000, 40_000].map((nowMs) => fail(tally, 1, nowMs))).toEqual([
        once,
        once,
        once,
        once,
        undefined,
      ])
    })

    test('a new sequence settles anew', () => {
      const tally = createTally(0)
      expect([30_000, 60_000].map((nowMs) => fail(tally, 1, nowMs))).toEqual([once, once])
      expect([70_000, 90_000].map((nowMs) => fail(tally, 2, nowMs))).toEqual([once, once])
    })
  })

  test('the first measured value of a unit in a sequence is told by how many bounds it passes', () => {
    const tally = createTally(0)
    const slow = (seq: number) =>
      withWatch({ seq, metrics: [{ metric: 'checkout_ms', take: 'slow', over: [100, 200] }] })
    for (const [unit, value] of [
      [t1, 100],
      [t1, 500],
      [t2, 201],
      [c1, 150],
    ] as const)
      recordObservation(tally, slow(1), 'checkout_ms', unit, value, 1_000)
    recordOutcome(tally, slow(1), 'checkout_ms', c2, 1, 1_000)
    recordObservation(tally, slow(2), 'checkout_ms', t1, 500, 1_000)
    const [h1 = '', h2 = '', h3 = ''] = hashes(t1, t2, c1)
    expect(drain(tally, slow(2), 2_000)?.watched?.map(({ slow: measured }) => measured)).toEqual([
      [
        {
          metric: 'checkout_ms',
          treatment: [
            [h1, 0],
            [h2, 2],
          ],
          control: [[h3, 1]],
        },
      ],
      [{ metric: 'checkout_ms', treatment: [[h1, 2]], control: [] }],
    ])
  })

  test('what a unit comes to is summed up in a row, up to the cap', () => {
    const tally = createTally(0)
    const sum = withWatch({ metrics: [{ metric: 'order_value', take: 'sum', windowMs: 3_600_000, cap: 50 }] })
    for (const [unit, value] of [
      [t1, 20],
      [t1, 15],
      [c1, 70],
      [c1, 5],
    ] as const)
      recordObservation(tally, sum, 'order_value', unit, value, 1_000)
    recordOutcome(tally, sum, 'order_value', t2, 3, 1_000)
    const [h1 = '', h2 = '', h3 = ''] = hashes(t1, t2, c1)
    expect(drain(tally, sum, 2_000)?.watched).toMatchObject([
      {
        seen: { treatment: [h1, h2], control: [h3] },
        sum: [
          {
            metric: 'order_value',
            treatment: [
              [h1, 35],
              [h2, 3],
            ],
            control: [[h3, 50]],
          },
        ],
      },
    ])
  })

  test('a complete ramp is watched on: everybody is in treatment, and no answer changes', () => {
    const tally = createTally(0)
    const complete = withWatch({ flag: 'plain', percent: 100 })
    for (const unit of [t1, c1, {}]) ask(tally, complete, 'plain', unit, 1_000)
    recordOutcome(tally, complete, 'checkout_error', c1, 1, 1_000)
    expect(evaluate(complete, 'plain', t1)).toEqual(evaluate(withWatch(), 'plain', t1))
    expect(drain(tally, complete, 2_000)?.watched).toMatchObject([
      {
        seen: { treatment: hashes(t1, c1), control: [] },
        evaluations: { treatment: 2, control: 0 },
        first: [{ treatment: hashes(c1), control: [] }],
      },
    ])
  })

  test('of a sample of all units, those outside it take no part in either arm', () => {
    const half = withWatch({ sample: 0.5 })
    const tally = createTally(0)
    for (const unit of units) ask(tally, half, 'checkout', unit, 1_000)
    const inside = (hash: string): boolean => Number.parseInt(hash.slice(8), 16) < 2 ** 31
    const { seen } = drain(tally, half, 2_000)?.watched?.[0] ?? {}
    expect(seen).toEqual({
      treatment: hashes(...treated).filter(inside),
      control: hashes(...control).filter(inside),
    })
    expect(seen?.treatment.length).toBeLessThan(treated.length)
  })

  test('the arm goes by the percent of the watch, which the flag may already have left behind', () => {
    const tally = createTally(0)
    const configuration = withWatch({ percent: 0 })
    ask(tally, configuration, 'checkout', t1, 1_000)
    expect(drain(tally, configuration, 2_000)?.watched?.[0]?.seen).toEqual({ treatment: [], control: hashes(t1) })
  })

  test('a position at the cut is in control', () => {
    const { position = 0 } = evaluate(withWatch(), 'checkout', c1)
    for (const [below, arm] of [
      [position, 'control'],
      [position + 1, 'treatment'],
    ] as const) {
      const percent = (below / 2 ** 32) * 100
      expect(cut(percent)).toBe(below)
      const tally = createTally(0)
      ask(tally, withWatch({ percent }), 'checkout', c1, 1)
      expect(drain(tally, withWatch(), 2)?.watched?.[0]?.evaluations).toMatchObject({ [arm]: 1 })
    }
  })

  test('control outside the sample takes no part, whatever happens to it', () => {
    const share = 0.25
    const configuration = withWatch({ controlSample: share })
    const tally = createTally(0)
    for (const unit of units) {
      ask(tally, configuration, 'checkout', unit, 1_000)
      recordOutcome(tally, configuration, 'checkout_error', unit, 1, 1_000)
    }
    const sampled = hashes(...control).filter((hash) => Number.parseInt(hash.slice(8), 16) < share * 2 ** 32)
    expect(sampled.length).toBeGreaterThan(0)
    expect(sampled.length).toBeLessThan(control.length)
    expect(drain(tally, configuration, 2_000)?.watched).toEqual([
      {
        ramp: 'r_1',
        seq: 1,
        agoMs: 1_000,
        seen: { treatment: hashes(...treated), control: sampled },
        evaluations: { treatment: treated.length, control: sampled.length },
        first: [{ metric: 'checkout_error', treatment: hashes(...treated), control: sampled }],
        outcomes: [{ metric: 'checkout_error', placed: treated.length + sampled.length, unplaced: 0 }],
      },
    ])
  })

  test.each<[string, Configuration, Context | string]>([
    ['caught by an earlier rule', withWatch({}, { flags: [ruled()] }), { targetingKey: t1, country: 'DE' }],
    ['while the flag is killed', withWatch({}, { flags: [{ ...checkout, killed: true }] }), t1],
    ['while the flag is off', withWatch({}, { flags: [{ ...checkout, on: false }] }), t1],
    ['when the ramped rule is another', withWatch({ rule: 'germany' }, { flags: [ruled()] }), t1],
    ['when the flag is another', withWatch({ flag: 'plain' }), t1],
    ['when a complete ramp was followed by a rollout', withWatch({ percent: 100 }), t1],
  ])('an evaluation or event %s is in neither arm', (_, configuration, context) => {
    const tally = createTally(0)
    ask(tally, configuration, 'checkout', context, 1_000)
    recordOutcome(tally, configuration, 'checkout_error', context, 1, 1_000)
    const counts = drain(tally, configuration, 2_000)
    expect(counts?.evaluations).toHaveLength(1)
    expect(counts?.totals).toEqual([{ metric: 'checkout_error', n: 1 }])
    expect(counts?.watched).toBeUndefined()
  })

  test('the unit is what the ramped rule buckets', () => {
    const byAccount = { ...checkout, serve: { ...checkout.serve, by: 'account.id' } }
    const configuration = withWatch({}, { flags: [byAccount] })
    const tally = createTally(0)
    for (const targetingKey of ['anna', 'ben']) {
      ask(tally, configuration, 'checkout', { targetingKey, account: { id: t1 } }, 1_000)
    }
    expect(drain(tally, configuration, 2_000)?.watched?.[0]).toMatchObject({
      seen: { treatment: hashes(t1), control: [] },
      evaluations: { treatment: 2, control: 0 },
    })
  })

  test('a ramp that ended is forgotten: a new one meets everyone for the first time', () => {
    const tally = createTally(0)
    ask(tally, withWatch(), 'checkout', t1, 1_000)
    drain(tally, compile(snapshotOf({ flags: [checkout] })), 2_000)
    expect(tally.memories.size).toBe(0)
    ask(tally, withWatch(), 'checkout', t1, 3_000)
    expect(drain(tally, withWatch(), 4_000)?.watched?.[0]?.seen.treatment).toEqual(hashes(t1))
  })
})

describe('bounds', () => {
  test('units beyond the limit are shed from both arms alike, said so, and can be counted later', () => {
    const tally = createTally(0, { units: 2 })
    const configuration = withWatch()
    for (const unit of [t1, c1, t2, c2]) ask(tally, configuration, 'checkout', unit, 1_000)
    expect(drain(tally, configuration, 2_000)).toMatchObject({
      watched: [{ seen: { treatment: hashes(t1), control: hashes(c1) } }],
      dropped: { units: 2 },
    })
    ask(tally, configuration, 'checkout', t2, 3_000)
    expect(drain(tally, configuration, 4_000)?.watched?.[0]?.seen.treatment).toEqual(hashes(t2))
  })

  test('a full memory starts again: units met again are sent again, and the server keeps each once', () => {
    const tally = createTally(0, { remembered: 2 })
    const configuration = withWatch()
    for (const unit of [t1, c1, t2, t1, t2]) ask(tally, configuration, 'checkout', unit, 1_000)
    expect(drain(tally, configuration, 2_000)?.watched?.[0]?.seen).toEqual({
      treatment: hashes(t1, t2, t1),
      control: hashes(c1),
    })
  })

  test('rows of ticks beyond the limit are shed', () => {
    const tally = createTally(0, { watched: 1 })
    const configuration = withWatch()
    for (const nowMs of [1_000, 11_000, 21_000]) ask(tally, configuration, 'checkout', t1, nowMs)
    expect(drain(tally, configuration, 22_000)).toMatchObject({ watched: [{ seq: 1 }], dropped: { units: 2 } })
  })

  test('a long unit is remembered by its hash', () => {
    const tally = createTally(0)
    const configuration = withWatch()
    const long = 'x'.repeat(10_000)
    ask(tally, configuration, 'checkout', long, 1_000)
    ask(tally, configuration, 'checkout', long, 1_000)
    expect([...(tally.memories.get('r_1')?.seen ?? [])]).toEqual(hashes(long))
  })
})

test('a getter that throws only the second time costs the unit, not the application', () => {
  let reads = 0
  const context = Object.defineProperty({}, 'targetingKey', {
    get: () => {
      reads += 1
      if (reads > 1) throw new Error('no')
      return t1
    },
  })
  const tally = createTally(0)
  ask(tally, withWatch(), 'checkout', context, 1_000)
  expect(drain(tally, withWatch(), 2_000)).toMatchObject({ evaluations: [{ flag: 'checkout', n: 1 }] })
  expect(reads).toBe(2)
})

function ruled() {
  return { ...checkout, rules: [{ id: 'germany', when: countryIs('DE'), serve: { to: 1 } }] }
}

test('what is no number and no name is shed alone, and not with everything that was counted', () => {
  const tally = createTally(0)
  const configuration = compile(snapshotOf({ revision: 7, flags: [plain] }))
  const count = (metric: unknown, n: unknown) =>
    recordOutcome(tally, configuration, metric as string, 'ana', n as number, 0)
  recordOutcome(tally, configuration, 'order', 'ana', 1, 0)
  count('order', '2')
  count('order', 2n)
  count(undefined, 1)
  count(null, 1)
  recordObservation(tally, configuration, 'cart_value', 'ana', '12.50' as unknown as number, 0)
  expect(drain(tally, configuration, 1)).toMatchObject({
    totals: [{ metric: 'order', n: 1 }],
    dropped: { outcomes: 5 },
  })
})
