import { ProblemError } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'

const DEVELOPMENT = { project: 'shop', environment: 'development' } as const

const variation = (key: string, value: unknown) => ({ key, name: null, value }) as never

async function problemOf(work: Promise<unknown>) {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { status, code, errors, current } = error.problem
    return { status, code, errors, current }
  }
}

test.each([
  ['string', ['', 'a']],
  ['number', [0, -0.5]],
  ['json', [false, 0, '', [], {}, { a: null }]],
] as const)('falsy values of a %s flag are values like any other, on every way out', async (type, values) => {
  const { api, call } = await shopServer()
  const params = { ...DEVELOPMENT, flag: 'limit' }
  const variations = values.map((value, i) => variation(`v${i}`, value))
  const made = await api.createFlag({ params, body: { key: 'limit', type, variations } })
  expect(made.body.item.variations.map(({ value }) => value)).toEqual(values)
  expect((await api.getFlag({ params })).body.variations).toEqual(made.body.item.variations)
  expect((await api.listFlags({ params })).body.items.find(({ key }) => key === 'limit')?.variations).toEqual(
    made.body.item.variations,
  )
  const { secret } = (await api.createSdkKey({ params, body: { kind: 'server', name: 'shop' } })).body
  const { body } = await call('GET', '/sdk/v1/snapshot', { token: secret })
  expect(
    (body as { flags: { key: string; values: unknown }[] }).flags.find(({ key }) => key === 'limit')?.values,
  ).toEqual(values)
})

const SCHEMA = {
  type: 'object',
  properties: { limit: { type: 'integer', minimum: 0 }, name: { type: 'string', pattern: '^[a-z]+$' } },
  required: ['limit'],
  additionalProperties: false,
}

async function withSchema() {
  const server = await shopServer()
  const params = { ...DEVELOPMENT, flag: 'limits' }
  const low = variation('low', { limit: 0 })
  await server.api.createFlag({ params, body: { key: 'limits', type: 'json', schema: SCHEMA, variations: [low] } })
  return { ...server, params, low }
}

test('values are checked against the schema of their flag, when they are made and when they are changed', async () => {
  const { api, params, low } = await withSchema()
  const wrong = [low, variation('high', { limit: -1 }), variation('odd', { limit: 1, other: 2 })]
  const errors = [
    { pointer: '/variations/1/value/limit', message: 'does not fit the schema: must be >= 0' },
    { pointer: '/variations/2/value', message: 'does not fit the schema: must NOT have additional properties' },
  ]
  const create = api.createFlag({ params, body: { key: 'other', type: 'json', schema: SCHEMA, variations: wrong } })
  expect(await problemOf(create)).toMatchObject({ status: 422, code: 'invalid', errors })
  expect(await problemOf(api.patchFlag({ params, body: { variations: wrong } }))).toMatchObject({ status: 422, errors })
  const high = variation('high', { limit: 9, name: 'high' })
  const { item } = (await api.patchFlag({ params, body: { variations: [low, high] } })).body
  expect(item).toMatchObject({ schema: SCHEMA, variations: [low, high], version: 2 })
})

test('a stricter schema is refused while a value does not fit it, and null takes the schema away', async () => {
  const { api, params } = await withSchema()
  const strict = { ...SCHEMA, required: ['limit', 'name'] }
  expect(await problemOf(api.patchFlag({ params, body: { schema: strict } }))).toMatchObject({
    code: 'invalid',
    errors: [
      { pointer: '/variations/0/value', message: "does not fit the schema: must have required property 'name'" },
    ],
  })
  expect((await api.patchFlag({ params, body: { schema: null } })).body.item.schema).toBeNull()
})

