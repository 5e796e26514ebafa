import { expect, test } from 'vitest'
import { contextOf } from './context.ts'

test('a context stays as it is, but that times become the texts that conditions read', () => {
  const at = new Date('2026-03-01T12:00:00.000Z')
  expect(contextOf({ targetingKey: 'ana', plan: null, at, deep: { list: [1, at] as never } })).toEqual({
    targetingKey: 'ana',
    plan: null,
    at: '2026-03-01T12:00:00.000Z',
    deep: { list: [1, '2026-03-01T12:00:00.000Z'] },
  })
})

test('a time that is none is no attribute, and a context that contains itself comes to an end', () => {
  const circular: Record<string, unknown> = { name: 'ana' }
  circular['self'] = circular
  const context = contextOf({ never: new Date('never'), circular: circular as never })
  expect(context['never']).toBeUndefined()
  expect(JSON.stringify(context).length).toBeLessThan(1_000)
})

test('what leads back to where it came from does not go round, and what else there is, is there', () => {
  const user: Record<string, unknown> = { name: 'ana' }
  user['orders'] = Array.from({ length: 200 }, (_, id) => ({ id, user }))
  const context = contextOf({ targetingKey: 'ana', user: user as never, plan: 'pro', same: user as never })
  const orders = Array.from({ length: 200 }, (_, id) => ({ id }))
  expect(context).toEqual({
    targetingKey: 'ana',
    user: { name: 'ana', orders },
    plan: 'pro',
    same: { name: 'ana', orders },
  })
})

test('a context in which everything leads to everything comes to an end', () => {
  const all: Record<string, unknown>[] = Array.from({ length: 30 }, (_, id) => ({ id }))
  for (const one of all) one['others'] = all
  const context = contextOf({ plan: 'pro', all: all as never })
  expect([context['plan'], JSON.stringify(context).length < 1_000_000]).toEqual(['pro', true])
  const flat = contextOf({ ids: Array.from({ length: 50_000 }, (_, id) => id) as never })
  expect((flat['ids'] as readonly number[]).length).toBe(50_000)
})
