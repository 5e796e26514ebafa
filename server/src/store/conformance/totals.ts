import { describe, expect, test } from 'vitest'
import type { SeriesCount } from '../../totals/spread.ts'
import { counts, DAY, flag, NOW, production, staging, write } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

const TEN_SECONDS = 10_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const none = { sum: null, histogram: null }

export function totalsConformance(open: OpenStore): void {
  describe('totals', () => {
    const shop = shopInEachTest(open)
    let batches = 0

    function serve(variation: string, n: number, start = NOW, of = 'checkout'): SeriesCount {
      return { series: { kind: 'evaluations', flag: of, variation }, start, n, ...none }
    }
    function measure(metric: string, over: Partial<SeriesCount> = {}): SeriesCount {
      return { series: { kind: 'metric', metric }, start: NOW, n: 1, ...none, ...over }
    }
    async function count(...totals: readonly SeriesCount[]): Promise<void> {
      batches += 1
      await shop.store.addCounts(counts(`b_${batches}`, [], { totals }))
    }
    const over = (stepMs: number, from = NOW - 100 * DAY, to = NOW + DAY) => ({ from, to, stepMs })

    test('add up by flag, variation and ten seconds', async () => {
      const { store } = shop
      await count(serve('on', 2), serve('off', 5), serve('on', 3), serve('on', 1, NOW + TEN_SECONDS))
      await count(serve('on', 10))
      expect(await store.served(production, 'checkout', over(TEN_SECONDS))).toEqual([
        { variation: 'off', start: NOW, n: 5 },
        { variation: 'on', start: NOW, n: 15 },
        { variation: 'on', start: NOW + TEN_SECONDS, n: 1 },
      ])
      expect(await store.served(staging, 'checkout', over(TEN_SECONDS))).toEqual([])
    })

    test('of a batch that comes again are not added again', async () => {
      const batch = counts('again', [], { totals: [serve('on', 2)], unknown: [{ flag: 'gone', n: 2 }] })
      await Promise.all([shop.store.addCounts(batch), shop.store.addCounts(batch)])
      expect(await shop.store.served(production, 'checkout', over(HOUR))).toEqual([
        { variation: 'on', start: NOW, n: 2 },
      ])
      expect(await shop.store.unknownFlags(production)).toMatchObject([{ flag: 'gone', n: 2 }])
    })

    test('of a metric add up counts, sums and histograms', async () => {
      const { store } = shop
      await count(
        measure('checkout_ms', {
          n: 2,
          sum: 3.5,
          histogram: [
            [1, 1],
            [9, 1],
          ],
        }),
      )
      await count(
        measure('checkout_ms', {
          n: 3,
          sum: 1,
          histogram: [
            [-4, 1],
            [9, 2],
          ],
        }),
        measure('order', { n: 0.5 }),
      )
      await count(measure('checkout_ms', { n: 4 }))
      expect(await store.measured(production, 'checkout_ms', over(TEN_SECONDS))).toEqual([
        {
          start: NOW,
          n: 9,
          sum: 4.5,
          histogram: [
            [-4, 1],
            [1, 1],
            [9, 3],
          ],
        },
      ])
      expect(await store.measured(production, 'order', over(TEN_SECONDS))).toEqual([{ start: NOW, n: 0.5, ...none }])
    })

    test('of flags and variations that do not exist are not kept', async () => {
      const { store } = shop
      await count(serve('maybe', 1), serve('on', 1, NOW, 'constructor'), serve('on', 1, NOW, 'search'))
      await write(store, { put: 'flag', flag: flag('search') })
      await count(serve('on', 4, NOW, 'search'))
      expect(await store.served(production, 'checkout', over(HOUR))).toEqual([])
      expect(await store.served(production, 'constructor', over(HOUR))).toEqual([])
      expect(await store.served(production, 'search', over(HOUR))).toEqual([{ variation: 'on', start: NOW, n: 4 }])
    })

    test('of metrics beyond a thousand are not kept, and those that are known go on', async () => {
      const { store } = shop
      const names = Array.from({ length: 1_100 }, (_, n) => `order_of_user_${String(n).padStart(4, '0')}`)
      await shop.store.addCounts(counts('many', [], { metrics: names, totals: names.map((name) => measure(name)) }))
      await shop.store.addCounts(
        counts('more', [], { metrics: names.toReversed(), totals: names.toReversed().map((name) => measure(name)) }),
      )
      expect((await store.metrics(production)).map(({ name }) => name)).toEqual(names.slice(0, 1000))
      expect(await store.measured(production, 'order_of_user_0000', over(HOUR))).toEqual([
        { start: NOW, n: 2, ...none },
      ])
      expect(await store.measured(production, 'order_of_user_1099', over(HOUR))).toEqual([])
    })

    test('are read in steps, and only within the range', async () => {
      await count(...Array.from({ length: 12 }, (_, n) => serve('on', 1, NOW + n * TEN_SECONDS)))
      const steps = { from: NOW, to: NOW + MINUTE, stepMs: 30_000 }
      expect(await shop.store.served(production, 'checkout', steps)).toEqual([
        { variation: 'on', start: NOW, n: 3 },
        { variation: 'on', start: NOW + 30_000, n: 3 },
      ])
    })

    describe('with age', () => {
      const since = NOW - DAY
      /** Three hours of a flag and a metric, a count for each ten seconds. */
      const recorded = Array.from({ length: 1080 }, (_, n) => since + n * TEN_SECONDS).flatMap((start) => [
        serve('on', 1, start),
        measure('checkout_ms', { start, n: 2, sum: 2, histogram: [[0, 2]] }),
      ])
      const all = (start: number, n: number) => ({ start, n: 2 * n, sum: 2 * n, histogram: [[0, 2 * n]] })

      async function kept(stepMs: number) {
        return {
          served: (await shop.store.served(production, 'checkout', over(stepMs))).map(({ start, n }) => [start, n]),
          measured: await shop.store.measured(production, 'checkout_ms', over(stepMs)),
        }
      }
      const spanned = (stepMs: number) => Array.from({ length: (3 * HOUR) / stepMs }, (_, i) => since + i * stepMs)

      test.each([
        ['two days', 2 * DAY, TEN_SECONDS, 1],
        ['a week', 7 * DAY, MINUTE, 6],
        ['eighty days', 80 * DAY, HOUR, 360],
      ])('of %s lose fineness and nothing else', async (_, age, widthMs, n) => {
        await count(...recorded)
        await shop.store.sweep(since + age)
        const starts = spanned(widthMs)
        expect(await kept(TEN_SECONDS)).toEqual({
          served: starts.map((start) => [start, n]),
          measured: starts.map((start) => all(start, n)),
        })
      })

      test('come to the same however often they are swept', async () => {
        await count(...recorded)
        for (const days of [1, 2, 2.04, 3, 7.9, 8.06, 8.1, 20]) await shop.store.sweep(since + days * DAY)
        expect(await kept(TEN_SECONDS)).toEqual({
          served: spanned(HOUR).map((start) => [start, 360]),
          measured: spanned(HOUR).map((start) => all(start, 360)),
        })
      })

      test('join the row that is there when a clock was wrong', async () => {
        await count(serve('on', 1, since))
        await shop.store.sweep(since + 3 * DAY)
        await count(serve('on', 2, since + TEN_SECONDS))
        await shop.store.sweep(since + 3 * DAY)
        expect((await kept(TEN_SECONDS)).served).toEqual([[since, 3]])
      })

      test('go after 90 days, with the metrics and keys that nobody named since', async () => {
        const { store } = shop
        await store.addCounts(
          counts('last', [], { metrics: ['order'], totals: recorded, unknown: [{ flag: 'gone', n: 1 }] }),
        )
        await store.sweep(NOW + 30 * DAY)
        expect(await store.unknownFlags(production)).toHaveLength(1)
        await store.sweep(NOW + 30 * DAY + 1)
        expect(await store.unknownFlags(production)).toEqual([])
        await store.sweep(since + 90 * DAY)
        expect((await kept(HOUR)).served).toHaveLength(3)
        await store.sweep(NOW + 90 * DAY)
        expect(await kept(HOUR)).toEqual({ served: [], measured: [] })
        expect(await store.metrics(production)).toHaveLength(1)
        await store.sweep(NOW + 90 * DAY + 1)
        expect(await store.metrics(production)).toEqual([])
        await count(serve('on', 1), measure('order'))
        expect((await kept(HOUR)).served).toEqual([[NOW, 1]])
      })
    })
  })

  describe('unknown flags', () => {
    const shop = shopInEachTest(open)
    const ask = (batch: string, at: number, ...unknown: readonly { flag: string; n: number }[]) =>
      shop.store.addCounts(counts(batch, [], { at, unknown }))
    const iso = (at: number) => new Date(at).toISOString()

    test('are remembered by environment, the latest first', async () => {
      await ask('b_1', NOW, { flag: 'chekout', n: 2 }, { flag: '__proto__', n: 1 }, { flag: '', n: 1 })
      await ask('b_2', NOW + 5, { flag: 'chekout', n: 3 }, { flag: 'chekout', n: 1 })
      expect(await shop.store.unknownFlags(production)).toEqual([
        { flag: 'chekout', n: 6, firstSeenAt: iso(NOW), lastSeenAt: iso(NOW + 5) },
        { flag: '', n: 1, firstSeenAt: iso(NOW), lastSeenAt: iso(NOW) },
        { flag: '__proto__', n: 1, firstSeenAt: iso(NOW), lastSeenAt: iso(NOW) },
      ])
      expect(await shop.store.unknownFlags(staging)).toEqual([])
    })

    test('are not unknown once there is such a flag', async () => {
      await ask('b_1', NOW, { flag: 'search', n: 2 })
      await write(shop.store, { put: 'flag', flag: flag('search') })
      expect(await shop.store.unknownFlags(production)).toEqual([])
    })

    test('are five hundred at most, and those not asked for in the longest time make room', async () => {
      const some = (from: number, length: number) => Array.from({ length }, (_, n) => ({ flag: `f_${from + n}`, n: 1 }))
      await ask('b_1', NOW, ...some(0, 500))
      await ask('b_2', NOW + 1, ...some(0, 250), ...some(500, 200))
      const flags = (await shop.store.unknownFlags(production)).map(({ flag }) => flag)
      expect(flags).toHaveLength(500)
      expect(new Set(flags.slice(0, 450))).toEqual(
        new Set([...some(0, 250), ...some(500, 200)].map(({ flag }) => flag)),
      )
    })
  })
}
