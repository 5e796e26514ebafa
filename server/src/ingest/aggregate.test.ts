import type { EventsBatch, Watched } from '@rampart/contract/wire'
import { describe, expect, test } from 'vitest'
import { PLACE, ramp } from '../delivery/test-server.ts'
import type { Publish, StoredRamp } from '../ramp/state.ts'
import type { UnitCount } from '../store/store.ts'
import { aggregate } from './aggregate.ts'

const TICK = 10_000
const T0 = 1_000_000
/** In the middle of the tick that began at `T0`. */
const NOW = T0 + 5_000

function publish(seq: number, rest: Partial<Publish> = {}): Publish {
  return { seq, step: seq, percent: 10, at: 0, ...rest }
}

function row(rest: Partial<Watched> = {}): Watched {
  return {
    ramp: 'r_1',
    seq: 1,
    agoMs: 0,
    seen: { treatment: [], control: [] },
    evaluations: { treatment: 0, control: 0 },
    ...rest,
  }
}

function failed(treatment: readonly string[], control: readonly string[] = [], metric = 'checkout_error') {
  return { metric, treatment, control }
}

function batch(watched: readonly Watched[], rest: Partial<EventsBatch> = {}): EventsBatch {
  return {
    format: 1,
    batch: 'batch-1',
    instance: 'i-1',
    sdk: { name: '@rampart/node', version: '0.1.0' },
    revision: 3,
    spanMs: 2_000,
    evaluations: [],
    watched,
    ...rest,
  }
}

function count(
  watched: readonly Watched[],
  of: Partial<StoredRamp> = {},
  now = NOW,
  audience: 'server' | 'client' = 'server',
) {
  return aggregate(batch(watched), { environment: PLACE, audience, ramps: new Map([['r_1', ramp(of)]]), now })
}

function met(unit: string, arm: UnitCount['arm'], rest: Partial<UnitCount> = {}): UnitCount {
  const twice = rest.metric === undefined ? { twice: '*both' } : {}
  return { ramp: 'r_1', seq: 1, tick: T0, metric: '', scope: 'r_1/1', ...twice, arm, unit, ...rest }
}

function metInRun(unit: string, arm: UnitCount['arm'], rest: Partial<UnitCount> = {}): UnitCount {
  return met(unit, arm, { metric: '*', scope: 'r_1', opens: [], ...rest })
}

function event(unit: string, arm: UnitCount['arm'], rest: Partial<UnitCount> = {}): UnitCount {
  return {
    ramp: 'r_1',
    seq: 1,
    tick: T0,
    metric: 'checkout_error',
    scope: 'shop/production/checkout/checkout',
    arm,
    unit,
    ...rest,
  }
}

test('units are met once per step entry, and fail once on their seed', () => {
  const seen = { treatment: ['t1'], control: ['c1'] }
  expect(count([row({ seen, first: [failed(['t1'], ['c1'])] })])).toEqual({
    batch: 'batch-1',
    environment: PLACE,
    at: NOW,
    units: [
      met('t1', 'treatment'),
      met('c1', 'control'),
      metInRun('t1', 'treatment'),
      metInRun('c1', 'control'),
      // A unit whose outcome is recorded was met; the store keeps it once.
      met('t1', 'treatment'),
      met('c1', 'control'),
      metInRun('t1', 'treatment'),
      metInRun('c1', 'control'),
      event('t1', 'treatment'),
      event('c1', 'control'),
    ],
    amounts: [],
    tallies: [],
    metrics: ['checkout_error'],
    late: [],
  })
})

test('every metric that is named is remembered, whether or not a ramp watches it', () => {
  const named = batch([row({ first: [failed([], [], 'b')], sum: [{ metric: 'c', treatment: [], control: [] }] })], {
    totals: [
      { metric: 'd', n: 1 },
      { metric: 'b', n: 2 },
    ],
  })
  expect(aggregate(named, { environment: PLACE, audience: 'server', ramps: new Map(), now: NOW }).metrics).toEqual([
    'b',
    'c',
    'd',
  ])
})

describe('the tick of a row', () => {
  const tickOf = (agoMs: number, now: number, at = 0) =>
    count([row({ agoMs, seen: { treatment: ['t1'], control: [] } })], { publishes: [publish(1, { at })] }, now).units[0]
      ?.tick

  test.each<[string, number, number, number]>([
    ['is the one its age says', 2_000, T0 + 9_000, T0],
    ['may have ended up to 5 s ago', 8_000, T0 + TICK + 4_999, T0],
    ['is the open one when its own has closed', 8_000, T0 + TICK + 5_000, T0 + TICK],
    ['is the open one however old the row is', 3_600_000, T0 + TICK + 7_000, T0 + TICK],
  ])('%s', (_, agoMs, now, tick) => {
    expect(tickOf(agoMs, now)).toBe(tick)
  })

  test('is not before its sequence was published', () => {
    expect(tickOf(8_000, T0 + TICK + 1_000, T0 + TICK + 500)).toBe(T0 + TICK)
  })
})

