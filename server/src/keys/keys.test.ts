import { expect, test } from 'vitest'
import { PLACE, shopServer, testServer } from '../test-server.ts'

const IN_PRODUCTION = { params: { project: 'shop', environment: 'production' } }

test('a secret is shown once: later there is only its prefix', async () => {
  const { api, store } = await shopServer()
  const { body } = await api.createSdkKey({ ...IN_PRODUCTION, body: { kind: 'server', name: 'Shop' } })
  expect(body).toEqual({
    item: {
      id: expect.stringMatching(/^k_/),
      project: 'shop',
      environment: 'production',
      kind: 'server',
      name: 'Shop',
      prefix: `rmp_srv_…${body.secret.slice(-4)}`,
      createdAt: '2026-03-01T12:00:00.000Z',
      expiresAt: null,
      lastUsedAt: null,
    },
    secret: expect.stringMatching(/^rmp_srv_/),
    auditId: 'shop/5',
  })
  const listed = await api.listSdkKeys(IN_PRODUCTION)
  expect(listed.body.items).toEqual([body.item])
  const audit = await store.audit({ scope: 'shop', limit: 10 })
  expect(JSON.stringify([listed, audit])).not.toContain(body.secret)
})

test('an SDK key belongs to one environment', async () => {
  const { api, call } = await shopServer()
  const { body } = await api.createSdkKey({ ...IN_PRODUCTION, body: { kind: 'client', name: 'Pages' } })
  expect((await api.listSdkKeys({ params: { project: 'shop', environment: 'development' } })).body.items).toEqual([])
  const elsewhere = `/api/v1/projects/shop/environments/development/sdk-keys/${body.item.id}`
  expect((await call('DELETE', elsewhere)).status).toBe(404)
})

test('a revoked SDK key opens nothing from the next request on', async () => {
  const { api, call } = await shopServer()
  const { body } = await api.createSdkKey({ ...IN_PRODUCTION, body: { kind: 'server', name: 'Shop' } })
  const snapshot = () => call('GET', '/sdk/v1/snapshot', { token: body.secret })
  expect((await snapshot()).status).toBe(200)
  await api.revokeSdkKey({ params: { ...IN_PRODUCTION.params, id: body.item.id } })
  expect([(await snapshot()).status, (await api.listSdkKeys(IN_PRODUCTION)).body.items]).toEqual([401, []])
})

test('a token works until its time, and not at it', async () => {
  const { api, call, advance } = await shopServer()
  const { body } = await api.createToken({
    body: { kind: 'machine', name: 'CI', scopes: ['read@shop'], expiresAt: '2026-03-01T12:00:10.000Z' },
  })
  const ask = async () => (await call('GET', '/api/v1/projects/shop', { token: body.secret })).status
  expect((await call('GET', '/api/v1/session', { token: body.secret })).body).toEqual({
    kind: 'token',
    id: body.item.id,
    name: 'CI',
    scopes: ['read@shop'],
    expiresAt: '2026-03-01T12:00:10.000Z',
  })
  advance(9_999)
  expect(await ask()).toBe(200)
  advance(1)
  expect(await ask()).toBe(401)
})

test('the list of projects is what the scopes name', async () => {
  const { api, clientWith } = await shopServer()
  await api.createProject({ body: { key: 'blog' } })
  const projects = async (...scopes: string[]) =>
    (await (await clientWith(...scopes)).listProjects({})).body.items.map(({ key }) => key)
  expect(await projects('kill@shop/production/checkout')).toEqual(['shop'])
  expect(await projects('read@*')).toEqual(['blog', 'shop'])
  expect(await projects('read@other')).toEqual([])
})

test('a scope that cannot be one is refused, with where it is', async () => {
  const { call } = await testServer()
  const body = { kind: 'machine', name: 'CI', scopes: ['read@shop', 'reed@shop'] }
  expect((await call('POST', '/api/v1/tokens', { body })).body).toMatchObject({
    code: 'invalid',
    errors: [{ pointer: '/scopes/1' }],
  })
})

test('the bootstrap token is the same after a restart, and a new one once it was revoked', async () => {
  const server = await testServer()
  expect(await server.tokenOfNextStart()).toBe(server.adminToken)
  const api = await server.clientWith()
  const { body } = await api.listTokens({})
  expect(body.items).toHaveLength(1)
  await api.revokeToken({ params: { id: body.items[0]?.id ?? '' } })
  const next = await server.tokenOfNextStart()
  expect(next).not.toBe(server.adminToken)
  expect((await server.call('GET', '/api/v1/projects', { token: next })).status).toBe(200)
})

test('two environments cannot have the same key, nor can a project be called like the instance', async () => {
  const { call } = await shopServer()
  const again = await call('POST', '/api/v1/projects/shop/environments', {
    body: { key: 'production', class: 'staging' },
  })
  expect([again.status, again.body]).toEqual([409, expect.objectContaining({ code: 'already_exists' })])
  expect((await call('POST', '/api/v1/projects', { body: { key: 'shop' } })).status).toBe(409)
  expect((await call('POST', '/api/v1/projects', { body: { key: 'instance' } })).status).toBe(422)
  expect((await call('GET', `/api/v1/projects/${PLACE.project}/environments/production`)).body).toEqual({
    project: 'shop',
    key: 'production',
    class: 'production',
    protected: true,
    revision: 2,
    origins: [],
    privateAttributes: [],
    requiredPlan: null,
  })
})
