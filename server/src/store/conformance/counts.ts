import { describe, expect, test } from 'vitest'
import { counts, ended, NOW, production, ramp, staging, unit, write } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

const SEED = ramp('r_1').seedScope
const failed = { metric: 'checkout_error', scope: SEED }

export function countsConformance(open: OpenStore): void {
  describe('counts', () => {
    const shop = shopInEachTest(open)
    const start = () => write(shop.store, { put: 'ramp', ramp: ramp('r_1') })

    test('each unit counts once in its scope and metric, in the tick where it came first', async () => {
      const { store } = shop
      await start()
      await store.addCounts(
        counts('b_1', [
          unit('1'),
          unit('2'),
          unit('3', { arm: 'control' }),
          unit('1', { tick: NOW + 10_000 }),
          unit('1', failed),
        ]),
      )
      await store.addCounts(
        counts('b_2', [
          unit('2', { tick: NOW + 10_000 }),
          unit('4', { tick: NOW + 10_000 }),
          unit('5', { arm: 'control' }),
          unit('3', { ...failed, arm: 'control', tick: NOW + 10_000 }),
          unit('1', { ...failed, seq: 2 }),
        ]),
      )
      expect(await store.ticks('r_1')).toEqual([
        { seq: 1, tick: NOW, metric: '', treatment: 2, control: 2 },
        { seq: 1, tick: NOW, metric: 'checkout_error', treatment: 1, control: 0 },
        { seq: 1, tick: NOW + 10_000, metric: '', treatment: 1, control: 0 },
        { seq: 1, tick: NOW + 10_000, metric: 'checkout_error', treatment: 0, control: 1 },
      ])
    })

    test('a unit that one batch puts in both arms counts where it is named first', async () => {
      await start()
      await shop.store.addCounts(counts('b_1', [unit('1', { arm: 'control' }), unit('1', { arm: 'treatment' })]))
      expect(await shop.store.ticks('r_1')).toEqual([{ seq: 1, tick: NOW, metric: '', treatment: 0, control: 1 }])
    })

    test('another scope counts a unit again', async () => {
      await start()
      const again = unit('1', { seq: 2, tick: NOW + 10_000, scope: 'r_1/2' })
      await shop.store.addCounts(counts('b_1', [unit('1', { scope: 'r_1/1' }), again]))
      expect(await shop.store.ticks('r_1')).toEqual([
        { seq: 1, tick: NOW, metric: '', treatment: 1, control: 0 },
        { seq: 2, tick: NOW + 10_000, metric: '', treatment: 1, control: 0 },
      ])
    })

    test('a new run on the same seed meets its units again, and counts no outcome again', async () => {
      const { store } = shop
      await start()
      await store.addCounts(counts('b_1', [unit('1'), unit('1', failed)]))
      await write(store, { put: 'ramp', ramp: ended(ramp('r_1')) }, { put: 'ramp', ramp: ramp('r_2') })
      const second = { ramp: 'r_2', tick: NOW + 10_000 }
      await store.addCounts(
        counts('b_2', [
          unit('1', { ...second, scope: 'r_2' }),
          unit('1', { ...second, ...failed }),
          unit('2', { ...second, ...failed }),
        ]),
      )
      expect(await store.ticks('r_2')).toEqual([
        { seq: 1, tick: NOW + 10_000, metric: '', treatment: 1, control: 0 },
        { seq: 1, tick: NOW + 10_000, metric: 'checkout_error', treatment: 1, control: 0 },
      ])
    })

    test('a batch that was added changes nothing when it comes again, also at the same time', async () => {
      const { store } = shop
      await start()
      const batch = counts('b_1', [unit('1')], { metrics: ['order'], late: [{ ramp: 'r_1', n: 3 }] })
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => store.addCounts(batch)))
      expect(outcomes.toSorted()).toEqual(['added', ...Array(4).fill('duplicate')])
      expect(await store.addCounts({ ...batch, units: [unit('2')], at: NOW + 1 })).toBe('duplicate')
      expect(await store.ticks('r_1')).toEqual([{ seq: 1, tick: NOW, metric: '', treatment: 1, control: 0 }])
      expect(await store.lateCounts('r_1')).toBe(3)
      expect(await store.metrics(production)).toEqual([{ name: 'order', lastSeenAt: new Date(NOW).toISOString() }])
    })

    test('a batch is known in its environment only', async () => {
      expect(await shop.store.addCounts(counts('b_1', []))).toBe('added')
      expect(await shop.store.addCounts(counts('b_1', [], { environment: staging }))).toBe('added')
    })

    test('of two instances that meet the same units at once each unit counts once', async () => {
      const { store } = shop
      await start()
      const some = (from: number) => Array.from({ length: 500 }, (_, n) => unit(String(from + n)))
      await Promise.all([0, 250, 500].map((from) => store.addCounts(counts(`b_${from}`, some(from)))))
      expect(await store.ticks('r_1')).toEqual([{ seq: 1, tick: NOW, metric: '', treatment: 1000, control: 0 }])
    })

    test('a batch of 12,000 units is added whole', async () => {
      const { store } = shop
      await start()
      const many = Array.from({ length: 12_000 }, (_, n) =>
        unit(n.toString(16), { arm: n % 3 === 0 ? 'treatment' : 'control', tick: NOW + (n % 700) * 10_000 }),
      )
      await store.addCounts(counts('b_1', many))
      const ticks = await store.ticks('r_1')
      expect(ticks).toHaveLength(700)
      expect(ticks.reduce((sum, tick) => sum + tick.treatment, 0)).toBe(4000)
      expect(ticks.reduce((sum, tick) => sum + tick.control, 0)).toBe(8000)
    })

    test('metrics are remembered by environment with when they were seen last', async () => {
      const { store } = shop
      await store.addCounts(counts('b_1', [], { metrics: ['order', 'checkout_error', 'order'] }))
      await store.addCounts(counts('b_2', [], { metrics: ['order'], at: NOW + 1000 }))
      expect(await store.metrics(production)).toEqual([
        { name: 'checkout_error', lastSeenAt: new Date(NOW).toISOString() },
        { name: 'order', lastSeenAt: new Date(NOW + 1000).toISOString() },
      ])
      expect(await store.metrics(staging)).toEqual([])
    })

    test('outcomes that came too late are summed by ramp', async () => {
      const { store } = shop
      await start()
      expect(await store.lateCounts('r_1')).toBe(0)
      await store.addCounts(
        counts('b_1', [], {
          late: [
            { ramp: 'r_1', n: 2 },
            { ramp: 'r_none', n: 5 },
          ],
        }),
      )
      await store.addCounts(counts('b_2', [], { late: [{ ramp: 'r_1', n: 4 }] }))
      await write(store, { put: 'ramp', ramp: ramp('r_1', { seq: 2 }) })
      expect(await store.lateCounts('r_1')).toBe(6)
      expect(await store.lateCounts('r_none')).toBe(0)
    })
  })
}