describe('what belongs to no open question is late', () => {
  const watched = [row({ seen: { treatment: ['t1'], control: [] }, first: [failed(['t1', 't2'], ['c1'])] })]

  test.each<[string, Partial<StoredRamp>]>([
    ['an ended ramp', { state: 'rolled_back' }],
    ['a ramp that has not begun', { state: 'scheduled', publishes: [] }],
    ['a sequence that was never published', { publishes: [publish(2)] }],
    ['a sequence in which everybody had the variation', { publishes: [publish(1, { percent: 100 })] }],
  ])('%s', (_, of) => {
    expect(count(watched, of)).toMatchObject({ units: [], late: [{ ramp: 'r_1', n: 3 }] })
  })

  test('a metric that nobody watches: its units were met all the same', () => {
    const { units, late } = count([row({ first: [failed(['t1'], [], 'other')] })])
    expect({ units, late }).toEqual({
      units: [met('t1', 'treatment'), metInRun('t1', 'treatment')],
      late: [{ ramp: 'r_1', n: 1 }],
    })
  })

  test('a ramp of another environment, or of none, is nobody’s', () => {
    const made = aggregate(batch(watched), { environment: PLACE, audience: 'server', ramps: new Map(), now: NOW })
    expect({ units: made.units, late: made.late }).toEqual({ units: [], late: [] })
  })

  test('several rows of one ramp are one figure', () => {
    expect(count([...watched, ...watched], { state: 'killed' }).late).toEqual([{ ramp: 'r_1', n: 6 }])
  })
})

test.each(['running', 'paused', 'baking'] as const)('a ramp that is %s goes on counting', (state) => {
  expect(count([row({ seen: { treatment: ['t1'], control: [] } })], { state }).units).toEqual([
    met('t1', 'treatment'),
    metInRun('t1', 'treatment'),
  ])
})

test('a row of an earlier sequence is counted for that one', () => {
  const late = row({ seq: 1, first: [failed(['t1'])] })
  const { units } = count([late], { seq: 2, publishes: [publish(1), publish(2, { percent: 50, at: NOW - 1_000 })] })
  expect(units).toEqual([met('t1', 'treatment'), metInRun('t1', 'treatment'), event('t1', 'treatment')])
})

describe('while a guard settles after a change of the share', () => {
  const [guard] = ramp().plan.guards
  if (guard === undefined) throw new Error('the ramp of these tests has a guard')
  const withGraces = (...graces: readonly (string | null)[]): Partial<StoredRamp> => ({
    publishes: [publish(1, { at: T0 })],
    plan: { ...ramp().plan, guards: graces.map((grace, n) => ({ ...guard, key: `g${n}`, grace })) },
  })
  const watched = [row({ first: [failed(['t1'])] })]

  test.each<[string, readonly (string | null)[], number, number]>([
    ['an outcome is not counted and its unit stays countable', ['PT30S'], NOW, 0],
    ['an outcome of the last settling tick is not counted', ['PT30S'], T0 + 25_000, 0],
    ['an outcome of the first tick after it is', ['PT30S'], T0 + 35_000, 1],
    ['another guard of the metric that need not settle gets it', ['PT30S', null], NOW, 1],
    ['nothing is held back when no guard has a grace', [null], NOW, 1],
  ])('%s', (_, graces, now, events) => {
    const { units, late } = count(watched, withGraces(...graces), now)
    expect([units.filter(({ metric }) => metric === 'checkout_error').length, late]).toEqual([events, []])
    expect(units.filter(({ metric }) => metric === '').length).toBe(1)
  })
})

describe('a guard of a latency', () => {
  const [guard] = ramp().plan.guards
  if (guard === undefined) throw new Error('the ramp of these tests has a guard')
  const slow = { ...guard, key: 'ms', metric: 'checkout_ms', take: 'slow' as const }
  const thresholds = [100, 200].map((bound) => ({ bound, baseline: 0.1, limit: 1.1 }))
  const of: Partial<StoredRamp> = {
    plan: { ...ramp().plan, guards: [slow] },
    frozen: [{ guard: 'ms', at: 0, values: 500, from: 'before', thresholds }],
  }
  const watched = [row({ slow: [{ metric: 'checkout_ms', treatment: [['t1', 2]], control: [['c1', 0]] }] })]

  test('counts first observations of a step, by how many thresholds they exceed', () => {
    const slower = { metric: 'checkout_ms>', scope: 'r_1/step 1' }
    expect(count(watched, of).units.filter(({ metric }) => metric === 'checkout_ms>')).toEqual([
      met('t1', 'treatment', { ...slower, counts: ['checkout_ms>0', 'checkout_ms>1', 'checkout_ms>2'] }),
      met('c1', 'control', { ...slower, counts: ['checkout_ms>0'] }),
    ])
  })

  test('counts nothing before its thresholds are known', () => {
    expect(count(watched, { ...of, frozen: [] }).units.filter(({ metric }) => metric === 'checkout_ms>')).toEqual([])
  })
})

