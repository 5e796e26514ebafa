import { createHash } from 'node:crypto'
import type { AuditEntry } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { GENESIS, seal, type UnsealedEntry, verifyChain } from './audit-chain.ts'

const unsealed = (words: string): UnsealedEntry => ({
  scope: 'shop',
  at: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'person', id: 'p_1', name: 'Ada' },
  action: 'flag.switched',
  subject: { kind: 'flag', key: 'checkout', environment: 'production' },
  before: { on: false },
  after: { on: true },
  revisions: [{ environment: 'production', revision: 7 }],
  comment: null,
  request: { id: 'q_1', address: null },
  words,
})

function chainOf(...words: string[]): AuditEntry[] {
  const chain: AuditEntry[] = []
  for (const one of words) chain.push(seal(unsealed(one), chain.at(-1)))
  return chain
}

describe('seal', () => {
  test('hashes the canonical text of the entry without its hash', () => {
    const { hash, ...rest } = seal(unsealed('on'), undefined)
    const text =
      '{"action":"flag.switched","actor":{"id":"p_1","kind":"person","name":"Ada"},"after":{"on":true},' +
      '"at":"2026-01-01T00:00:00.000Z","before":{"on":false},"comment":null,"n":1,' +
      `"previous":"${GENESIS}","request":{"address":null,"id":"q_1"},` +
      '"revisions":[{"environment":"production","revision":7}],"scope":"shop",' +
      '"subject":{"environment":"production","key":"checkout","kind":"flag"},"words":"on"}'
    expect(hash).toBe(createHash('sha256').update(text).digest('hex'))
    expect(rest).toEqual({ ...unsealed('on'), n: 1, previous: GENESIS })
  })

  test('chains each entry to the one before', () => {
    const [first, second] = chainOf('on', 'off')
    expect(second).toMatchObject({ n: 2, previous: first?.hash })
  })
})

describe('verifyChain', () => {
  test('holds for what was sealed, whole and in parts', () => {
    const chain = chainOf('a', 'b', 'c', 'd')
    expect(verifyChain(chain)).toEqual({ entries: 4, ok: true, brokenAt: null })
    expect(verifyChain(chain.slice(2), chain[1])).toEqual({ entries: 2, ok: true, brokenAt: null })
    expect(verifyChain([])).toEqual({ entries: 0, ok: true, brokenAt: null })
  })

  test('finds an entry that was changed', () => {
    const chain = chainOf('a', 'b', 'c').map((entry) => (entry.n === 2 ? { ...entry, words: 'x' } : entry))
    expect(verifyChain(chain)).toEqual({ entries: 3, ok: false, brokenAt: 2 })
  })

  test('finds an entry that was changed and sealed again, by the one after it', () => {
    const [first, , third] = chainOf('a', 'b', 'c')
    if (first === undefined || third === undefined) throw new Error('the chain has three entries')
    expect(verifyChain([first, seal(unsealed('x'), first), third])).toEqual({ entries: 3, ok: false, brokenAt: 3 })
  })

  test('finds entries that were taken out, put in front, or swapped', () => {
    const [first, second, third] = chainOf('a', 'b', 'c')
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('the chain has three entries')
    expect(verifyChain([first, third])).toEqual({ entries: 2, ok: false, brokenAt: 2 })
    expect(verifyChain([second, third])).toEqual({ entries: 2, ok: false, brokenAt: 1 })
    expect(verifyChain([first, third, second])).toEqual({ entries: 3, ok: false, brokenAt: 2 })
  })
})
