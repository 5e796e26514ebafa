import { describe, expect, test } from 'vitest'
import type { UnitCount } from '../store.ts'
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

    test('batches that are added together come to what they come to one by one, and each is known afterwards', async () => {
      const { store } = shop
      await start()
      const batches = Array.from({ length: 5 }, (_, n) =>
        counts(`b_${n}`, [unit(`${n}`), unit(`${n + 1}`), unit(`${n}`, { ...failed, arm: 'control' })], {
          metrics: ['order'],
          late: [{ ramp: 'r_1', n: 2 }],
          at: NOW + n,
        }),
      )
      await store.addCounts(counts('b_0', [unit('0'), unit('1'), unit('0', { ...failed, arm: 'control' })]))
      const elsewhere = counts('b_1', [], { environment: staging })
      const [first, second] = [batches.slice(0, 3), batches.slice(3)]
      expect(await store.addAllCounts([...first, ...first, elsewhere])).toEqual([
        'duplicate',
        'added',
        'added',
        'duplicate',
        'duplicate',
        'duplicate',
        'added',
      ])
      expect(await store.addAllCounts(second)).toEqual(['added', 'added'])
      expect(await store.addAllCounts([...batches, elsewhere])).toEqual(Array(6).fill('duplicate'))
      expect(await store.addAllCounts([])).toEqual([])
      expect(await store.ticks('r_1')).toEqual([
        { seq: 1, tick: NOW, metric: '', treatment: 6, control: 0 },
        { seq: 1, tick: NOW, metric: 'checkout_error', treatment: 0, control: 5 },
      ])
      expect(await store.lateCounts('r_1')).toBe(8)
      expect(await store.metrics(production)).toEqual([{ name: 'order', lastSeenAt: new Date(NOW + 4).toISOString() }])
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

    test('a unit that is named in one arm after the other is counted as that, once, where it is looked for', async () => {
      const { store } = shop
      await start()
      const twice = { twice: '*both' }
      const other = { ...twice, arm: 'control', tick: NOW + 10_000 } as const
      await store.addCounts(
        counts('b_1', [unit('1', twice), unit('2', twice), unit('3', { ...twice, arm: 'control' })]),
      )
      // again in its arm, in the other one, and there once more
      await store.addCounts(counts('b_2', [unit('1', twice), unit('2', other), unit('2', other), unit('4', other)]))
      await store.addCounts(counts('b_3', [unit('2', twice), unit('3', { ...twice, tick: NOW + 10_000 })]))
      // in both arms at the same time
      await store.addCounts(counts('b_4', [unit('5', other), unit('5', { ...twice, tick: NOW + 10_000 })]))
      // where it is not looked for, and in another sequence
      await store.addCounts(counts('b_5', [unit('6', failed), unit('6', { ...failed, arm: 'control' })]))
      await store.addCounts(counts('b_6', [unit('1', { ...other, seq: 2, scope: 'r_1/2' })]))
      const ticks = await store.ticks('r_1')
      expect(ticks.filter(({ metric }) => metric === '*both')).toEqual([
        { seq: 1, tick: NOW + 10_000, metric: '*both', treatment: 0, control: 3 },
      ])
      const met = ticks.filter(({ metric, seq }) => metric === '' && seq === 1)
      expect(met.map(({ treatment, control }) => [treatment, control])).toEqual([
        [2, 1],
        [0, 2],
      ])
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

    test('a unit is counted under every name that it is to be counted under, once', async () => {
      const { store } = shop
      await start()
      const slow = unit('1', { metric: 'checkout_ms>', scope: 'r_1/1', counts: ['checkout_ms>0', 'checkout_ms>1'] })
      await store.addCounts(counts('b_1', [slow]))
      await store.addCounts(counts('b_2', [{ ...slow, counts: ['checkout_ms>0', 'checkout_ms>1', 'checkout_ms>2'] }]))
      expect(await store.ticks('r_1')).toEqual([
        { seq: 1, tick: NOW, metric: 'checkout_ms>0', treatment: 1, control: 0 },
        { seq: 1, tick: NOW, metric: 'checkout_ms>1', treatment: 1, control: 0 },
      ])
    })

    test('what is counted without units is added to its tick', async () => {
      const { store } = shop
      await start()
      const tally = { ramp: 'r_1', seq: 1, tick: NOW, metric: 'checkout_error?', treatment: 0, control: 3 }
      await store.addCounts(counts('b_1', [], { tallies: [tally] }))
      await store.addCounts(counts('b_2', [], { tallies: [tally] }))
      const { ramp: _, ...row } = tally
      expect(await store.ticks('r_1')).toEqual([{ ...row, control: 6 }])
    })

    describe('amounts', () => {
      const HOUR = 3_600_000
      const met = (id: string, over: Partial<UnitCount> = {}) =>
        unit(id, { metric: '*', scope: 'r_1', opens: [{ metric: 'order_value', closesAt: NOW + HOUR }], ...over })
      const amount = (id: string, value: number, at = NOW) => {
        const { ramp: of, unit: hash } = unit(id)
        return { ramp: of, metric: 'order_value', unit: hash, at, amount: value }
      }
      const close = (until: number) =>
        shop.store.closeWindows({ ramp: 'r_1', metric: 'order_value', until, tick: NOW + HOUR, cap: 100, scope: SEED })
      const counted = async () =>
        (await shop.store.ticks('r_1')).filter(({ metric }) => metric.includes('=')).map((row) => Object.values(row))

      test('of a unit are summed up within its window, and counted when that is over', async () => {
        const { store } = shop
        await start()
        await store.addCounts(
          counts('b_1', [met('1'), met('2', { arm: 'control', seq: 2 })], {
            amounts: [amount('1', 20), amount('1', 10)],
          }),
        )
        await store.addCounts(counts('b_2', [met('1')], { amounts: [amount('1', 20), amount('1', 7, NOW + HOUR)] }))
        expect(await close(NOW + HOUR - 1)).toBe(0)
        expect(await close(NOW + HOUR)).toBe(2)
        expect(await counted()).toEqual([
          [1, NOW + HOUR, 'order_value=100', 1, 0],
          [2, NOW + HOUR, 'order_value=0', 0, 1],
        ])
        expect(await close(NOW + 2 * HOUR)).toBe(0)
      })

      test('of a unit without a window, or beyond the cap, do no harm', async () => {
        const { store } = shop
        await start()
        await store.addCounts(counts('b_1', [met('1')], { amounts: [amount('9', 20), amount('1', 1e9)] }))
        expect(await close(NOW + HOUR)).toBe(1)
        expect(await counted()).toEqual([[1, NOW + HOUR, 'order_value=200', 1, 0]])
      })

      test('that came to something count once on their seed', async () => {
        const { store } = shop
        await start()
        await store.addCounts(counts('b_1', [met('1'), met('2')], { amounts: [amount('1', 50)] }))
        await close(NOW + HOUR)
        await write(store, { put: 'ramp', ramp: ended(ramp('r_1')) }, { put: 'ramp', ramp: ramp('r_2') })
        const again = { ramp: 'r_2', scope: 'r_2' }
        await store.addCounts(
          counts('b_2', [met('1', again), met('2', again)], { amounts: [{ ...amount('1', 50), ramp: 'r_2' }] }),
        )
        await store.closeWindows({
          ramp: 'r_2',
          metric: 'order_value',
          until: NOW + HOUR,
          tick: NOW + HOUR,
          cap: 100,
          scope: SEED,
        })
        expect((await store.ticks('r_2')).filter(({ metric }) => metric.includes('='))).toEqual([
          { seq: 1, tick: NOW + HOUR, metric: 'order_value=0', treatment: 1, control: 0 },
        ])
      })

      test('of a ramp that has ended go with the sweep', async () => {
        const { store } = shop
        await start()
        await store.addCounts(counts('b_1', [met('1')], { amounts: [amount('1', 50)] }))
        await store.sweep(NOW)
        await write(store, { put: 'ramp', ramp: ended(ramp('r_1')) })
        await store.sweep(NOW)
        expect(await close(NOW + HOUR)).toBe(0)
      })
    })

    test('units outside a sample are forgotten whatever counted them, and what they were counted for stays', async () => {
      const { store } = shop
      await start()
      const [inside, outside] = ['00000000' + '7fffffff', '00000000' + '80000000']
      const of = (hash: string) => [
        { ...unit('0'), unit: hash },
        { ...unit('0', failed), unit: hash },
      ]
      await store.addCounts(counts('b_1', [...of(inside), ...of(outside)]))
      const before = await store.ticks('r_1')
      await store.forgetUnits({ id: 'r_1', seedScope: SEED }, 1)
      await store.addCounts(counts('b_2', [...of(inside), ...of(outside)]))
      expect(await store.ticks('r_1')).toEqual(before)

      await store.forgetUnits({ id: 'r_1', seedScope: SEED }, 0.5)
      expect(await store.ticks('r_1')).toEqual(before)
      await store.addCounts(counts('b_3', [...of(inside), ...of(outside)]))
      const [met, events] = await store.ticks('r_1')
      expect([met?.treatment, events?.treatment]).toEqual([3, 3])
    })
  })
}
