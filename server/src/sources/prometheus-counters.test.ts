import { describe, expect, test } from 'vitest'
import type { PrometheusGuard } from './guard-source.ts'
import { countersOf } from './prometheus-counters.ts'
import type { Sample } from './prometheus-format.ts'
import { countersQuery, dayOfBuckets, notACounter } from './prometheus-query.ts'

const guard: PrometheusGuard = {
  kind: 'prometheus',
  name: 'main',
  events: 'http_requests_total{status=~"5.."}',
  total: 'http_requests_total',
  armLabel: 'variation',
}
const asked = { arms: { treatment: 'on', control: 'off' }, bounds: [] }

function sample(counts: string, labels: Readonly<Record<string, string>>, value: number): Sample {
  return { labels: { rampart_counts: counts, instance: 'a:1', ...labels }, value }
}

describe('the query of a guard', () => {
  test('asks for events and total at one moment', () => {
    expect(countersQuery(guard, 'first')).toBe(
      'label_replace((http_requests_total{status=~"5.."}), "rampart_counts", "events", "", "") or ' +
        'label_replace((http_requests_total), "rampart_counts", "total", "", "")',
    )
    expect(countersQuery(guard, 'slow')).toContain('"rampart_counts", "at_most"')
  })

  test('of the past of a latency covers a day', () => {
    expect(dayOfBuckets({ ...guard, events: 'seconds_bucket{job="shop"}' })).toBe(
      'sum by (le) (increase(seconds_bucket{job="shop"}[1d]))',
    )
  })

  test.each([
    ['http_requests_total{job="shop"}', null],
    ['sum by (variation, instance) (http_requests_total)', null],
    ['rate(http_requests_total[5m])', 'rate(…)'],
    ['sum by (variation) (increase (http_requests_total[1m]))', 'increase(…)'],
    ['irate(x[1m])', 'irate(…)'],
    ['{__name__="http_rate_total"}', null],
  ])('%s is a counter unless %s is taken of it', (expression, applied) => {
    const problem = notACounter(expression)
    expect(problem === null ? null : problem.split(' ')[0]).toBe(applied)
  })
})

describe('the counters among samples', () => {
  test('are told by arm and process; those of neither arm are left out', () => {
    const samples = [
      sample('events', { __name__: 'http_requests_total', status: '500', variation: 'on' }, 3),
      sample('total', { __name__: 'http_requests_total', variation: 'on' }, 40),
      sample('total', { __name__: 'http_requests_total', variation: 'off', instance: 'b:1' }, 900),
      sample('total', { __name__: 'http_requests_total', variation: 'other' }, 7),
    ]
    expect(countersOf(samples, guard, asked)).toEqual({
      kind: 'counters',
      counters: [
        {
          id: 'http_requests_total{instance="a:1",rampart_counts="events",status="500",variation="on"}',
          counts: 'events',
          bound: null,
          arm: 'treatment',
          instance: 'a:1',
          value: 3,
        },
        {
          id: 'http_requests_total{instance="a:1",rampart_counts="total",variation="on"}',
          counts: 'total',
          bound: null,
          arm: 'treatment',
          instance: 'a:1',
          value: 40,
        },
        {
          id: 'http_requests_total{instance="b:1",rampart_counts="total",variation="off"}',
          counts: 'total',
          bound: null,
          arm: 'control',
          instance: 'b:1',
          value: 900,
        },
      ],
    })
  })

  test('are of the whole service when no label tells the arms apart', () => {
    const read = countersOf([sample('total', {}, 9)], { ...guard, armLabel: null, instanceLabel: null }, asked)
    expect(read).toMatchObject({ counters: [{ arm: 'treatment', instance: '', value: 9 }] })
  })

  test('of a latency are those of the bounds that were fixed', () => {
    const bucket = (le: string, value: number) => sample('at_most', { le, variation: 'on' }, value)
    const samples = [bucket('0.1', 5), bucket('0.25', 8), bucket('+Inf', 9), sample('total', { variation: 'on' }, 9)]
    const read = countersOf(samples, guard, { ...asked, bounds: [0.25] })
    expect(read.kind === 'counters' && read.counters.map(({ counts, bound, value }) => [counts, bound, value])).toEqual(
      [
        ['at_most', 0.25, 8],
        ['total', null, 9],
      ],
    )
  })

  test.each([
    ['nothing at all', [], 'the query for the total brought nothing back: http_requests_total'],
    [
      'events without a total',
      [sample('events', { variation: 'on' }, 1)],
      'the query for the total brought nothing back: http_requests_total',
    ],
    [
      'a number that is none',
      [sample('total', { variation: 'on' }, Number.NaN)],
      '{instance="a:1",variation="on"} is NaN',
    ],
    ['an infinite number', [sample('total', {}, Number.POSITIVE_INFINITY)], '{instance="a:1"} is +Inf'],
    ['a counter below zero', [sample('events', {}, -1)], '{instance="a:1"} is -1'],
    [
      'no label of arms',
      [sample('total', { job: 'shop' }, 1)],
      'nothing has the label variation; there are instance, job',
    ],
    [
      'other arms',
      [sample('total', { variation: 'blue' }, 1), sample('total', { variation: 'green' }, 1)],
      'the label variation is blue, green, and neither on nor off',
    ],
  ])('are no figures with %s', (_, samples, words) => {
    expect(countersOf(samples, guard, asked)).toEqual({ kind: 'no_data', words })
  })
})
