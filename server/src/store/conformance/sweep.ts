import { describe, expect, test } from 'vitest'
import type { Change } from '../store.ts'
import { addPerson, counts, DAY, edit, ended, NOW, production, ramp, staging, unit, write } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

export function sweepConformance(open: OpenStore): void {
  describe('sweep', () => {
    const shop = shopInEachTest(open)

    test('a batch is remembered for a day', async () => {
      const { store } = shop
      await store.addCounts(counts('b_1', []))
      await store.sweep(NOW + DAY)
      expect(await store.addCounts(counts('b_1', []))).toBe('duplicate')
      await store.sweep(NOW + DAY + 1)
      expect(await store.addCounts(counts('b_1', []))).toBe('added')
    })

    test('sessions and sign-in secrets go when their time is over, and not before', async () => {
      const { store } = shop
      await addPerson(store, 'p_1')
      const session = { person: 'p_1', createdAt: NOW }
      await write(
        store,
        { put: 'session', session: { ...session, hash: 's_1', expiresAt: NOW + 10 } },
        { put: 'session', session: { ...session, hash: 's_2', expiresAt: NOW + 20 } },
        { put: 'sign_in', hash: 'h_1', person: 'p_1', expiresAt: NOW + 10 },
        { put: 'sign_in', hash: 'h_2', person: 'p_1', expiresAt: NOW + 20 },
      )
      await store.sweep(NOW + 10)
      // Asked as of an earlier time, so that only the sweep can be why they are not found.
      expect(await store.personBySession('s_1', NOW)).toBeUndefined()
      expect(await store.personBySession('s_2', NOW)).toMatchObject({ id: 'p_1' })
      expect(await store.useSignIn('h_1', NOW)).toBeUndefined()
      expect(await store.useSignIn('h_2', NOW)).toMatchObject({ id: 'p_1' })
    })

    describe('of unit hashes', () => {
      const outcome = { metric: 'checkout_error', scope: ramp('r_1').seedScope }
      /** Whether the store still knows that these units were counted. */
      async function forgotten(batch: string): Promise<boolean> {
        const before = await shop.store.ticks('r_1')
        await shop.store.addCounts(counts(batch, [unit('1'), unit('1', outcome)]))
        return JSON.stringify(await shop.store.ticks('r_1')) !== JSON.stringify(before)
      }

      test('waits until 30 days after the end of the ramp, and leaves its ticks', async () => {
        const { store } = shop
        await write(store, { put: 'ramp', ramp: ramp('r_1') })
        const units = Array.from({ length: 6000 }, (_, n) => unit(n.toString(16)))
        await store.addCounts(counts('b_1', [...units, unit('1', outcome)]))
        const ticks = await store.ticks('r_1')
        await store.sweep(NOW + 100 * DAY)
        expect(await forgotten('b_2')).toBe(false)
        await write(store, { put: 'ramp', ramp: ended(ramp('r_1'), NOW + DAY) })
        await store.sweep(NOW + 31 * DAY)
        expect(await forgotten('b_3')).toBe(false)
        await store.sweep(NOW + 31 * DAY + 1)
        expect(await store.ticks('r_1')).toEqual(ticks)
        expect(await forgotten('b_4')).toBe(true)
      })

      test('waits for every ramp on the same seed', async () => {
        const { store } = shop
        await write(store, { put: 'ramp', ramp: ended(ramp('r_1')) })
        await store.addCounts(counts('b_1', [unit('1'), unit('1', outcome)]))
        await write(store, { put: 'ramp', ramp: ramp('r_2') })
        await store.sweep(NOW + 100 * DAY)
        expect(await forgotten('b_2')).toBe(false)
        await write(store, { put: 'ramp', ramp: ended(ramp('r_2'), NOW + 100 * DAY) })
        await store.sweep(NOW + 130 * DAY)
        expect(await forgotten('b_3')).toBe(false)
        await store.sweep(NOW + 131 * DAY)
        expect(await forgotten('b_4')).toBe(true)
      })
    })

    describe('of changes', () => {
      const keep = { revisions: 20, ms: 30 * DAY }

      async function change(times: number, at: number): Promise<void> {
        const one = edit({}, { at, writes: [], audit: [] })
        await Promise.all(Array.from({ length: times }, () => shop.store.commit(one)))
      }

      test('keeps the newest however old they are, and cuts only the old end', async () => {
        const { store } = shop
        await change(29, NOW)
        await store.sweep(NOW + 31 * DAY, keep)
        expect(await store.changesSince(production, 9)).toBe('gone')
        expect(revisionsOf(await store.changesSince(production, 10))).toEqual(range(11, 30))
        expect(await store.environment(production)).toMatchObject({ revision: 30 })
        expect(await store.changesSince(staging, 0)).toHaveLength(1)
      })

      test('keeps the young however many they are', async () => {
        const { store } = shop
        await change(9, NOW)
        await change(40, NOW + 1)
        await store.sweep(NOW + 30 * DAY + 1, keep)
        expect(await store.changesSince(production, 9)).toBe('gone')
        expect(revisionsOf(await store.changesSince(production, 10))).toEqual(range(11, 50))
      })

      test('leaves no hole when a clock went backwards', async () => {
        const { store } = shop
        await change(4, NOW + DAY)
        await change(45, NOW)
        await store.sweep(NOW + 30 * DAY + 1, keep)
        expect(revisionsOf(await store.changesSince(production, 1))).toEqual(range(2, 50))
      })

      test('keeps by default 10,000, and 30 days', async () => {
        const { store } = shop
        await change(30, NOW)
        await store.sweep(NOW + 365 * DAY)
        expect(revisionsOf(await store.changesSince(production, 0))).toEqual(range(1, 31))
      })

      test('gives the numbers of later revisions to nobody twice', async () => {
        await change(29, NOW)
        await shop.store.sweep(NOW + 31 * DAY, { revisions: 0, ms: 0 })
        expect(await shop.store.changesSince(production, 30)).toEqual([])
        await change(1, NOW)
        expect(revisionsOf(await shop.store.changesSince(production, 30))).toEqual([31])
      })
    })
  })
}

function revisionsOf(changes: readonly Change[] | 'gone'): readonly number[] | 'gone' {
  return changes === 'gone' ? 'gone' : changes.map(({ revision }) => revision)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n)
}
