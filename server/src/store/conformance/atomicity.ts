import { describe, expect, test } from 'vitest'
import type { Commit, Notice, Write } from '../store.ts'
import {
  addPerson,
  alert,
  audited,
  commitOf,
  config,
  counts,
  definition,
  edit,
  ended,
  environment,
  everything,
  flag,
  layer,
  NOW,
  plan,
  production,
  ramp,
  segment,
  source,
  unit,
  webhook,
  write,
} from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

const INSTANT = new Date(NOW).toISOString()

/** One of each kind of write, each of which is written when it is alone. */
const writes: readonly Write[] = [
  { put: 'project', project: { key: 'shop', name: 'Other', version: 2 } },
  { put: 'environment', environment: environment('test') },
  { put: 'flag', flag: flag('search') },
  { put: 'flag', flag: flag('checkout', { name: 'Other', version: 2 }) },
  { put: 'config', config: config(production, 'checkout', { on: true }) },
  {
    put: 'segment',
    project: 'shop',
    segment: segment('beta'),
  },
  { put: 'layer', project: 'shop', layer: layer('pricing') },
  { put: 'plan', project: 'shop', plan: { ...plan, key: 'bold' } },
  { put: 'metric_source', project: 'shop', ...source('main') },
  { put: 'metric_definition', project: 'shop', definition: definition('http_5xx') },
  { put: 'webhook', project: 'shop', webhook: webhook('w_2') },
  {
    put: 'sdk_key',
    key: { id: 'k_2', ...production, kind: 'server', name: '', prefix: '', createdAt: INSTANT, expiresAt: null },
    hash: 'key hash',
  },
  {
    put: 'token',
    token: { id: 't_2', kind: 'machine', name: '', scopes: [], prefix: '', createdAt: INSTANT, expiresAt: null },
    hash: 'token hash',
    person: null,
  },
  { put: 'person', person: { id: 'p_2', name: '', scopes: [], createdAt: INSTANT } },
  { put: 'sign_in', hash: 'sign-in hash', person: 'p_1', expiresAt: NOW + 1 },
  { put: 'session', session: { hash: 'session hash', person: 'p_1', createdAt: NOW, expiresAt: NOW + 1 } },
  { put: 'ramp', ramp: ended(ramp('r_1')) },
  { put: 'alert', alert: alert('a_1') },
  { remove: 'segment', project: 'shop', key: 'old' },
  { remove: 'layer', project: 'shop', key: 'old' },
  { remove: 'metric_source', project: 'shop', key: 'old' },
  { remove: 'metric_definition', project: 'shop', metric: 'old' },
  { remove: 'webhook', id: 'w_1' },
]

/** Nothing may be left of a commit that carries one of these at its end. */
const impossible = {
  'a taken key': { put: 'flag', flag: flag('checkout') },
  'a reference to nothing': { put: 'sign_in', hash: 'h', person: 'p_nobody', expiresAt: NOW },
} as const satisfies Record<string, Write>

const named = writes.map((one): [string, Write] => ['put' in one ? `put ${one.put}` : `remove ${one.remove}`, one])

export function atomicityConformance(open: OpenStore): void {
  describe('all or nothing', () => {
    const shop = shopInEachTest(open)

    async function stock(): Promise<void> {
      await addPerson(shop.store, 'p_1')
      await write(
        shop.store,
        {
          put: 'segment',
          project: 'shop',
          segment: segment('old'),
        },
        { put: 'layer', project: 'shop', layer: layer('old') },
        { put: 'metric_source', project: 'shop', ...source('old') },
        { put: 'metric_definition', project: 'shop', definition: definition('old') },
        { put: 'webhook', project: 'shop', webhook: webhook('w_1') },
        { put: 'ramp', ramp: ramp('r_1') },
      )
    }

    const whole = (last: readonly Write[], one: Write): Commit =>
      edit({ on: true }, { writes: [one, ...last], audit: [audited('edited'), audited('edited again')] })

    test.each(named)('%s is written in a commit that ends well', async (_, one) => {
      await stock()
      expect(await shop.store.commit(whole([], one))).toMatchObject({
        kind: 'done',
        revisions: [{ environment: 'production', revision: 2 }],
      })
    })

    test.each(named)('%s is not written in a commit that ends with a taken key', async (_, one) => {
      await stock()
      const before = await everything(shop.store)
      expect(await shop.store.commit(whole([impossible['a taken key']], one))).toEqual({ kind: 'exists' })
      expect(await everything(shop.store)).toEqual(before)
      expect(await shop.store.claimDelivery(NOW, 1000)).toBeUndefined()
      expect(await shop.store.useSignIn('sign-in hash', NOW)).toBeUndefined()
    })

    test.each(named)('%s is not written in a commit that ends with a reference to nothing', async (_, one) => {
      await stock()
      const before = await everything(shop.store)
      await expect(shop.store.commit(whole([impossible['a reference to nothing']], one))).rejects.toThrow()
      expect(await everything(shop.store)).toEqual(before)
      expect(await shop.store.claimDelivery(NOW, 1000)).toBeUndefined()
      expect(await shop.store.useSignIn('sign-in hash', NOW)).toBeUndefined()
    })

    test('a commit that fails leaves those before and after it alone, and is told to nobody', async () => {
      const notices: Notice[] = []
      shop.store.subscribe((notice) => notices.push(notice))
      const outcomes = await Promise.allSettled([
        shop.store.commit(edit()),
        shop.store.commit(edit({}, { writes: [impossible['a reference to nothing']] })),
        shop.store.commit(edit({}, { writes: [impossible['a taken key']] })),
        shop.store.commit(edit()),
      ])
      expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value.kind : 'thrown'))).toEqual([
        'done',
        'thrown',
        'exists',
        'done',
      ])
      expect(notices.map((notice) => 'revision' in notice && notice.revision)).toEqual([2, 3])
    })

    test('a configuration cannot be written without a change of its environment', async () => {
      const before = await everything(shop.store)
      const orphan: Write = { put: 'config', config: config(production, 'checkout', { on: true }) }
      await expect(write(shop.store, orphan)).rejects.toThrow('production')
      await expect(shop.store.commit(commitOf({ changes: [{ environment: 'nowhere' }] }))).rejects.toThrow('nowhere')
      await expect(
        shop.store.commit(commitOf({ changes: [{ environment: 'production' }, { environment: 'production' }] })),
      ).rejects.toThrow('twice')
      expect(await everything(shop.store)).toEqual(before)
    })

    test('counts for a ramp that does not exist leave nothing of their batch', async () => {
      await stock()
      const before = await everything(shop.store)
      const batch = [unit('1'), unit('2', { ramp: 'r_none', scope: 'r_none' })]
      await expect(shop.store.addCounts(counts('b_1', batch, { metrics: ['order'] }))).rejects.toThrow()
      expect(await everything(shop.store)).toEqual(before)
      expect(await shop.store.addCounts(counts('b_1', [unit('1')]))).toBe('added')
    })
  })
}
