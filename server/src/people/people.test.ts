import { expect, test } from 'vitest'
import { shopServer, type TestServer, testServer } from '../test-server.ts'

const SITE = { 'sec-fetch-site': 'same-origin' }

function linkIn(signInUrl: string): string {
  const url = new URL(signInUrl)
  expect(url.origin + url.pathname).toBe('http://rampart.test/sign-in')
  return url.searchParams.get('token') ?? ''
}

function use(call: TestServer['call'], token: string, headers = {}) {
  return call('POST', '/api/v1/session', { token: '', body: { token }, headers })
}

/** The cookie that a signed-in browser sends. */
async function signedIn(server: TestServer) {
  const answer = await use(server.call, linkIn(await server.signInUrl()))
  const cookie = answer.headers.get('set-cookie') ?? ''
  return { answer, cookie, headers: { cookie: cookie.split(';')[0] ?? '' } }
}

test('the first administrator signs in with the link of the console', async () => {
  const server = await testServer()
  const { answer, cookie, headers } = await signedIn(server)
  const administrator = { kind: 'person', id: expect.stringMatching(/^p_/), name: 'Administrator', scopes: ['admin@*'] }
  expect([answer.status, answer.body]).toEqual([200, administrator])
  expect(cookie).toMatch(/^rampart_session=[a-z2-7]{32}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/)
  expect((await server.call('GET', '/api/v1/session', { token: '', headers })).body).toEqual(administrator)
})

test('a link is good for one use', async () => {
  const { call, signInUrl } = await testServer()
  const link = linkIn(await signInUrl())
  expect((await use(call, link)).status).toBe(200)
  const again = await use(call, link)
  expect([again.status, again.body, again.headers.get('set-cookie')]).toEqual([
    401,
    expect.objectContaining({ code: 'unauthenticated' }),
    null,
  ])
})

test('a link is good for a day', async () => {
  const { call, signInUrl, advance } = await testServer()
  const [early, late] = [linkIn(await signInUrl()), linkIn(await signInUrl())]
  advance(86_399_999)
  expect((await use(call, early)).status).toBe(200)
  advance(1)
  expect((await use(call, late)).status).toBe(401)
})

test('a session ends with its sign-out, and after thirty days', async () => {
  const server = await testServer()
  const { call, advance } = server
  const [one, two] = [await signedIn(server), await signedIn(server)]
  const whoami = async (headers: Record<string, string>) =>
    (await call('GET', '/api/v1/session', { token: '', headers })).status
  const out = await call('DELETE', '/api/v1/session', { token: '', headers: { ...one.headers, ...SITE } })
  expect([out.status, out.headers.get('set-cookie')]).toEqual([
    204,
    expect.stringContaining('rampart_session=; Max-Age=0'),
  ])
  expect([await whoami(one.headers), await whoami(two.headers)]).toEqual([401, 200])
  advance(30 * 86_400_000)
  expect(await whoami(two.headers)).toBe(401)
})

test.each([
  ['a page of this server', { 'sec-fetch-site': 'same-origin' }, 201],
  [
    'a page of this server, in a browser that only says the origin',
    { origin: 'http://rampart.test', host: 'rampart.test' },
    201,
  ],
  ['a page of this server behind a proxy', { origin: 'http://rampart.test', host: 'internal:4280' }, 201],
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://evil.test' }, 403],
  ['another host of the same site', { 'sec-fetch-site': 'same-site', origin: 'http://blog.rampart.test' }, 403],
  ['another site in an older browser', { origin: 'http://evil.test' }, 403],
  ['nobody who says so', {}, 403],
])('a session writes for %s', async (_, from, status) => {
  const server = await testServer()
  const { headers } = await signedIn(server)
  const answer = await server.call('POST', '/api/v1/projects', {
    token: '',
    body: { key: 'x' },
    headers: { ...headers, ...from },
  })
  expect(answer.status).toBe(status)
})

test('a person is added with a link, and may do what their scopes say', async () => {
  const server = await shopServer()
  const { api, call } = server
  const { body } = await api.createPerson({ body: { name: 'Ana', scopes: ['read@shop'] } })
  const { headers } = await use(call, linkIn(body.signInUrl))
  const cookie = { cookie: headers.get('set-cookie')?.split(';')[0] ?? '', ...SITE }
  expect((await call('GET', '/api/v1/projects/shop/flags', { token: '', headers: cookie })).status).toBe(200)
  const refused = await call('POST', '/api/v1/projects/shop/flags', { token: '', body: { key: 'x' }, headers: cookie })
  expect([refused.status, refused.body]).toEqual([403, expect.objectContaining({ permission: 'write@shop' })])
})

test('a new link for a person is one more way in, and the audit of the instance has it', async () => {
  const { api, call, store } = await testServer().then(async (server) => ({
    ...server,
    api: await server.clientWith(),
  }))
  const { body } = await api.createPerson({ body: { name: 'Ana', scopes: ['read@*'] } })
  const link = await api.createSignInLink({ params: { id: body.item.id }, body: {} })
  expect((await use(call, linkIn(link.body.signInUrl))).body).toMatchObject({ name: 'Ana' })
  expect(
    (await store.audit({ scope: 'instance', limit: 3 })).map(({ action, actor, words }) => [action, actor.kind, words]),
  ).toEqual([
    ['person.signed_in', 'person', 'Ana signed in.'],
    ['person.link_created', 'token', 'A sign-in link was made for Ana.'],
    ['person.created', 'token', 'Ana was added: read@*.'],
  ])
  expect((await call('POST', '/api/v1/people/p_nobody/sign-in-link')).status).toBe(404)
})

test('the console’s link is always for the same administrator', async () => {
  const { signInUrl, clientWith } = await testServer()
  await signInUrl()
  await signInUrl()
  const api = await clientWith()
  expect((await api.listPeople({})).body.items.map(({ name }) => name)).toEqual(['Administrator'])
})
