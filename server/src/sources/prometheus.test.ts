import type { Guard } from '@rampart/contract/admin'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Exporter,
  prometheusPath,
  type RunningPrometheus,
  startExporter,
  startPrometheus,
} from '../../../test/support/prometheus.ts'
import type { StoredSource } from '../store/store.ts'
import { addressPolicy } from './addresses.ts'
import type { PrometheusGuard } from './guard-source.ts'
import { increase } from './increase.ts'
import { type Prometheus, prometheus } from './prometheus.ts'
import { dayOfBuckets } from './prometheus-query.ts'
import type { Ask, Reading } from './reading.ts'

if (prometheusPath === undefined) console.info('skipped: no prometheus')

const requests: PrometheusGuard = {
  kind: 'prometheus',
  name: 'main',
  events: 'shop_errors_total',
  total: 'shop_requests_total',
  armLabel: 'variation',
}
const latency: PrometheusGuard = { ...requests, events: 'shop_seconds_bucket', total: 'shop_seconds_count' }
const arms = { treatment: 'on', control: 'off' }
const signal = new AbortController().signal

function ask(source: PrometheusGuard, take: Guard['take'] = 'first', bounds: readonly number[] = []): Ask {
  return { guard: { take, source }, arms, bounds, window: null }
}

function countersIn(reading: Reading) {
  if (reading.kind !== 'counters') throw new Error(JSON.stringify(reading))
  return reading.counters
}

describe.skipIf(prometheusPath === undefined)('a real Prometheus', () => {
  let server: RunningPrometheus
  let processes: readonly [Exporter, Exporter]
  let source: Prometheus

  beforeAll(async () => {
    processes = [await startExporter(), await startExporter()]
    for (const process of processes) {
      process.serve('off', { requests: 1000, errors: 10 })
      process.serve('on', { requests: 10, errors: 0 })
    }
    server = await startPrometheus(processes.map(({ target }) => target))
    source = prometheus(stored(server.url), addressPolicy('all'))
    await server.shows('sum(shop_requests_total)', 2020)
  })

  afterAll(async () => {
    await server?.close()
    for (const process of processes ?? []) process.close()
  })

  test('gives what has happened between two readings, by process and arm, also through a restart', async () => {
    const [one, other] = processes
    const first = increase(countersIn(await source.read(ask(requests), signal)), null, { bounds: [], compares: true })
    one.serve('on', { requests: 90, errors: 7 })
    one.serve('off', { requests: 900, errors: 9 })
    other.restart()
    other.serve('off', { requests: 50, errors: 2 })
    other.serve('on', { requests: 5, errors: 0 })
    await server.shows('sum(shop_requests_total)', 1000 + 10 + 990 + 55)
    const wanted = { bounds: [], compares: true }
    const second = increase(countersIn(await source.read(ask(requests), signal)), first.counters, wanted)
    expect(second.kind === 'window' && second.parts[0]?.toSorted(byTarget)).toEqual(
      [
        { instance: one.target, treatment: { events: 7, total: 90 }, control: { events: 9, total: 900 } },
        { instance: other.target, treatment: { events: 0, total: 5 }, control: { events: 2, total: 50 } },
      ].toSorted(byTarget),
    )
  })

  test('gives both arms of a latency from its histogram', async () => {
    const [one] = processes
    const read = async () => countersIn(await source.read(ask(latency, 'slow', [0.1, 0.5]), signal))
    const wanted = { bounds: [0.1, 0.5], compares: true }
    const first = increase(await read(), null, wanted)
    const before = Object.values(await server.query('sum(shop_seconds_count)'))[0] ?? 0
    one.serve('on', { requests: 20, errors: 0, seconds: 0.3 })
    one.serve('off', { requests: 200, errors: 0, seconds: 0.08 })
    await server.shows('sum(shop_seconds_count)', before + 220)
    const second = increase(await read(), first.counters, wanted)
    const strata = second.kind === 'window' ? second.parts.map((part) => part[0]) : []
    expect(strata).toEqual([
      { instance: one.target, treatment: { events: 20, total: 20 }, control: { events: 0, total: 200 } },
      { instance: '', treatment: { events: 0, total: 20 }, control: { events: 0, total: 200 } },
    ])
  })

  test('knows how a histogram grew, which is what its bounds are chosen by', async () => {
    const { target } = processes[0]
    await server.shows('min(count_over_time(shop_seconds_count[1m])) >= bool 3', 1)
    const past = await source.query(
      dayOfBuckets({ ...latency, events: `shop_seconds_bucket{instance="${target}"}` }),
      signal,
    )
    const bounds = past.ok ? past.value.map(({ labels }) => labels['le']) : past.words
    expect(bounds).toEqual(expect.arrayContaining(['0.05', '0.1', '0.25', '+Inf']))
  })

  test('gives a gauge as one value, and its past as many', async () => {
    for (const process of processes) process.setGauge(0.75)
    await server.shows('max(busy)', 0.75)
    await server.shows('min(busy)', 0.75)
    expect(await source.read(ask({ ...requests, events: 'avg(busy)', total: '' }, 'gauge'), signal)).toEqual({
      kind: 'gauge',
      value: 0.75,
    })
    const to = Date.now()
    const past = await source.past('avg(busy)', { from: to - 3_000, to, stepMs: 1_000 }, signal)
    expect(past.ok && past.value.length).toBeGreaterThan(1)
  })

  test.each([
    ['a query that is wrong', ask({ ...requests, events: 'sum(' }), { kind: 'error', failure: 'rejected' }],
    ['counters that are not there', ask({ ...requests, total: 'shop_request_total' }), { kind: 'no_data' }],
    ['a label that is not there', ask({ ...requests, armLabel: 'arm' }), { kind: 'no_data' }],
    [
      'a gauge of several values',
      ask({ ...requests, events: 'busy' }, 'gauge'),
      { kind: 'error', failure: 'rejected' },
    ],
    ['a gauge of none', ask({ ...requests, events: 'lazy' }, 'gauge'), { kind: 'no_data' }],
    ['zero divided by zero', ask({ ...requests, events: 'scalar(lazy)' }, 'gauge'), { kind: 'no_data' }],
  ])('says what came back of %s', async (_, asked, expected) => {
    expect(await source.read(asked, signal)).toMatchObject(expected)
  })

  test('of which one part has come to be only now counts that part from nothing', async () => {
    const [one] = processes
    const wanted = { bounds: [], compares: true }
    const lazy = ask({ ...requests, armLabel: 'variation' })
    const asked = { ...lazy, arms: { treatment: 'late', control: 'off' } }
    const first = increase(countersIn(await source.read(asked, signal)), null, wanted)
    one.serve('late', { requests: 4, errors: 3 })
    await server.shows('sum(shop_errors_total{variation="late"})', 3)
    const second = increase(countersIn(await source.read(asked, signal)), first.counters, wanted)
    expect(second).toMatchObject({ parts: [[{ instance: one.target, treatment: { events: 3, total: 4 } }, {}]] })
  })
})

function byTarget(a: { readonly instance: string }, b: { readonly instance: string }): number {
  return a.instance < b.instance ? -1 : 1
}

function stored(url: string): StoredSource {
  return {
    source: {
      key: 'main',
      kind: 'prometheus',
      url,
      auth: { kind: 'none' },
      ca: null,
      every: 'PT1S',
      timeout: 'PT5S',
      version: 1,
    },
    secret: null,
  }
}
