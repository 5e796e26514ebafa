import { describe, expect, test } from 'vitest'
import type { FigureRow, SourceState } from '../../sources/figures.ts'
import { definition, NOW, ramp, source, write } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

const WINDOW = 15_000

function state(over: Partial<SourceState> = {}): SourceState {
  return {
    guard: 'http_5xx',
    version: 1,
    state: 'ok',
    since: NOW,
    askedAt: NOW,
    everyMs: WINDOW,
    readAt: NOW,
    inARow: 0,
    windows: 1,
    withoutData: 0,
    failed: 0,
    late: 0,
    words: 'figures',
    counters: { 'events{a="b"}': 4, 'total{a="b"}': 100.5 },
    ...over,
  }
}

function row(n: number, over: Partial<FigureRow> = {}): FigureRow {
  return {
    guard: 'http_5xx',
    start: NOW + n * WINDOW,
    end: NOW + (n + 1) * WINDOW,
    part: 0,
    strata: [{ instance: 'a:1', treatment: { events: 1, total: 10 }, control: null }],
    value: null,
    ...over,
  }
}

export function figuresConformance(open: OpenStore): void {
  describe('figures of metric sources', () => {
    const shop = shopInEachTest(open)
    const start = () => write(shop.store, { put: 'ramp', ramp: ramp('r_1') })

    test('what a reading brought is what is read, in the order of guard, window and part', async () => {
      const { store } = shop
      await start()
      const rows = [row(1), row(0, { part: 1 }), row(0), row(0, { guard: 'cpu', strata: [], value: 0.25 })]
      expect(await store.addFigures({ ramp: 'r_1', state: state(), rows })).toBe('added')
      expect(await store.addFigures({ ramp: 'r_1', state: state({ guard: 'cpu', counters: null }), rows: [] })).toBe(
        'added',
      )
      expect(await store.figures('r_1')).toEqual({
        rows: [rows[3], rows[2], rows[1], rows[0]],
        states: [state({ guard: 'cpu', counters: null }), state()],
      })
      expect(await store.sourceStates('r_1')).toEqual((await store.figures('r_1')).states)
      expect(await store.figures('r_none')).toEqual({ rows: [], states: [] })
    })

    test('of readings that began from the same state one is added', async () => {
      const { store } = shop
      await start()
      const reading = (n: number) => ({ ramp: 'r_1', state: state({ words: `reading ${n}` }), rows: [row(n)] })
      const first = await Promise.all([0, 1, 2].map((n) => store.addFigures(reading(n))))
      expect(first.toSorted()).toEqual(['added', 'conflict', 'conflict'])
      const next = { ramp: 'r_1', state: state({ version: 2 }), rows: [row(5)] }
      expect(await Promise.all([store.addFigures(next), store.addFigures(next)])).toEqual(['added', 'conflict'])
      const { rows, states } = await store.figures('r_1')
      expect(rows).toHaveLength(2)
      expect(states).toEqual([state({ version: 2 })])
    })

    test('a row of a window that is there takes its place', async () => {
      const { store } = shop
      await start()
      const whole = row(0, { strata: [{ instance: '', treatment: null, control: { events: 0, total: 7 } }] })
      await store.addFigures({ ramp: 'r_1', state: state(), rows: [row(0)] })
      await store.addFigures({ ramp: 'r_1', state: state({ version: 2 }), rows: [whole] })
      expect((await store.figures('r_1')).rows).toEqual([whole])
    })

    test('figures of a ramp that does not exist are refused, and nothing of them is left', async () => {
      const { store } = shop
      await expect(store.addFigures({ ramp: 'r_none', state: state(), rows: [row(0)] })).rejects.toThrow()
      expect(await store.figures('r_none')).toEqual({ rows: [], states: [] })
    })

    test('many windows are added at once', async () => {
      const { store } = shop
      await start()
      const rows = Array.from({ length: 1_200 }, (_, n) => row(n))
      await store.addFigures({ ramp: 'r_1', state: state(), rows })
      expect((await store.figures('r_1')).rows).toEqual(rows)
    })

    test('sources and definitions are edited in place, kept through a restart, and removed', async () => {
      const { store } = shop
      await write(
        store,
        { put: 'metric_source', project: 'shop', ...source('main') },
        { put: 'metric_source', project: 'shop', ...source('backup'), secret: null },
        { put: 'metric_definition', project: 'shop', definition: definition('order', { direction: 'up' }) },
      )
      const edited = source('main', { version: 2, url: 'https://other.example.com' })
      await write(
        store,
        { put: 'metric_source', project: 'shop', ...edited },
        { put: 'metric_definition', project: 'shop', definition: definition('order', { version: 2 }) },
      )
      const again = await shop.reopen()
      expect(await again.metricSources('shop')).toEqual([{ ...source('backup'), secret: null }, edited])
      expect(await again.metricDefinitions('shop')).toEqual([definition('order', { version: 2 })])
      await write(
        again,
        { remove: 'metric_source', project: 'shop', key: 'main' },
        { remove: 'metric_definition', project: 'shop', metric: 'order' },
      )
      expect((await again.metricSources('shop')).map((one) => one.source.key)).toEqual(['backup'])
      expect(await again.metricDefinitions('shop')).toEqual([])
      expect(await again.metricSources('other')).toEqual([])
    })
  })
}
