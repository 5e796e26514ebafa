import { describe, expect, test } from 'vitest'
import type { Expectation } from '../store.ts'
import {
  commitOf,
  definition,
  edit,
  ended,
  everything,
  flag,
  layer,
  NOW,
  plan,
  production,
  ramp,
  segment,
  source,
  write,
} from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

export function expectationsConformance(open: OpenStore): void {
  describe('expectations', () => {
    const shop = shopInEachTest(open)

    const held: readonly Expectation[] = [
      { kind: 'config', environment: 'production', flag: 'checkout', revision: 1 },
      { kind: 'environment', environment: 'production', revision: 1 },
      { kind: 'flag', flag: 'checkout', version: 1 },
      { kind: 'segment', segment: 'beta', version: 4 },
      { kind: 'segment', segment: 'none', version: null },
      { kind: 'layer', layer: 'pricing', version: 2 },
      { kind: 'layer', layer: 'none', version: null },
      { kind: 'plan', plan: 'careful', version: 1 },
      { kind: 'plan', plan: 'none', version: null },
      { kind: 'metric_source', source: 'main', version: 2 },
      { kind: 'metric_source', source: 'none', version: null },
      { kind: 'metric_definition', metric: 'http_5xx', version: 3 },
      { kind: 'metric_definition', metric: 'none', version: null },
      { kind: 'ramp', id: 'r_1', version: 1 },
      { kind: 'lease', id: 'r_1', fence: 1 },
      { kind: 'no_active_ramp', environment: 'staging', flag: 'checkout' },
    ]
    const broken: readonly Expectation[] = [
      { kind: 'config', environment: 'production', flag: 'checkout', revision: 2 },
      { kind: 'config', environment: 'production', flag: 'none', revision: 0 },
      { kind: 'environment', environment: 'production', revision: 0 },
      { kind: 'environment', environment: 'none', revision: 1 },
      { kind: 'flag', flag: 'checkout', version: 2 },
      { kind: 'flag', flag: 'none', version: 1 },
      { kind: 'segment', segment: 'beta', version: 3 },
      { kind: 'segment', segment: 'beta', version: null },
      { kind: 'segment', segment: 'none', version: 1 },
      { kind: 'layer', layer: 'pricing', version: 1 },
      { kind: 'layer', layer: 'pricing', version: null },
      { kind: 'layer', layer: 'none', version: 1 },
      { kind: 'plan', plan: 'careful', version: null },
      { kind: 'plan', plan: 'none', version: 1 },
      { kind: 'metric_source', source: 'main', version: 1 },
      { kind: 'metric_source', source: 'main', version: null },
      { kind: 'metric_source', source: 'none', version: 1 },
      { kind: 'metric_definition', metric: 'http_5xx', version: null },
      { kind: 'metric_definition', metric: 'none', version: 1 },
      { kind: 'ramp', id: 'r_1', version: 2 },
      { kind: 'ramp', id: 'r_none', version: 1 },
      { kind: 'lease', id: 'r_1', fence: 0 },
      { kind: 'lease', id: 'r_none', fence: 1 },
      { kind: 'no_active_ramp', environment: 'production', flag: 'checkout' },
    ]

    async function stock(): Promise<void> {
      await write(
        shop.store,
        { put: 'segment', project: 'shop', segment: segment('beta', { version: 4 }) },
        { put: 'layer', project: 'shop', layer: layer('pricing', { version: 2 }) },
        { put: 'plan', project: 'shop', plan },
        { put: 'metric_source', project: 'shop', ...source('main', { version: 2 }) },
        { put: 'metric_definition', project: 'shop', definition: definition('http_5xx', { version: 3 }) },
        { put: 'ramp', ramp: ramp('r_1') },
      )
      await shop.store.claimRamp('r_1', { owner: 'a', now: NOW, forMs: 1000 })
    }

    test('a commit whose expectations hold is written', async () => {
      await stock()
      expect(await shop.store.commit(edit({ on: true }, { expect: held }))).toMatchObject({ kind: 'done' })
      expect(await shop.store.config(production, 'checkout')).toMatchObject({ on: true, revision: 2 })
    })

    test.each(broken)('$kind is refused when it does not hold: %o', async (expectation) => {
      await stock()
      const before = await everything(shop.store)
      expect(await shop.store.commit(edit({ on: true }, { expect: [...held, expectation] }))).toEqual({
        kind: 'conflict',
        failed: expectation,
      })
      expect(await everything(shop.store)).toEqual(before)
    })

    test('a flag without an active ramp may have had one', async () => {
      await stock()
      await write(shop.store, { put: 'ramp', ramp: ended(ramp('r_1')) })
      const expectation: Expectation = { kind: 'no_active_ramp', environment: 'production', flag: 'checkout' }
      expect(await shop.store.commit(commitOf({ expect: [expectation] }))).toMatchObject({ kind: 'done' })
    })

    test('of ten edits made from one revision exactly one is written', async () => {
      const expectation: Expectation = { kind: 'config', environment: 'production', flag: 'checkout', revision: 1 }
      const kinds = await Promise.all(
        Array.from({ length: 10 }, async () => (await shop.store.commit(edit({}, { expect: [expectation] }))).kind),
      )
      expect(kinds.toSorted()).toEqual([...Array(9).fill('conflict'), 'done'])
      expect(await shop.store.environment(production)).toMatchObject({ revision: 2 })
    })

    test('of ten creations of one flag exactly one is written', async () => {
      const kinds = await Promise.all(
        Array.from({ length: 10 }, async () => (await write(shop.store, { put: 'flag', flag: flag('search') })).kind),
      )
      expect(kinds.toSorted()).toEqual(['done', ...Array(9).fill('exists')])
    })
  })
}
