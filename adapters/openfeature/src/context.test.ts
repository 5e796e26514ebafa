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
