import type { ConfigSettings } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { CONFIG, PLACE, shopServer } from '../test-server.ts'

const AT = '2026-03-01T12:00:00.000Z'
const DEVELOPMENT = { params: { ...PLACE, environment: 'development' } }
const PRODUCTION = { params: PLACE }

const settings = (changes: Partial<ConfigSettings> = {}): ConfigSettings => ({
  on: true,
  off: 'off',
  prerequisites: [],
  layer: null,
  rules: [],
  everyoneElse: { variation: 'on', rollout: { percent: 10, otherwise: 'off' } },
  ...changes,
})

test('a flag says which others share its cohort', async () => {
  const { api } = await shopServer()
  const params = { project: 'shop' }
  await api.createFlag({ params, body: { key: 'twin', seed: 'checkout' } })
  await api.createFlag({ params, body: { key: 'alone' } })
  const cohort = async (flag: string) => (await api.getFlag({ params: { ...params, flag } })).body.cohort
  expect([await cohort('checkout'), await cohort('twin'), await cohort('alone')]).toEqual([['twin'], ['checkout'], []])
})

test('a new flag is off in every environment, and a new environment has every flag, off', async () => {
  const { api } = await shopServer()
  await api.createEnvironment({ params: PLACE, body: { key: 'staging', class: 'staging' } })
  const { body } = await api.listFlags({ params: PLACE })
  expect(body).toEqual({
    items: [
      {
        key: 'checkout',
        name: 'checkout',
        description: '',
        kind: 'release',
        type: 'boolean',
        variations: [
          { key: 'off', name: null, value: false },
          { key: 'on', name: null, value: true },
        ],
        schema: null,
        clientSide: false,
        remoteOnly: false,
        owner: null,
        tags: [],
        seed: null,
        hash: 'rampart-1',
        expectedLifetime: null,
        archivedAt: null,
        createdAt: AT,
        version: 1,
        states: ['development', 'production', 'staging'].map((environment) => ({
          environment,
          on: false,
          killed: false,
          rules: 0,
          share: 100,
          ramp: null,
          summary: 'Off: everyone gets off.',
          revision: environment === 'staging' ? 1 : 2,
        })),
        changedAt: AT,
      },
    ],
    next: null,
  })
})

test('a change answers the configuration, its revision as tag, and where the audit has it', async () => {
  const { api } = await shopServer()
  const { status, body, etag } = await api.switchFlag({ ...PRODUCTION, body: { on: true } })
  expect({ status, etag, body }).toEqual({
    status: 200,
    etag: 3,
    body: {
      item: {
        ...PLACE,
        ...settings({ everyoneElse: { variation: 'on' } }),
        killed: null,
        revision: 3,
        heldBy: null,
        summary: 'Everyone gets on.',
      },
      revision: 3,
      auditId: 'shop/5',
    },
  })
  expect((await api.getConfig(PRODUCTION)).body).toEqual(body.item)
})

test('a change that changes nothing makes no revision', async () => {
  const { api } = await shopServer()
  const first = await api.switchFlag({ ...PRODUCTION, body: { on: true } })
  const again = await api.switchFlag({ ...PRODUCTION, body: { on: true } })
  expect(again.body).toEqual({ ...first.body, revision: null })
  expect((await api.getEnvironment(PRODUCTION)).body.revision).toBe(3)
})

test('environments do not disturb each other: each counts its own revisions', async () => {
  const { api } = await shopServer()
  await api.switchFlag({ ...DEVELOPMENT, body: { on: true } })
  expect((await api.getConfig(PRODUCTION)).body).toMatchObject({ on: false, revision: 2 })
  expect((await api.getConfig(DEVELOPMENT)).body).toMatchObject({ on: true, revision: 3 })
})

test('a change made from an older revision is refused with what there is now', async () => {
  const { api, call } = await shopServer()
  await api.switchFlag({ ...PRODUCTION, body: { on: true } })
  const now = (await api.getConfig(PRODUCTION)).body
  for (const [method, path, body] of [
    ['PUT', CONFIG, settings()],
    ['POST', `${CONFIG}/switch`, { on: false }],
    ['POST', `${CONFIG}/rollout`, { percent: 5 }],
  ] as const) {
    const refused = await call(method, path, { body, headers: { 'if-match': '"2"' } })
    expect([refused.status, refused.body]).toEqual([
      412,
      expect.objectContaining({ code: 'revision_mismatch', current: now, currentRevision: 3 }),
    ])
  }
  expect((await api.getConfig(PRODUCTION)).body).toEqual(now)
  const accepted = await call('PUT', CONFIG, { body: settings(), headers: { 'if-match': 'W/"3"' } })
  expect([accepted.status, accepted.headers.get('etag')]).toEqual([200, '"4"'])
})

