import { describe, expect, test } from 'vitest'
import { verifyChain } from '../audit-chain.ts'
import type { AuditDraft } from '../store.ts'
import { asker, audited, commitOf, edit, NOW } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

export function auditConformance(open: OpenStore): void {
  describe('audit', () => {
    const shop = shopInEachTest(open)
    const about = (kind: AuditDraft['subject']['kind'], key: string, environment?: string): AuditDraft => ({
      ...audited(`${kind} ${key}`),
      subject: { kind, key, ...(environment === undefined ? {} : { environment }) },
    })

    test('an entry says who changed what, and which revisions that made', async () => {
      const committed = await shop.store.commit(edit({}, { asker: { ...asker, comment: 'for Friday' } }))
      const [newest] = await shop.store.audit({ scope: 'shop', limit: 1 })
      expect(newest).toEqual({
        scope: 'shop',
        n: 2,
        at: new Date(NOW).toISOString(),
        actor: asker.actor,
        action: 'flag.configured',
        subject: { kind: 'flag', key: 'checkout', environment: 'production' },
        before: null,
        after: { on: true },
        revisions: [{ environment: 'production', revision: 2 }],
        comment: 'for Friday',
        request: asker.request,
        words: 'edited',
        previous: expect.stringMatching(/^[0-9a-f]{64}$/),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      expect(committed).toEqual({
        kind: 'done',
        revisions: [{ environment: 'production', revision: 2 }],
        audit: [newest],
      })
    })

    test('each scope has one chain, and each chain verifies', async () => {
      const { store } = shop
      await store.commit(edit({}, { audit: [audited('one'), audited('two')] }))
      await store.commit(commitOf({ scope: 'instance', audit: [about('person', 'p_1')] }))
      await store.commit(edit())
      const chain = (await store.audit({ scope: 'shop', limit: 100 })).toReversed()
      expect(chain.map(({ n, words }) => [n, words])).toEqual([
        [1, 'founded'],
        [2, 'one'],
        [3, 'two'],
        [4, 'edited'],
      ])
      expect(verifyChain(chain)).toEqual({ entries: 4, ok: true, brokenAt: null })
      const instance = await store.audit({ scope: 'instance', limit: 100 })
      expect(verifyChain(instance)).toEqual({ entries: 1, ok: true, brokenAt: null })
    })

    test('a chain verifies whatever was audited, and is read back as it was told', async () => {
      const after = { 'lone \ud800': '\udfff', pair: '😀', zero: -0, tiny: 5e-324, gone: undefined, deep: [[{}]] }
      const told = await shop.store.commit(edit({}, { audit: [{ ...audited('odd'), before: undefined, after }] }))
      const chain = (await shop.store.audit({ scope: 'shop', limit: 100 })).toReversed()
      expect(verifyChain(chain)).toEqual({ entries: 2, ok: true, brokenAt: null })
      expect(told).toMatchObject({ audit: [{ before: null, after: { pair: '😀', zero: 0 } }] })
      expect('audit' in told && told.audit).toEqual(chain.slice(1))
    })

    test('entries are read newest first, by page and by subject', async () => {
      const { store } = shop
      await store.commit(
        commitOf({
          audit: [
            about('flag', 'search', 'production'),
            about('flag', 'search', 'staging'),
            about('segment', 'search'),
            about('flag', 'search'),
          ],
        }),
      )
      const ns = async (query: Omit<Parameters<typeof store.audit>[0], 'scope'>): Promise<number[]> =>
        (await store.audit({ scope: 'shop', ...query })).map(({ n }) => n)
      expect(await ns({ limit: 2 })).toEqual([5, 4])
      expect(await ns({ limit: 9, before: 4 })).toEqual([3, 2, 1])
      expect(await ns({ limit: 9, subject: { kind: 'flag', key: 'search' } })).toEqual([5, 3, 2])
      expect(await ns({ limit: 9, subject: { kind: 'flag', key: 'search', environment: 'staging' } })).toEqual([3])
      const staging = { kind: 'flag', key: 'search', environment: 'staging' } as const
      expect(await ns({ limit: 9, subject: staging, orEverywhere: true })).toEqual([5, 3])
      expect(await ns({ limit: 9, subject: { kind: 'segment' } })).toEqual([4])
      expect(await store.audit({ scope: 'nowhere', limit: 9 })).toEqual([])
    })
  })
}
