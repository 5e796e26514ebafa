import { permits, type Route, routes } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { shopServer } from './test-server.ts'

const TABLE: readonly (Route & { readonly name: string })[] = Object.entries(routes).map(([name, route]) => ({
  name,
  ...route,
}))
const GUARDED = TABLE.filter((route) => route.needs !== 'anyone')
const PARAMS = {
  project: 'shop',
  environment: 'production',
  flag: 'checkout',
  segment: 'beta',
  plan: 'careful',
  id: 'r_1',
}
const IN_PROJECT = { params: PARAMS }

function addressOf({ path }: Route): string {
  return Object.entries(PARAMS).reduce((address, [name, value]) => address.replace(`:${name}`, value), path)
}

/** The names of the routes that do not answer with a status and a code. */
async function unlike(
  table: readonly (Route & { readonly name: string })[],
  expected: readonly [status: number, code: string],
  ask: (method: string, address: string) => Promise<{ readonly status: number; readonly body: unknown }>,
): Promise<readonly unknown[]> {
  const wrong: unknown[] = []
  for (const route of table) {
    const { status, body } = await ask(route.method, addressOf(route))
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
    if (status !== expected[0] || code !== expected[1]) wrong.push([route.name, status, code])
  }
  return wrong
}

test('every route of the contract is served', async () => {
  const { app } = await shopServer()
  const served = new Set(app.routes.map(({ method, path }) => `${method} ${path}`))
  expect(TABLE.filter(({ method, path }) => !served.has(`${method} ${path}`)).map(({ name }) => name)).toEqual([])
})

test('no route but signing in answers without a credential', async () => {
  const { call } = await shopServer()
  expect(await unlike(GUARDED, [401, 'unauthenticated'], (method, path) => call(method, path, { token: '' }))).toEqual(
    [],
  )
  expect(TABLE.filter(({ needs }) => needs === 'anyone').map(({ name }) => name)).toEqual(['signIn'])
})

test('no route takes a key that was mistyped, revoked or never made', async () => {
  const { call, api, tokenWith, adminToken } = await shopServer()
  const revoked = await tokenWith('admin@*')
  const { body } = await api.listTokens({})
  await api.revokeToken({ params: { id: body.items.find(({ name }) => name === 'admin@*')?.id ?? '' } })
  for (const token of [revoked, adminToken.replace('rmp_svc_', 'rmp_pat_'), 'rmp_svc_x']) {
    expect(await unlike(GUARDED, [401, 'unauthenticated'], (method, path) => call(method, path, { token }))).toEqual([])
  }
})

test('no route takes an SDK key or the secret of a kill URL', async () => {
  const { call, api } = await shopServer()
  const server = await api.createSdkKey({ ...IN_PROJECT, body: { kind: 'server', name: 'shop' } })
  const client = await api.createSdkKey({ ...IN_PROJECT, body: { kind: 'client', name: 'shop' } })
  const kill = await api.createToken({ body: { kind: 'kill-url', name: 'kill', scopes: ['kill@shop/production'] } })
  for (const { secret } of [server.body, client.body, kill.body]) {
    expect(
      await unlike(GUARDED, [403, 'wrong_kind_of_key'], (method, path) => call(method, path, { token: secret })),
    ).toEqual([])
  }
})

test('a token that may only read is refused by every route that does more', async () => {
  const { call, tokenWith } = await shopServer()
  const token = await tokenWith('read@*')
  const more = GUARDED.filter(({ needs }) => needs !== 'signed-in' && needs !== 'read')
  expect(more.length).toBeGreaterThan(25)
  expect(await unlike(more, [403, 'forbidden'], (method, path) => call(method, path, { token }))).toEqual([])
})

test('every right of another project or environment is no right here', async () => {
  const { call, tokenWith } = await shopServer()
  const token = await tokenWith('admin@other', 'admin@shop/development', 'admin@shop/production/other-flag')
  const here = GUARDED.filter(({ needs, path }) => needs !== 'signed-in' && path.includes(':project'))
  // a ramp that does not exist is nowhere: its project is asked
  expect(await unlike(here, [403, 'forbidden'], (method, path) => call(method, path, { token }))).toEqual([])
})

test.each(['read', 'write', 'ramp', 'approve', 'kill'] as const)(
  'a token with the verb %s passes exactly where it should',
  async (verb) => {
    const { call, tokenWith } = await shopServer()
    const token = await tokenWith(`${verb}@shop`)
    const wrong: unknown[] = []
    for (const route of GUARDED) {
      if (route.needs === 'signed-in' || !route.path.includes(':project')) continue
      const { status } = await call(route.method, addressOf(route), { token, headers: { 'if-match': '"999999"' } })
      const may = permits([`${verb}@shop`], route.needs as 'read', PARAMS)
      if ((status === 403) === may) wrong.push([route.name, status])
    }
    expect(wrong).toEqual([])
  },
)

test('addresses and methods that do not exist are problems for every kind of caller', async () => {
  const { call } = await shopServer()
  for (const path of ['/api/v2/x', '/sdk/v1/nothing', '/k/a/b', '/api']) {
    const { status, headers, body } = await call('GET', path)
    expect([path, status, headers.get('content-type'), body]).toEqual([
      path,
      404,
      'application/problem+json',
      expect.objectContaining({ code: 'not_found' }),
    ])
  }
  const wrongMethod = await call('DELETE', '/k/secret')
  expect([wrongMethod.status, wrongMethod.headers.get('allow'), wrongMethod.body]).toEqual([
    405,
    'GET, POST',
    expect.objectContaining({ code: 'method_not_allowed', instance: '/k/…' }),
  ])
})

test('health, readiness and version answer anyone', async () => {
  const { call } = await shopServer()
  const ask = async (path: string) => (await call('GET', path, { token: '' })).body
  expect(await ask('/healthz')).toEqual({ status: 'ok' })
  expect(await ask('/readyz')).toEqual({ status: 'ok' })
  expect(await ask('/startupz')).toEqual({ status: 'ok' })
  expect(await ask('/version')).toEqual({ name: 'rampart', version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
})

test('every answer says how a browser must treat it, and carries its request id', async () => {
  const { call } = await shopServer()
  const { headers } = await call('GET', '/api/v1/session', { headers: { 'x-request-id': 'build-7' } })
  expect({
    id: headers.get('x-request-id'),
    sniff: headers.get('x-content-type-options'),
    frame: headers.get('x-frame-options'),
    policy: headers.get('content-security-policy'),
    cache: headers.get('cache-control'),
  }).toEqual({
    id: 'build-7',
    sniff: 'nosniff',
    frame: 'DENY',
    policy: "default-src 'none'; frame-ancestors 'none'",
    cache: 'no-store',
  })
})
