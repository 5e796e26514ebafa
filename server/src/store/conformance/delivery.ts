import { describe, expect, test } from 'vitest'
import { verifyChain } from '../audit-chain.ts'
import type { Change, Notice } from '../store.ts'
import { commitOf, config, edit, ended, flag, layer, NOW, production, ramp, segment, staging, write } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

export function deliveryConformance(open: OpenStore): void {
  describe('delivery', () => {
    const shop = shopInEachTest(open)

    test('the state of an environment is everything a snapshot is built from', async () => {
      const { store } = shop
      await write(
        store,
        { put: 'segment', project: 'shop', segment: segment('beta') },
        { put: 'layer', project: 'shop', layer: layer('pricing') },
      )
      await write(store, { put: 'ramp', ramp: ended(ramp('r_0')) })
      await write(store, { put: 'ramp', ramp: ramp('r_1') }, { put: 'flag', flag: flag('only-staging') })
      await store.commit(
        commitOf({
          writes: [{ put: 'config', config: config(staging, 'only-staging') }],
          changes: [{ environment: 'staging' }],
        }),
      )
      expect(await store.environmentState(production)).toEqual({
        environment: await store.environment(production),
        flags: [{ flag: flag('checkout'), config: await store.config(production, 'checkout') }],
        segments: [segment('beta')],
        layers: [layer('pricing')],
        ramps: [ramp('r_1')],
      })
      expect(await store.environmentState({ project: 'shop', environment: 'none' })).toBeUndefined()
    })

    test('what has changed since a revision is read without the rest, and what is gone is not there', async () => {
      const { store } = shop
      await write(store, { put: 'flag', flag: flag('search') }, { put: 'ramp', ramp: ramp('r_1') })
      await store.commit(
        commitOf({
          writes: [
            { put: 'config', config: config(production, 'search') },
            { put: 'segment', project: 'shop', segment: segment('beta') },
            { put: 'segment', project: 'shop', segment: segment('staff') },
            { put: 'layer', project: 'shop', layer: layer('pricing') },
          ],
          changes: [
            { environment: 'production', flags: ['search'], segments: ['beta', 'gone'], watches: ['r_1', 'r_9'] },
          ],
        }),
      )
      const rest = { environment: await store.environment(production), layers: [layer('pricing')] }
      expect(await store.stateSince(production, 1)).toEqual({
        ...rest,
        flags: [{ flag: flag('search'), config: await store.config(production, 'search') }],
        segments: [segment('beta')],
        ramps: [ramp('r_1')],
        changes: await store.changesSince(production, 1),
      })
      expect(await store.stateSince(production, 2)).toEqual({
        ...rest,
        flags: [],
        segments: [],
        ramps: [],
        changes: [],
      })
      expect(await store.stateSince(production, 3)).toBe('gone')
      expect(await store.stateSince({ project: 'shop', environment: 'none' }, 1)).toBe('gone')
    })

    test('the state of an environment is read at one moment, whatever is written meanwhile', async () => {
      const { store } = shop
      const reads = Array.from({ length: 40 }, async (_, n) => {
        if (n % 2 === 0) await store.commit(edit())
        return await store.environmentState(production)
      })
      for (const state of await Promise.all(reads)) {
        expect(state?.environment.revision).toBe(state?.flags[0]?.config.revision)
      }
    })

    test('a change says what it touched', async () => {
      await shop.store.commit(
        edit(
          {},
          {
            changes: [
              { environment: 'production', flags: ['checkout'], watches: ['r_1'], urgent: true },
              { environment: 'staging', segments: ['beta'] },
            ],
          },
        ),
      )
      expect(await shop.store.changesSince(production, 1)).toEqual([
        { revision: 2, at: NOW, flags: ['checkout'], segments: [], watches: ['r_1'], urgent: true },
      ])
      expect(await shop.store.changesSince(staging, 1)).toEqual([
        { revision: 2, at: NOW, flags: [], segments: ['beta'], watches: [], urgent: false },
      ])
    })

    test('a reader that holds the newest revision gets nothing, and one from another history starts anew', async () => {
      expect(await shop.store.changesSince(production, 1)).toEqual([])
      expect(await shop.store.changesSince(production, 2)).toBe('gone')
      expect(await shop.store.changesSince({ project: 'shop', environment: 'none' }, 0)).toBe('gone')
    })

    test('fifty commits at once make fifty consecutive revisions and an unbroken chain', async () => {
      const { store } = shop
      const committed = await Promise.all(Array.from({ length: 50 }, () => store.commit(edit())))
      const revisions = committed.flatMap((one) => (one.kind === 'done' ? one.revisions : []))
      expect(revisions.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual(range(2, 51))
      const chain = (await store.audit({ scope: 'shop', limit: 100 })).toReversed()
      expect(verifyChain(chain)).toEqual({ entries: 51, ok: true, brokenAt: null })
      expect(await store.config(production, 'checkout')).toMatchObject({ revision: 51 })
      expect(await store.environment(staging)).toMatchObject({ revision: 1 })
    })

    test('a reader that resumes at every notice, while fifty commits are made, misses nothing and sees nothing twice', async () => {
      const { store } = shop
      const seen: number[] = []
      let reading: Promise<void> = Promise.resolve()
      const readOn = async (): Promise<void> => {
        const changes = await store.changesSince(production, seen.at(-1) ?? 1)
        if (changes === 'gone') throw new Error('the log reaches back')
        seen.push(...changes.map((change: Change) => change.revision))
      }
      store.subscribe(() => {
        reading = reading.then(readOn)
      })
      await Promise.all(Array.from({ length: 50 }, () => store.commit(edit())))
      await reading
      expect(seen).toEqual(range(2, 51))
    })

    test('what a commit wrote is read by whoever hears of it', async () => {
      const { store } = shop
      const read: Promise<unknown>[] = []
      store.subscribe(() => read.push(store.config(production, 'checkout')))
      await store.commit(edit({ on: true }))
      expect(await Promise.all(read)).toEqual([await store.config(production, 'checkout')])
      expect(await store.config(production, 'checkout')).toMatchObject({ on: true })
    })

    test('a commit is told once per revision and ramp, in order, and only to those who listen', async () => {
      const { store } = shop
      const heard: Notice[] = []
      const stop = store.subscribe((notice) => heard.push(notice))
      await store.commit(
        edit(
          {},
          {
            writes: [{ put: 'ramp', ramp: ramp('r_1') }],
            changes: [{ environment: 'staging' }, { environment: 'production' }],
          },
        ),
      )
      await write(store, { put: 'flag', flag: flag('search') })
      stop()
      await store.commit(edit())
      expect(heard).toEqual([
        { kind: 'changed', project: 'shop', environment: 'production', revision: 2 },
        { kind: 'changed', project: 'shop', environment: 'staging', revision: 2 },
        { kind: 'ramp', project: 'shop', environment: 'production', flag: 'checkout', ramp: 'r_1' },
      ])
    })

    test('a listener that throws breaks neither the commit nor the others', async () => {
      const { store } = shop
      const heard: Notice[] = []
      store.subscribe(() => {
        throw new Error('a broken listener')
      })
      store.subscribe((notice) => heard.push(notice))
      expect(await store.commit(edit())).toMatchObject({ kind: 'done' })
      expect(heard).toEqual([{ kind: 'changed', project: 'shop', environment: 'production', revision: 2 }])
    })
  })
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n)
}
