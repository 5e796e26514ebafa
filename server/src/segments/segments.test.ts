import { expect, test } from 'vitest'
import { PLACE, shopServer } from '../test-server.ts'

const at = (segment: string) => ({ params: { project: 'shop', segment } })
const BETA = { when: { attribute: 'plan', operator: 'is', operand: 'beta' } as const }

test('a segment is created, replaced, read and deleted, each change a revision everywhere', async () => {
  const { api } = await shopServer()
  const made = await api.putSegment({ ...at('beta'), body: { ...BETA, name: 'Beta', included: ['a', 'a'] } })
  const segment = {
    key: 'beta',
    name: 'Beta',
    description: '',
    ...BETA,
    included: ['a'],
    excluded: [],
    by: 'targetingKey',
    version: 1,
  }
  expect([made.etag, made.body]).toEqual([1, { item: segment, revision: null, auditId: 'shop/5' }])
  expect((await api.getEnvironment({ params: PLACE })).body.revision).toBe(3)

  const same = await api.putSegment({ ...at('beta'), body: { ...BETA, included: ['a'] } })
  expect([same.etag, same.body.auditId]).toEqual([1, 'shop/5'])

  const edited = await api.putSegment({ ...at('beta'), body: { when: null, excluded: ['b'] } })
  expect(edited.body.item).toEqual({ ...segment, when: null, included: [], excluded: ['b'], version: 2 })
  expect((await api.listSegments({ params: PLACE })).body.items).toEqual([edited.body.item])

  await api.deleteSegment(at('beta'))
  expect((await api.listSegments({ params: PLACE })).body.items).toEqual([])
  expect((await api.getEnvironment({ params: PLACE })).body.revision).toBe(5)
})

test('a change made from an older version is refused', async () => {
  const { api, call } = await shopServer()
  await api.putSegment({ ...at('beta'), body: BETA, ifMatch: 0 })
  const refused = await call('PUT', '/api/v1/projects/shop/segments/beta', {
    body: { when: null },
    headers: { 'if-match': '"0"' },
  })
  expect([refused.status, refused.body]).toEqual([412, expect.objectContaining({ currentRevision: 1 })])
})

test('a segment that is used cannot be deleted, and its users are named', async () => {
  const { api, call } = await shopServer()
  await api.putSegment({ ...at('beta'), body: BETA })
  await api.putSegment({ ...at('testers'), body: { when: { not: { segment: 'beta' } } } })
  await api.putConfig({
    params: { ...PLACE, environment: 'development' },
    body: {
      on: true,
      off: 'off',
      prerequisites: [],
      layer: null,
      rules: [{ id: 'beta', name: null, paused: true, when: { segment: 'beta' }, serve: { variation: 'on' } }],
      everyoneElse: { variation: 'off' },
    },
  })
  const refused = await call('DELETE', '/api/v1/projects/shop/segments/beta')
  expect([refused.status, refused.body]).toEqual([
    409,
    expect.objectContaining({ code: 'in_use', current: ['segment testers', 'checkout in development'] }),
  ])
})

test('segments cannot contain each other', async () => {
  const { api, call } = await shopServer()
  await api.putSegment({ ...at('a'), body: { when: null } })
  await api.putSegment({ ...at('b'), body: { when: { segment: 'a' } } })
  for (const [key, when] of [
    ['a', { segment: 'b' }],
    ['c', { segment: 'c' }],
  ] as const) {
    const refused = await call('PUT', `/api/v1/projects/shop/segments/${key}`, { body: { when } })
    expect([refused.status, refused.body]).toEqual([422, expect.objectContaining({ code: 'cycle' })])
  }
})

test('a large list is taken', async () => {
  const { api } = await shopServer()
  const included = Array.from({ length: 100_000 }, (_, i) => `account-${i}-of-a-large-customer`)
  const { body } = await api.putSegment({ ...at('large'), body: { when: null, included } })
  expect(body.item.included).toHaveLength(100_000)
})
