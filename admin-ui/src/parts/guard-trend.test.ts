import type { Evidence, RampTicks } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { changeRange, changesOf, isPast, ratesOf } from './guard-trend.ts'

const START = Date.parse('2025-11-25T14:00:00.000Z')
const at = (second: number) => new Date(START + second * 1000).toISOString()

function tick(second: number, seq: number, units: [number, number], errors: [number, number]) {
  const arms = ([control, treatment]: [number, number]) => ({ control, treatment })
  return { at: at(second), seq, units: arms(units), events: [{ metric: 'errors', ...arms(errors) }] }
}

function log(ticks: RampTicks['ticks']): RampTicks {
  return { ramp: 'r_1', stepMs: 10_000, publishes: [], ticks }
}

const watched = { metric: 'errors', limit: { kind: 'points', max: 0.1 } } as const

test('a rate is all events of a sequence by all its units, at the end of each tick', () => {
  const ticks = [tick(0, 1, [10, 10], [1, 2]), tick(10, 1, [30, 10], [1, 3])]
  expect(ratesOf(watched, log(ticks))).toEqual({
    control: [
      { at: START + 10_000, value: 0.1 },
      { at: START + 20_000, value: 0.05 },
    ],
    treatment: [
      { at: START + 10_000, value: 0.2 },
      { at: START + 20_000, value: 0.25 },
    ],
    limit: [
      { at: START + 10_000, value: 0.2 },
      { at: START + 20_000, value: 0.15000000000000002 },
    ],
  })
})

test('there is a gap where ticks are missing and between sequences, and no rate before any unit', () => {
  const values = (ticks: RampTicks['ticks']) => ratesOf(watched, log(ticks)).treatment.map(({ value }) => value)
  expect(values([tick(0, 1, [1, 1], [0, 1]), tick(60, 1, [1, 1], [0, 1])])).toEqual([1, null, 1])
  expect(values([tick(0, 1, [1, 1], [0, 1]), tick(10, 2, [1, 4], [0, 1])])).toEqual([1, null, 0.25])
  expect(values([tick(0, 1, [1, 0], [0, 0])])).toEqual([null])
})

test('a metric that the ticks do not have draws nothing', () => {
  expect(ratesOf({ ...watched, metric: 'other' }, log([tick(0, 1, [1, 1], [0, 0])]))).toEqual({
    control: [],
    treatment: [],
    limit: [],
  })
})

function evidence(change: Evidence['change']): Evidence {
  const arm = { units: 10, events: 1, rate: 0.1 }
  return {
    guard: 'errors',
    metric: 'errors',
    verdict: 'clear',
    reaction: 'rollback',
    limit: { kind: 'no_worse', margin: 1.2 },
    method: 'score',
    control: arm,
    treatment: arm,
    change,
    e: 1,
    needed: 100,
    units: 'targetingKey',
    ticks: null,
    step: 1,
    words: '',
  }
}

function ratio(value: number, low: number | null, high: number | null): Evidence['change'] {
  return { as: 'ratio', value, interval: [low, high], confidence: 0.99 }
}

test('the change is drawn at each decision that has evidence of the guard, and now', () => {
  const entries = [
    { at: at(20), evidence: [evidence(ratio(1.5, 0.5, null))] },
    { at: at(10), evidence: [evidence(null)] },
    { at: at(5) },
  ]
  expect(changesOf(evidence(ratio(2, 1.3, 3)), entries, START + 30_000)).toEqual({
    as: 'ratio',
    none: 1,
    limit: 1.2,
    points: [
      { at: START + 20_000, value: 1.5, low: 0.5, high: null },
      { at: START + 30_000, value: 2, low: 1.3, high: 3 },
    ],
  })
  expect(changesOf(evidence(null), entries, START)).toBeNull()
})

test('an interval is past the limit only as a whole', () => {
  const point = { at: 0, value: 2, low: 1.3, high: 3 }
  expect(isPast(point, 1.2, 'low')).toBe(true)
  expect(isPast(point, 1.4, 'low')).toBe(false)
  expect(isPast({ ...point, low: null }, 1.2, 'low')).toBe(false)
  expect(isPast({ ...point, high: 0.9 }, 0.95, 'high')).toBe(true)
})

test('the axis shows every value and the limit, and cuts intervals that would make them unreadable', () => {
  const changes = (low: number | null, high: number | null) => ({
    as: 'ratio' as const,
    none: 1,
    limit: 1.2,
    points: [{ at: 0, value: 2, low, high }],
  })
  expect(changeRange(changes(0.8, 3))).toEqual([0.8, 3])
  expect(changeRange(changes(null, 400))).toEqual([0, 4])
})