describe('a guard of a mean', () => {
  const [guard] = ramp().plan.guards
  if (guard === undefined) throw new Error('the ramp of these tests has a guard')
  const mean = { ...guard, metric: 'order_value', take: 'sum' as const, window: 'PT1H' }
  const of: Partial<StoredRamp> = { plan: { ...ramp().plan, guards: [mean] } }

  test('opens a window for a unit that is met for the first time in the run, and adds what the unit comes to', () => {
    const sum = [{ metric: 'order_value', treatment: [['t1', 30]] as const, control: [] }]
    const { units, amounts } = count([row({ sum })], of)
    expect(units).toEqual([
      met('t1', 'treatment'),
      metInRun('t1', 'treatment', { opens: [{ metric: 'order_value', closesAt: T0 + 3_600_000 }] }),
    ])
    expect(amounts).toEqual([{ ramp: 'r_1', metric: 'order_value', unit: 't1', at: T0, amount: 30 }])
  })
})

test('outcomes without a unit are counted beside those with one', () => {
  const outcomes = [
    { metric: 'checkout_error', placed: 9, unplaced: 4 },
    { metric: 'other', placed: 1, unplaced: 1 },
  ]
  const at = { ramp: 'r_1', seq: 1, tick: T0, treatment: 0 }
  expect(count([row({ outcomes })]).tallies).toEqual([
    { ...at, metric: 'checkout_error!', control: 9 },
    { ...at, metric: 'checkout_error?', control: 4 },
  ])
})

test('of a sample of all units, those outside it are dropped in both arms, whatever the SDK knows', () => {
  const [inside, outside] = ['000000007fffffff', '0000000080000000']
  const seen = { treatment: [inside, outside], control: [outside] }
  expect(count([row({ seen, first: [failed([outside])] })], { halved: [NOW - 1] }).units).toEqual([
    met(inside, 'treatment'),
    metInRun(inside, 'treatment'),
  ])
})

describe('after the end', () => {
  const end = { at: new Date(T0).toISOString(), by: 'guard' as const, cause: null }
  const given = [row({ evaluations: { treatment: 5, control: 7 } })]

  test('of a ramp that was taken back, what still gives the new variation a minute later is counted', () => {
    const taken: Partial<StoredRamp> = { state: 'rolled_back', end, watchedUntil: T0 + 3_600_000 }
    expect(count(given, taken, T0 + 59_999).tallies).toEqual([])
    expect(count(given, taken, T0 + 60_000).tallies).toEqual([
      { ramp: 'r_1', seq: 1, tick: T0 + 60_000, metric: '*after', treatment: 5, control: 0 },
    ])
    expect(count(given, { ...taken, watchedUntil: null }, T0 + 60_000).tallies).toEqual([])
  })

  test('a ramp that completed is counted on while it is watched', () => {
    const completed: Partial<StoredRamp> = {
      state: 'completed',
      end,
      publishes: [publish(1, { percent: 100 })],
      watchedUntil: T0 + 3_600_000,
    }
    const watched = [row({ first: [failed(['t1'])] })]
    expect(count(watched, completed).units).toEqual([met('t1', 'treatment'), event('t1', 'treatment')])
    expect(count(watched, { ...completed, watchedUntil: null }).units).toEqual([])
  })
})

test('what browsers report is counted apart, for guards that ask for it and for no others', () => {
  const [guard] = ramp().plan.guards
  if (guard === undefined) throw new Error('the ramp of these tests has a guard')
  const guards = [{ ...guard, source: { kind: 'sdk' as const, from: 'browser' as const } }]
  const of = { plan: { ...ramp().plan, guards } }
  const watched = [row({ first: [failed(['t1'])] })]
  expect(count(watched, of, NOW, 'client').units).toEqual([
    met('t1', 'treatment', { metric: '~', scope: '~r_1/1' }),
    event('t1', 'treatment', { metric: '~checkout_error', scope: '~shop/production/checkout/checkout' }),
  ])
  expect(count(watched, {}, NOW, 'client')).toMatchObject({ late: [{ ramp: 'r_1', n: 1 }] })
})
