import { expect, test, vi } from 'vitest'
import { createTestBrowserClient } from './browser-client.ts'

test('a page’s client answers for whoever looks at the page', async () => {
  const flags = createTestBrowserClient({ checkout: false }, { context: { targetingKey: 'ana', plan: 'free' } })
  flags.rule('checkout', { when: { plan: 'pro' }, value: true })
  expect(flags.isEnabled('checkout')).toBe(false)
  const changed = vi.fn()
  const other = vi.fn()
  flags.subscribe(['checkout'], changed)
  flags.subscribe(['banner'], other)
  await flags.identify({ targetingKey: 'ben', plan: 'pro' })
  expect([flags.isEnabled('checkout'), changed.mock.calls.length, other.mock.calls.length]).toEqual([true, 1, 0])
  expect(flags.details('checkout', false)).toMatchObject({ value: true, reason: 'rule', rule: { id: 'rule-1' } })
})

test('a change that gives this visitor the same is none', () => {
  const flags = createTestBrowserClient({ checkout: true })
  const changed = vi.fn()
  flags.subscribe('all', changed)
  flags.set('checkout', true)
  flags.rule('checkout', { when: { plan: 'pro' }, value: false })
  expect(changed).not.toHaveBeenCalled()
  flags.set('checkout', false)
  expect(changed).toHaveBeenCalledOnce()
})

test('it records what was asked and what happened', async () => {
  const flags = createTestBrowserClient({ ranker: 'bm25' })
  expect(flags.get('ranker', 'none')).toBe('bm25')
  expect(flags.get('unknown', 5)).toBe(5)
  flags.count('order')
  flags.observe('lcp_ms', 900)
  expect(flags.evaluations('ranker')).toHaveLength(1)
  expect(flags.outcomes('lcp_ms')).toEqual([{ context: { targetingKey: 'test' }, n: 1, value: 900 }])
  await flags.close()
  expect(flags.status).toBe('closed')
})

test('what a page would be made with, and what is tracked', () => {
  const flags = createTestBrowserClient({ ranker: 'bm25' })
  expect(flags.peek('ranker', 'none').value).toBe('bm25')
  expect(flags.snapshot().values).toMatchObject([{ key: 'ranker', value: 'bm25', reason: 'default' }])
  flags.track('order', { value: 99.5 })
  flags.track('visit')
  expect(flags.evaluations('ranker')).toEqual([])
  expect([flags.outcomes('order'), flags.outcomes('visit')]).toMatchObject([[{ value: 99.5 }], [{ n: 1 }]])
})
