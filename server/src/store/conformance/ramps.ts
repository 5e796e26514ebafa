import { describe, expect, test } from 'vitest'
import type { Write } from '../store.ts'
import { commitOf, config, ended, flag, NOW, production, ramp, staging, write } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

export function rampsConformance(open: OpenStore): void {
  describe('ramps', () => {
    const shop = shopInEachTest(open)

    test('every write of a ramp raises its version', async () => {
      const { store } = shop
      await write(store, { put: 'ramp', ramp: ramp('r_1') })
      expect(await store.ramp('r_1')).toEqual({ ramp: ramp('r_1'), version: 1 })
      await write(store, { put: 'ramp', ramp: ramp('r_1', { seq: 2, step: 2 }) })
      expect(await store.ramp('r_1')).toEqual({ ramp: ramp('r_1', { seq: 2, step: 2 }), version: 2 })
      expect(await store.ramp('r_2')).toBeUndefined()
    })

    test('one run starts one ramp, whatever became of it', async () => {
      const { store } = shop
      const first = ended(ramp('r_1', { run: 'build-7' }))
      await write(store, { put: 'ramp', ramp: first })
      expect(await write(store, { put: 'ramp', ramp: ramp('r_2', { run: 'build-7' }) })).toEqual({ kind: 'exists' })
      expect(await store.rampByRun(production, 'checkout', 'on', 'build-7')).toEqual({ ramp: first, version: 1 })
      expect(await store.rampByRun(production, 'checkout', 'off', 'build-7')).toBeUndefined()
      expect(await store.rampByRun(staging, 'checkout', 'on', 'build-7')).toBeUndefined()
      expect(await store.rampByRun(production, 'checkout', 'on', 'build-8')).toBeUndefined()
      const others: Write[] = [
        { put: 'ramp', ramp: ramp('r_3', { run: 'build-8' }) },
        { put: 'ramp', ramp: ramp('r_4', { run: 'build-7', ...staging }) },
      ]
      expect(await write(store, ...others)).toMatchObject({ kind: 'done' })
    })

    test('any number of ramps without a run may follow one another', async () => {
      await write(shop.store, { put: 'ramp', ramp: ended(ramp('r_1')) })
      await write(shop.store, { put: 'ramp', ramp: ended(ramp('r_2')) })
      expect(await shop.store.ramps({ limit: 9 })).toHaveLength(2)
    })

    test('a flag has one active ramp in an environment, and one that ends makes room in the same commit', async () => {
      const { store } = shop
      await write(store, { put: 'ramp', ramp: ramp('r_1') })
      expect(await write(store, { put: 'ramp', ramp: ramp('r_2') })).toEqual({ kind: 'exists' })
      expect(
        await write(store, { put: 'ramp', ramp: ramp('r_2') }, { put: 'ramp', ramp: ended(ramp('r_1')) }),
      ).toMatchObject({ kind: 'done' })
      expect((await store.ramps({ active: true, limit: 9 })).map((row) => row.ramp.id)).toEqual(['r_2'])
    })

    test('ramps are listed newest first, by page and by place', async () => {
      const { store } = shop
      await store.commit(
        commitOf({
          writes: [
            { put: 'flag', flag: flag('search') },
            { put: 'config', config: config(production, 'search') },
            { put: 'ramp', ramp: ended(ramp('r_a', { startedAt: NOW })) },
            { put: 'ramp', ramp: ramp('r_b', { startedAt: NOW + 1, flag: 'search' }) },
            { put: 'ramp', ramp: ramp('r_c', { startedAt: NOW + 1, ...staging }) },
            { put: 'ramp', ramp: ramp('r_d', { startedAt: NOW + 2 }) },
          ],
          changes: [{ environment: 'production' }],
        }),
      )
      const ids = async (query: Omit<Parameters<typeof store.ramps>[0], 'limit'>, limit = 9): Promise<string[]> =>
        (await store.ramps({ ...query, limit })).map((row) => row.ramp.id)
      expect(await ids({})).toEqual(['r_d', 'r_c', 'r_b', 'r_a'])
      expect(await ids({}, 2)).toEqual(['r_d', 'r_c'])
      expect(await ids({ before: 'r_c' })).toEqual(['r_b', 'r_a'])
      expect(await ids({ before: 'r_none' })).toEqual([])
      expect(await ids({ project: 'shop', environment: 'production', flag: 'checkout' })).toEqual(['r_d', 'r_a'])
      expect(await ids({ project: 'other' })).toEqual([])
      expect(await ids({ active: true, environment: 'production' })).toEqual(['r_d', 'r_b'])
      expect(await ids({ active: false })).toEqual(['r_a'])
    })

    describe('lease', () => {
      const claim = (owner: string, now: number) => shop.store.claimRamp('r_1', { owner, now, forMs: 100 })
      const start = () => write(shop.store, { put: 'ramp', ramp: ramp('r_1') })

      test('is for one owner until it is over, and the fence rises with each new owner', async () => {
        await start()
        expect(await claim('a', NOW)).toEqual({ row: { ramp: ramp('r_1'), version: 1 }, fence: 1 })
        expect(await claim('b', NOW + 99)).toBeUndefined()
        expect(await claim('a', NOW + 99)).toMatchObject({ fence: 1 })
        expect(await claim('b', NOW + 198)).toBeUndefined()
        expect(await claim('b', NOW + 199)).toMatchObject({ fence: 2 })
        expect(await claim('a', NOW + 200)).toBeUndefined()
        expect(await claim('a', NOW + 299)).toMatchObject({ fence: 3 })
      })

      test('goes to one of ten who ask at the same time', async () => {
        await start()
        const claims = await Promise.all(Array.from({ length: 10 }, (_, n) => claim(`owner ${n}`, NOW)))
        expect(claims.filter((one) => one !== undefined)).toHaveLength(1)
      })

      test('that was lost writes nothing', async () => {
        await start()
        const mine = await claim('a', NOW)
        await claim('b', NOW + 100)
        const moved: Write = { put: 'ramp', ramp: ramp('r_1', { seq: 2 }) }
        const lost = { kind: 'lease', id: 'r_1', fence: mine?.fence ?? 0 } as const
        expect(await shop.store.commit(commitOf({ expect: [lost], writes: [moved] }))).toEqual({
          kind: 'conflict',
          failed: lost,
        })
        expect(await shop.store.ramp('r_1')).toEqual({ ramp: ramp('r_1'), version: 1 })
      })

      test('survives a write of the ramp and a restart', async () => {
        await start()
        await claim('a', NOW)
        await write(shop.store, { put: 'ramp', ramp: ramp('r_1', { seq: 2 }) })
        await shop.reopen()
        expect(await claim('b', NOW + 1)).toBeUndefined()
        expect(await claim('a', NOW + 1)).toMatchObject({ row: { version: 2 }, fence: 1 })
      })

      test('of a ramp that does not exist is given to nobody', async () => {
        expect(await claim('a', NOW)).toBeUndefined()
      })
    })

    test('that are watched after their end are driven, and told to SDKs, until they no longer are', async () => {
      const { store } = shop
      const after = { ...ended(ramp('r_1')), watchedUntil: NOW + 1000 }
      const ids = async () => (await store.ramps({ driven: true, limit: 10 })).map(({ ramp: { id } }) => id)
      const told = async () => (await store.environmentState(production))?.ramps.map(({ id }) => id)
      await write(store, { put: 'ramp', ramp: after })
      await write(store, { put: 'ramp', ramp: ramp('r_2', { startedAt: NOW + 1 }) })
      expect([await ids(), (await told())?.toSorted()]).toEqual([
        ['r_2', 'r_1'],
        ['r_1', 'r_2'],
      ])
      await write(store, { put: 'ramp', ramp: { ...after, watchedUntil: null } })
      expect([await ids(), await told()]).toEqual([['r_2'], ['r_2']])
    })
  })
}