test('a protected environment is not configured blindly; a star says that blindness is meant', async () => {
  const { api, call } = await shopServer()
  const blind = await call('PUT', CONFIG, { body: settings() })
  expect([blind.status, blind.body]).toEqual([
    428,
    expect.objectContaining({ code: 'precondition_required', currentRevision: 2 }),
  ])
  expect((await call('PUT', CONFIG, { body: settings(), headers: { 'if-match': '*' } })).status).toBe(200)
  expect((await api.putConfig({ ...DEVELOPMENT, body: settings() })).status).toBe(200)
})

test('two changes made from the same revision: one wins, the other hears of it', async () => {
  const { call, api } = await shopServer()
  const attempts = [1, 2, 3, 4].map((percent) =>
    call('POST', `${CONFIG}/rollout`, { body: { percent }, headers: { 'if-match': '"2"' } }),
  )
  const answers = (await Promise.all(attempts)).map(({ status }) => status)
  expect(answers.toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412])
  expect((await api.getConfig(PRODUCTION)).body.revision).toBe(3)
})

test('changes without a precondition all happen, one after the other', async () => {
  const { call, api } = await shopServer()
  const attempts = [1, 2, 3, 4].map((percent) => call('POST', `${CONFIG}/rollout`, { body: { percent } }))
  expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect((await api.getConfig(PRODUCTION)).body.revision).toBe(6)
})

test('a configuration that makes no sense is refused with every mistake', async () => {
  const { call } = await shopServer()
  const body = settings({
    off: 'of',
    prerequisites: [{ flag: 'chekout', variations: ['on'] }],
    rules: [
      {
        id: 'beta',
        name: null,
        paused: false,
        when: { all: [{ segment: 'nobody' }, { attribute: 'age', operator: 'number >', operand: 'old' }] },
        serve: { split: { weights: { on: 60_000, off: 30_000 } } },
      },
    ],
  })
  const refused = await call('PUT', CONFIG, { body, headers: { 'if-match': '*' } })
  expect([refused.status, refused.body]).toEqual([
    422,
    expect.objectContaining({
      code: 'invalid',
      errors: [
        { pointer: '/off', message: 'names no variation of this flag: of', nearest: 'off' },
        { pointer: '/rules/0/when/all/0/segment', message: 'names no segment of this project: nobody' },
        { pointer: '/rules/0/when/all/1/operand', message: 'must be a number' },
        { pointer: '/rules/0/serve/split/weights', message: 'must sum to 100000; they sum to 90000' },
        { pointer: '/prerequisites/0/flag', message: 'names no flag of this project: chekout', nearest: 'checkout' },
      ],
    }),
  ])
})

test('prerequisites in a circle are refused', async () => {
  const { call, api } = await shopServer()
  await api.createFlag({ params: PLACE, body: { key: 'payment' } })
  await api.putConfig({
    params: { ...DEVELOPMENT.params, flag: 'payment' },
    body: settings({ prerequisites: [{ flag: 'checkout', variations: ['on'] }] }),
  })
  const circle = settings({ prerequisites: [{ flag: 'payment', variations: ['on'] }] })
  const refused = await call('PUT', CONFIG.replace('production', 'development'), { body: circle })
  expect([refused.status, refused.body]).toEqual([422, expect.objectContaining({ code: 'cycle' })])
  expect(refused.body).toMatchObject({ detail: expect.stringContaining('checkout → payment → checkout') })
  expect((await api.putConfig({ ...PRODUCTION, body: circle, ifMatch: 2 })).status).toBe(200)
})

test('metadata is patched: absent stays, null clears, and a patch of nothing changes nothing', async () => {
  const { call, api } = await shopServer()
  const path = '/api/v1/projects/shop/flags/checkout'
  const patch = (body: unknown, headers = {}) =>
    call('PATCH', path, { body, headers: { 'content-type': 'application/merge-patch+json', ...headers } })
  const first = await patch({ name: 'Checkout', owner: 'Ana', tags: ['a', 'a', 'b'] })
  expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"'])
  await patch({ owner: null }, { 'if-match': '"2"' })
  expect((await api.getFlag(PRODUCTION)).body).toMatchObject({
    name: 'Checkout',
    owner: null,
    tags: ['a', 'b'],
    version: 3,
  })
  expect((await patch({ name: 'Checkout' })).headers.get('etag')).toBe('"3"')
  expect((await patch({ name: 'Other' }, { 'if-match': '"2"' })).status).toBe(412)
  expect((await patch({ nmae: 'Other' })).body).toMatchObject({
    code: 'invalid',
    errors: [{ pointer: '/nmae', nearest: 'name' }],
  })
})

