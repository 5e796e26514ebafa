import { describe, expect, test } from 'vitest'
import {
  config,
  edit,
  environment,
  flag,
  layer,
  NOW,
  plan,
  production,
  segment,
  staging,
  webhook,
  write,
} from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

export function administrationConformance(open: OpenStore): void {
  describe('administration', () => {
    const shop = shopInEachTest(open)

    test('what was put is what is read, in the order of keys', async () => {
      const { store } = shop
      expect(await store.projects()).toEqual([{ key: 'shop', name: 'Shop', version: 1 }])
      expect(await store.project('shop')).toEqual({ key: 'shop', name: 'Shop', version: 1 })
      expect(await store.environments('shop')).toEqual([
        { ...environment('production'), revision: 1 },
        { ...environment('staging'), revision: 1 },
      ])
      expect(await store.environment(staging)).toEqual({ ...environment('staging'), revision: 1 })
      expect(await store.flags('shop')).toEqual([flag('checkout')])
      expect(await store.flag('shop', 'checkout')).toEqual(flag('checkout'))
      expect(await store.configs('shop', 'checkout')).toEqual([
        { ...config(production, 'checkout'), revision: 1 },
        { ...config(staging, 'checkout'), revision: 1 },
      ])
      expect(await store.config(staging, 'checkout')).toEqual({ ...config(staging, 'checkout'), revision: 1 })
    })

    test('what is not there is undefined or empty', async () => {
      const { store } = shop
      const nowhere = { project: 'nowhere', environment: 'production' }
      expect(await store.project('nowhere')).toBeUndefined()
      expect(await store.environment(nowhere)).toBeUndefined()
      expect(await store.flag('shop', 'other')).toBeUndefined()
      expect(await store.config(production, 'other')).toBeUndefined()
      expect(await store.configs('shop', 'other')).toEqual([])
      expect(await store.environments('nowhere')).toEqual([])
      expect(await store.sdkKeys(nowhere)).toEqual([])
    })

    test('a key that is a member of every object is a key like any other', async () => {
      await write(shop.store, { put: 'flag', flag: flag('__proto__') }, { put: 'flag', flag: flag('constructor') })
      expect((await shop.store.flags('shop')).map(({ key }) => key)).toEqual(['__proto__', 'checkout', 'constructor'])
    })

    test('a new project, environment or flag whose key is taken exists, and the old one stays', async () => {
      const { store } = shop
      const taken = [
        await write(store, { put: 'project', project: { key: 'shop', name: 'Other', version: 1 } }),
        await write(store, { put: 'environment', environment: environment('staging') }),
        await write(store, { put: 'flag', flag: flag('checkout', { name: 'Other' }) }),
      ]
      expect(taken).toEqual([{ kind: 'exists' }, { kind: 'exists' }, { kind: 'exists' }])
      expect(await store.project('shop')).toMatchObject({ name: 'Shop' })
      expect(await store.flag('shop', 'checkout')).toEqual(flag('checkout'))
      expect(await store.environment(staging)).toMatchObject({ revision: 1 })
    })

    test('a later version edits a project or a flag', async () => {
      const { store } = shop
      const edited = flag('checkout', { name: 'Checkout', version: 2 })
      await write(
        store,
        { put: 'project', project: { key: 'shop', name: 'The shop', version: 2 } },
        { put: 'flag', flag: edited },
      )
      expect(await store.project('shop')).toEqual({ key: 'shop', name: 'The shop', version: 2 })
      expect(await store.flags('shop')).toEqual([edited])
    })

    test('the settings of an environment are replaced, and its revision goes on', async () => {
      const { store } = shop
      const settings = { ...environment('production'), origins: ['https://shop.test'], protected: false }
      const writes = [{ put: 'environment_settings', environment: settings } as const]
      await store.commit(edit({}, { writes }))
      expect(await store.environment(production)).toEqual({ ...settings, revision: 2 })
      expect(await store.environment(staging)).toEqual({ ...environment('staging'), revision: 1 })
    })

    test('an edit of what is not there throws', async () => {
      const { store } = shop
      const nowhere = { ...environment('nowhere') }
      await expect(write(store, { put: 'environment_settings', environment: nowhere })).rejects.toThrow('nowhere')
      await expect(write(store, { put: 'flag', flag: flag('other', { version: 2 }) })).rejects.toThrow('other')
      await expect(write(store, { put: 'project', project: { key: 'other', name: '', version: 2 } })).rejects.toThrow(
        'other',
      )
      expect(await store.flags('shop')).toEqual([flag('checkout')])
    })

    test('a configuration carries the revision of its own last change', async () => {
      const { store } = shop
      await store.commit(edit({ on: true }))
      await write(store, { put: 'flag', flag: flag('search') })
      await store.commit(edit({}, { writes: [{ put: 'config', config: config(production, 'search') }] }))
      expect((await store.configs('shop')).map((one) => [one.environment, one.flag, one.revision])).toEqual([
        ['production', 'checkout', 2],
        ['staging', 'checkout', 1],
        ['production', 'search', 3],
      ])
      expect(await store.environment(production)).toMatchObject({ revision: 3 })
    })

    test('segments and plans are put, put again, and segments removed', async () => {
      const { store } = shop
      const when = { attribute: 'plan', operator: 'is', operand: 'pro' } as const
      const beta = segment('beta', { when })
      await write(store, { put: 'segment', project: 'shop', segment: beta }, { put: 'plan', project: 'shop', plan })
      await write(
        store,
        { put: 'segment', project: 'shop', segment: { ...beta, version: 2, included: ['a', 'b'] } },
        { put: 'plan', project: 'shop', plan: { ...plan, version: 2, maxDwell: 'PT30M' } },
      )
      expect(await store.segments('shop')).toEqual([{ ...beta, version: 2, included: ['a', 'b'] }])
      expect(await store.plans('shop')).toEqual([{ ...plan, version: 2, maxDwell: 'PT30M' }])
      await write(store, { remove: 'segment', project: 'shop', key: 'beta' })
      expect(await store.segments('shop')).toEqual([])
    })

    test('layers are put, put again and removed', async () => {
      const { store } = shop
      await write(
        store,
        { put: 'layer', project: 'shop', layer: layer('pricing') },
        { put: 'layer', project: 'shop', layer: layer('home') },
      )
      const named = layer('pricing', { name: 'Prices', version: 2 })
      await write(store, { put: 'layer', project: 'shop', layer: named })
      expect(await store.layers('shop')).toEqual([layer('home'), named])
      await write(store, { remove: 'layer', project: 'shop', key: 'home' })
      expect(await store.layers('shop')).toEqual([named])
      expect(await store.layers('nowhere')).toEqual([])
    })

    test('webhooks are put and removed', async () => {
      const { store } = shop
      await write(store, { put: 'webhook', project: 'shop', webhook: webhook('w_1') })
      expect(await store.webhooks('shop')).toEqual([{ ...webhook('w_1'), lastDelivery: null }])
      await write(store, { remove: 'webhook', id: 'w_1' })
      expect(await store.webhooks('shop')).toEqual([])
    })

    test('everything is there after the store was closed and opened again', async () => {
      await shop.store.commit(edit({ on: true }))
      const again = await shop.reopen()
      expect(await again.config(production, 'checkout')).toMatchObject({ on: true, revision: 2 })
      expect(await again.commit(edit({ on: false }))).toMatchObject({
        kind: 'done',
        revisions: [{ environment: 'production', revision: 3 }],
        audit: [{ n: 3, at: new Date(NOW).toISOString() }],
      })
    })

    test('a store that can be read checks well, and a closed one does not, but may be closed again', async () => {
      await shop.store.check()
      const before = shop.store
      await shop.reopen()
      await expect(before.check()).rejects.toThrow()
      await before.close()
    })
  })
}