test.each<[string, unknown, string]>([
  ['a text', 'object', '/schema'],
  ['a type that is none', { properties: { a: { type: 'strin' } } }, '/schema/properties/a/type'],
  ['a keyword that is misspelt', { requird: ['a'] }, '/schema'],
  ['another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, '/schema'],
  ['a schema of somebody else', { $ref: 'https://example.test/schema' }, '/schema'],
  ['a schema that never ends', { $ref: '#' }, '/schema'],
  ['a schema that answers later', { $async: true, type: 'string' }, '/schema'],
  ['a pattern that RE2 refuses', { type: 'string', pattern: '(?=a)' }, '/schema'],
  ['more than anybody reads', { description: 'a'.repeat(70_000) }, '/schema'],
])('%s is no schema', async (_, schema, pointer) => {
  const { api } = await shopServer()
  const body = { key: 'limits', type: 'json', schema, variations: [variation('a', 'a')] } as never
  expect(await problemOf(api.createFlag({ params: DEVELOPMENT, body }))).toMatchObject({
    status: 422,
    errors: [{ pointer }],
  })
})

test('a pattern of a schema runs in linear time', async () => {
  const { api } = await shopServer()
  const schema = { type: 'string', pattern: '^(a+)+$' }
  const variations = [variation('a', `${'a'.repeat(60)}b`)]
  const started = performance.now()
  const answer = problemOf(
    api.createFlag({ params: DEVELOPMENT, body: { key: 'x', type: 'string', schema, variations } }),
  )
  expect(await answer).toMatchObject({ code: 'invalid' })
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('a boolean flag has no use for a schema', async () => {
  const { api } = await shopServer()
  const body = { key: 'x', schema: { type: 'boolean' } }
  expect(await problemOf(api.createFlag({ params: DEVELOPMENT, body }))).toMatchObject({
    errors: [{ pointer: '/schema' }],
  })
})

async function withRanker() {
  const server = await shopServer()
  const params = { ...DEVELOPMENT, flag: 'ranker' }
  const [a, b, c] = ['a', 'b', 'c'].map((key) => variation(key, key)) as [never, never, never]
  await server.api.createFlag({ params, body: { key: 'ranker', type: 'string', variations: [a, b, c] } })
  const { secret } = (await server.api.createSdkKey({ params, body: { kind: 'server', name: 'shop' } })).body
  const snapshot = async () => {
    const { body } = await server.call('GET', '/sdk/v1/snapshot', { token: secret })
    return body as { revision: number; flags: { key: string; variations: string[]; values: string[]; off: number }[] }
  }
  return { ...server, params, a, b, c, snapshot }
}

test('variations are added, renamed and given other values, which makes a revision in every environment', async () => {
  const { api, params, a, c, snapshot } = await withRanker()
  const before = (await snapshot()).revision
  const changed = await api.patchFlag({
    params,
    body: { variations: [variation('new', 'new'), a, variation('b', 'better'), c] },
  })
  expect(changed.body.item.variations.map(({ key, value }) => [key, value])).toEqual([
    ['new', 'new'],
    ['a', 'a'],
    ['b', 'better'],
    ['c', 'c'],
  ])
  const after = await snapshot()
  expect(after.revision).toBe(before + 1)
  expect(after.flags.find(({ key }) => key === 'ranker')).toMatchObject({
    variations: ['new', 'a', 'b', 'c'],
    values: ['new', 'a', 'better', 'c'],
    off: 1,
  })
  const audit = (await api.listAudit({ params, query: { limit: 1 } })).body.items[0]
  expect(audit?.revisions.map(({ environment }) => environment).toSorted()).toEqual(['development', 'production'])
})

test('a new name of a variation is for people: SDKs hear nothing of it', async () => {
  const { api, params, a, b, c, snapshot } = await withRanker()
  const before = (await snapshot()).revision
  const named = { ...(a as object), name: 'The old one' } as never
  const { item } = (await api.patchFlag({ params, body: { variations: [named, b, c] } })).body
  expect(item.variations[0]?.name).toBe('The old one')
  expect((await snapshot()).revision).toBe(before)
})

test('a variation that somebody is given cannot go, and the answer says who is', async () => {
  const { api, params, a, b, c } = await withRanker()
  const settings = { on: true, prerequisites: [], layer: null, off: 'a' }
  const rule = { id: 'beta', name: null, paused: true, when: { attribute: 'x', operator: 'exists' as const } }
  await api.putConfig({
    params,
    body: {
      ...settings,
      rules: [{ ...rule, serve: { variation: 'a', rollout: { percent: 1, otherwise: 'b' } } }],
      everyoneElse: { split: { weights: { a: 100_000, b: 0 } } },
    },
  })
  await api.putConfig({
    params: { ...params, flag: 'checkout' },
    body: {
      ...settings,
      off: 'off',
      prerequisites: [{ flag: 'ranker', variations: ['b', 'a'] }],
      rules: [],
      everyoneElse: { variation: 'on' },
    },
  })
  expect(await problemOf(api.patchFlag({ params, body: { variations: [a, c] } }))).toMatchObject({
    status: 409,
    code: 'in_use',
    current: [
      'checkout in development, which has ranker as a prerequisite',
      'rule beta in development',
      'everyone else in development',
    ],
  })
  expect((await api.patchFlag({ params, body: { variations: [b, a] } })).body.item.variations).toEqual([b, a])
})

test('the variations of a boolean flag stay what they are, but for their names', async () => {
  const { api } = await shopServer()
  const params = { ...DEVELOPMENT, flag: 'checkout' }
  const named = [
    { key: 'off', name: 'Old', value: false },
    { key: 'on', name: 'New', value: true },
  ]
  expect((await api.patchFlag({ params, body: { variations: named } })).body.item.variations).toEqual(named)
  const wrong = [...named, { key: 'maybe', name: null, value: true }]
  expect(await problemOf(api.patchFlag({ params, body: { variations: wrong } }))).toMatchObject({
    errors: [{ pointer: '/variations' }],
  })
})