test('an archived flag leaves the list, keeps its key and comes back as it was', async () => {
  const { api, call } = await shopServer()
  await api.patchFlag({ ...PRODUCTION, body: { archived: true } })
  expect((await api.listFlags({ params: PLACE })).body.items).toEqual([])
  expect((await api.listFlags({ params: PLACE, query: { archived: 'true' } })).body.items).toHaveLength(1)
  const again = await call('POST', '/api/v1/projects/shop/flags', { body: { key: 'checkout' } })
  expect([again.status, again.body]).toEqual([409, expect.objectContaining({ code: 'already_exists' })])
  const back = await api.patchFlag({ ...PRODUCTION, body: { archived: false } })
  expect(back.body.item).toMatchObject({ archivedAt: null, version: 3 })
})

test('a flag that another needs cannot be archived', async () => {
  const { api, call } = await shopServer()
  await api.createFlag({ params: PLACE, body: { key: 'payment' } })
  await api.putConfig({
    params: { ...DEVELOPMENT.params, flag: 'payment' },
    body: settings({ prerequisites: [{ flag: 'checkout', variations: ['on'] }] }),
  })
  const refused = await call('PATCH', '/api/v1/projects/shop/flags/checkout', { body: { archived: true } })
  expect([refused.status, refused.body]).toEqual([
    409,
    expect.objectContaining({ code: 'in_use', current: ['payment in development'] }),
  ])
})

test('the list is paged by key and searched by key, name and tag', async () => {
  const { api } = await shopServer()
  await api.createFlag({ params: PLACE, body: { key: 'banner', name: 'Big banner', tags: ['marketing'] } })
  await api.createFlag({ params: PLACE, body: { key: 'Zoom' } })
  const keys = async (query: Parameters<typeof api.listFlags>[0]['query']) => {
    const { body } = await api.listFlags({ params: PLACE, ...(query === undefined ? {} : { query }) })
    return [body.items.map(({ key }) => key), body.next] as const
  }
  const [first, next] = await keys({ limit: '2' })
  expect(first).toEqual(['Zoom', 'banner'])
  expect(await keys({ limit: '2', cursor: next ?? '' })).toEqual([['checkout'], null])
  expect(await keys({ q: 'BIG mark' })).toEqual([['banner'], null])
  expect(await keys({ q: 'big checkout' })).toEqual([[], null])
})

test('what is not there is named, with what may have been meant', async () => {
  const { call } = await shopServer()
  const ask = async (path: string) => (await call('GET', path)).body
  expect(await ask(CONFIG.replace('checkout', 'chekcout'))).toMatchObject({
    code: 'not_found',
    detail: 'Project shop has no flag chekcout.',
    hint: 'Did you mean checkout?',
  })
  expect(await ask(CONFIG.replace('production', 'prod'))).toMatchObject({
    detail: 'Project shop has no environment prod.',
  })
  expect(await ask('/api/v1/projects/shoop')).toMatchObject({ detail: 'There is no project shoop.' })
})

test('the audit tells every change in words, and its chain holds', async () => {
  const { api } = await shopServer()
  await api.setRollout({ ...PRODUCTION, body: { percent: 10 }, comment: 'a careful start' })
  await api.killFlag({ ...PRODUCTION, body: { reason: '5xx' } })
  const { body } = await api.listAudit({ params: PLACE, query: { subject: 'flag', environment: 'production' } })
  expect(body.items.map(({ action, words, comment, revisions }) => ({ action, words, comment, revisions }))).toEqual([
    {
      action: 'flag.killed',
      words: 'checkout was killed in production. Killed: everyone gets off. Reason: 5xx',
      comment: null,
      revisions: [{ environment: 'production', revision: 4 }],
    },
    {
      action: 'flag.rollout_set',
      words: 'checkout was set to 10% in production. Off: everyone gets off.',
      comment: 'a careful start',
      revisions: [{ environment: 'production', revision: 3 }],
    },
  ])
  const page = await api.listAudit({ params: PLACE, query: { limit: '2' } })
  const rest = await api.listAudit({ params: PLACE, query: { cursor: page.body.next ?? '' } })
  expect([...page.body.items, ...rest.body.items].map(({ n }) => n)).toEqual([6, 5, 4, 3, 2, 1])
  expect((await api.verifyAudit({ params: PLACE })).body).toEqual({ entries: 6, ok: true, brokenAt: null })
})
