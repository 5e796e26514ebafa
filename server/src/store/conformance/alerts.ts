import { describe, expect, test } from 'vitest'
import type { Delivery } from '../store.ts'
import { alert, commitOf, NOW, ramp, webhook, write } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

export function alertsConformance(open: OpenStore): void {
  describe('alerts', () => {
    const shop = shopInEachTest(open)
    const claim = (now: number) => shop.store.claimDelivery(now, 1000)

    async function start(...webhooks: readonly string[]): Promise<void> {
      for (const id of webhooks) await write(shop.store, { put: 'webhook', project: 'shop', webhook: webhook(id) })
      await write(shop.store, { put: 'ramp', ramp: ramp('r_1') })
    }

    async function claimAll(now: number): Promise<Delivery[]> {
      const all: Delivery[] = []
      for (let one = await claim(now); one !== undefined; one = await claim(now)) all.push(one)
      return all
    }

    test('an alert has one delivery for each webhook of its project', async () => {
      await start('w_1', 'w_2')
      await shop.store.commit(
        commitOf({
          scope: 'other',
          writes: [
            { put: 'project', project: { key: 'other', name: '', version: 1 } },
            { put: 'webhook', project: 'other', webhook: webhook('w_3') },
          ],
        }),
      )
      await write(shop.store, { put: 'alert', alert: alert('a_1') })
      expect(await claimAll(NOW)).toEqual([
        { id: expect.any(String), alert: alert('a_1'), webhook: webhook('w_1'), attempt: 1 },
        { id: expect.any(String), alert: alert('a_1'), webhook: webhook('w_2'), attempt: 1 },
      ])
    })

    test('an alert may tell of a ramp, and go to a webhook, that its own commit makes', async () => {
      await write(
        shop.store,
        { put: 'alert', alert: alert('a_1', { kind: 'started' }) },
        { put: 'ramp', ramp: ramp('r_1') },
        { put: 'webhook', project: 'shop', webhook: webhook('w_1') },
      )
      expect(await claimAll(NOW)).toMatchObject([{ alert: { id: 'a_1' }, webhook: { id: 'w_1' } }])
    })

    test('an alert without webhooks has no delivery, also when one comes later', async () => {
      await start()
      await write(shop.store, { put: 'alert', alert: alert('a_1') })
      await write(shop.store, { put: 'webhook', project: 'shop', webhook: webhook('w_1') })
      expect(await claim(NOW)).toBeUndefined()
    })

    test('one thing is told once: a second alert of the same ramp, sequence and kind is dropped', async () => {
      await start('w_1')
      await write(shop.store, { put: 'alert', alert: alert('a_1') })
      expect(await write(shop.store, { put: 'alert', alert: alert('a_2') })).toMatchObject({ kind: 'done' })
      await write(shop.store, { put: 'alert', alert: alert('a_3', { seq: 2 }) })
      await write(shop.store, { put: 'alert', alert: alert('a_4', { kind: 'held' }) })
      expect((await claimAll(NOW)).map((delivery) => delivery.alert.id)).toEqual(['a_1', 'a_3', 'a_4'])
    })

    test('a delivery is due at the time of its alert, and the oldest goes first', async () => {
      await start('w_1')
      await write(
        shop.store,
        { put: 'alert', alert: alert('a_1', { at: NOW + 20 }) },
        { put: 'alert', alert: alert('a_2', { at: NOW + 10, seq: 2 }) },
      )
      expect(await claim(NOW + 9)).toBeUndefined()
      expect((await claimAll(NOW + 20)).map((delivery) => delivery.alert.id)).toEqual(['a_2', 'a_1'])
    })

    test('a delivery is claimed by one of ten, and comes back when its lease is over', async () => {
      await start('w_1')
      await write(shop.store, { put: 'alert', alert: alert('a_1') })
      const claims = await Promise.all(Array.from({ length: 10 }, () => claim(NOW)))
      expect(claims.filter((one) => one !== undefined)).toMatchObject([{ attempt: 1 }])
      expect(await claim(NOW + 999)).toBeUndefined()
      await shop.reopen()
      expect(await claim(NOW + 1000)).toMatchObject({ alert: { id: 'a_1' }, attempt: 2 })
    })

    test('a delivery that failed comes back when it should be tried again', async () => {
      await start('w_1')
      await write(shop.store, { put: 'alert', alert: alert('a_1') })
      const first = await claim(NOW)
      const outcome = { ok: false, status: 503, error: 'busy', retryAt: NOW + 5000 } as const
      await shop.store.settleDelivery(first?.id ?? '', outcome, NOW + 1)
      expect(await shop.store.webhooks('shop')).toMatchObject([
        { lastDelivery: { at: new Date(NOW + 1).toISOString(), ok: false, status: 503, error: 'busy' } },
      ])
      expect(await claim(NOW + 4999)).toBeUndefined()
      expect(await claim(NOW + 5000)).toEqual({ ...first, attempt: 2 })
    })

    test('a delivery that arrived, or was given up, is over', async () => {
      await start('w_1', 'w_2')
      await write(shop.store, { put: 'alert', alert: alert('a_1') })
      const [first, second] = await claimAll(NOW)
      await shop.store.settleDelivery(first?.id ?? '', { ok: true, status: 200 }, NOW)
      const refused = { ok: false, status: null, error: 'no such host', retryAt: null } as const
      await shop.store.settleDelivery(second?.id ?? '', refused, NOW)
      expect(await claim(NOW + 1_000_000)).toBeUndefined()
      expect((await shop.store.webhooks('shop')).map((one) => one.lastDelivery)).toEqual([
        { at: new Date(NOW).toISOString(), ok: true, status: 200, error: null },
        { at: new Date(NOW).toISOString(), ok: false, status: null, error: 'no such host' },
      ])
    })

    test('a webhook that is removed takes its deliveries along', async () => {
      await start('w_1')
      await write(shop.store, { put: 'alert', alert: alert('a_1') })
      const claimed = await claim(NOW)
      await write(shop.store, { remove: 'webhook', id: 'w_1' })
      await shop.store.settleDelivery(claimed?.id ?? '', { ok: true, status: 200 }, NOW)
      expect(await claim(NOW + 1_000_000)).toBeUndefined()
    })
  })
}
