import type { AuditEntry } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { seal } from '../store/audit-chain.ts'
import { verifyAudit } from './verify.ts'

function chainOf(length: number): readonly AuditEntry[] {
  const chain: AuditEntry[] = []
  for (let i = 0; i < length; i += 1) {
    const entry = {
      scope: 'shop',
      at: '2026-03-01T12:00:00.000Z',
      actor: { kind: 'system', id: 'system', name: 'Rampart' },
      action: 'flag.edited',
      subject: { kind: 'flag', key: `flag-${i}` },
      before: null,
      after: i,
      revisions: [],
      comment: null,
      request: { id: 'r', address: null },
      words: 'edited',
    } as const
    chain.push(seal({ ...entry, revisions: [] }, chain.at(-1)))
  }
  return chain
}

/** The chain as a store gives it: newest first, in parts. */
const storeOf = (chain: readonly AuditEntry[]) => ({
  audit: async ({ before = Number.POSITIVE_INFINITY, limit }: { readonly before?: number; readonly limit: number }) =>
    chain
      .filter(({ n }) => n < before)
      .toReversed()
      .slice(0, limit),
})

const LONG = chainOf(2_500)

test.each([0, 1, 999, 1_000, 1_001, 1_999, 2_500])('a chain of %i entries holds', async (length) => {
  expect(await verifyAudit(storeOf(LONG.slice(0, length)), 'shop')).toEqual({
    entries: length,
    ok: true,
    brokenAt: null,
  })
})

test.each([1, 2, 500, 501, 502, 1_500, 1_501, 1_502, 2_500])(
  'an entry that was changed is found: number %i',
  async (n) => {
    const tampered = LONG.map((entry) => (entry.n === n ? { ...entry, after: 'something else' } : entry))
    expect(await verifyAudit(storeOf(tampered), 'shop')).toEqual({ entries: 2_500, ok: false, brokenAt: n })
  },
)

test('the oldest of several changes is named', async () => {
  const tampered = LONG.map((entry) => ([300, 1_700].includes(entry.n) ? { ...entry, words: '' } : entry))
  expect(await verifyAudit(storeOf(tampered), 'shop')).toEqual({ entries: 2_500, ok: false, brokenAt: 300 })
})

test('an entry that was taken out is found where it is missing', async () => {
  const cut = LONG.filter(({ n }) => n !== 1_200)
  expect(await verifyAudit(storeOf(cut), 'shop')).toMatchObject({ ok: false, brokenAt: 1_200 })
})
