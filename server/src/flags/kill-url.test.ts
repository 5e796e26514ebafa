import { expect, test } from 'vitest'
import { PLACE, shopServer } from '../test-server.ts'

const OF_FLAG = { params: PLACE }

async function shopWithUrl(scope = 'kill@shop/production/checkout') {
  const server = await shopServer()
  const { api, app } = server
  await api.createFlag({ params: PLACE, body: { key: 'banner' } })
  const { body } = await api.createToken({ body: { kind: 'kill-url', name: 'On call', scopes: [scope] } })
  const url = body.url ?? ''
  const post = async (init: RequestInit = {}, query = '') => {
    const response = await app.request(url + query, { method: 'POST', ...init })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    }
  }
  return { ...server, token: body.item, secret: body.secret, url, post }
}

test('a kill URL is the address of its secret, and kills with a bare POST', async () => {
  const { url, secret, post, api } = await shopWithUrl()
  expect(url).toBe(`http://rampart.test/k/${secret}`)
  const first = await post()
  expect([first.status, first.body]).toEqual([
    200,
    { killed: [{ flag: 'checkout', environment: 'production', revision: 4, already: false }] },
  ])
  expect((await post()).body).toEqual({
    killed: [{ flag: 'checkout', environment: 'production', revision: 4, already: true }],
  })
  expect((await api.getConfig(OF_FLAG)).body.killed).toMatchObject({
    by: { kind: 'token', name: 'On call', via: 'kill-url' },
    reason: null,
  })
})

test('with wait, it says how many SDK instances have it', async () => {
  const { post } = await shopWithUrl()
  expect((await post({}, '?wait=2s')).body).toEqual({
    killed: [{ flag: 'checkout', environment: 'production', revision: 4, already: false }],
    propagation: { instances: 0, holding: 0, slowestMs: null, behind: [] },
  })
})

test('a URL for an environment kills every flag in it', async () => {
  const { post, api } = await shopWithUrl('kill@shop/production')
  expect((await post()).body).toEqual({
    killed: [
      { flag: 'banner', environment: 'production', revision: 4, already: false },
      { flag: 'checkout', environment: 'production', revision: 4, already: false },
    ],
  })
  const elsewhere = await api.getConfig({ params: { ...PLACE, environment: 'development' } })
  expect(elsewhere.body.killed).toBeNull()
})

test('the flags of an environment are killed together: one revision, an audit entry for each', async () => {
  const { post, api } = await shopWithUrl('kill@shop/production')
  await api.killFlag({ params: { ...PLACE, flag: 'banner' }, body: {} })
  const { body } = await post()
  expect(body['killed']).toEqual([
    { flag: 'banner', environment: 'production', revision: 4, already: true },
    { flag: 'checkout', environment: 'production', revision: 5, already: false },
  ])
  expect((await post()).body['killed']).toEqual([
    { flag: 'banner', environment: 'production', revision: 4, already: true },
    { flag: 'checkout', environment: 'production', revision: 5, already: true },
  ])
  const audit = await api.listAudit({ params: { project: 'shop' }, query: { limit: 2 } })
  expect(audit.body.items.map(({ action, subject, revisions }) => [action, subject.key, revisions])).toEqual([
    ['flag.killed', 'checkout', [{ environment: 'production', revision: 5 }]],
    ['flag.killed', 'banner', [{ environment: 'production', revision: 4 }]],
  ])
})

test.each([
  [
    'Alertmanager',
    { version: '4', status: 'firing', commonAnnotations: { summary: 'Error rate over 5%' }, alerts: [] },
  ],
  ['our own', { reason: 'Error rate over 5%' }],
  ['PagerDuty', { event: { event_type: 'incident.triggered', data: { title: 'Error rate over 5%' } } }],
])('the body of %s says why', async (_, body) => {
  const { post, api } = await shopWithUrl()
  await post({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  expect((await api.getConfig(OF_FLAG)).body.killed?.reason).toBe('Error rate over 5%')
})

test.each([
  ['Alertmanager', { status: 'resolved', alerts: [{ status: 'resolved' }] }],
  ['older Grafana', { state: 'ok' }],
  ['PagerDuty', { event: { event_type: 'incident.resolved' } }],
])('an alert of %s that is over kills nothing', async (_, body) => {
  const { post, api } = await shopWithUrl()
  const answer = await post({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  expect([answer.status, answer.body]).toEqual([200, { ignored: 'resolved' }])
  expect((await api.getConfig(OF_FLAG)).body.killed).toBeNull()
})

test.each([
  ['not JSON', 'status=resolved'],
  ['half of it', '{"status":"reso'],
  ['too large', 'x'.repeat(2 << 20)],
])('a body that is %s does not stand in the way', async (_, body) => {
  const { post } = await shopWithUrl()
  expect((await post({ body, headers: { 'content-type': 'application/json' } })).body).toHaveProperty('killed')
})

test('reading the address asks and never acts', async () => {
  const { app, url, api } = await shopWithUrl()
  const page = await app.request(url)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
  const html = await page.text()
  expect(html).toContain('<b>checkout</b> in <b>production</b>')
  expect(html).toContain('<form method="post"')
  expect((await app.request(url, { method: 'HEAD' })).status).toBe(200)
  expect((await api.getConfig(OF_FLAG)).body.killed).toBeNull()
})

test('what people named is text on the page, not markup', async () => {
  const { app, api } = await shopServer()
  const { body } = await api.createToken({
    body: { kind: 'kill-url', name: '<script>alert(1)</script>', scopes: ['kill@shop/production'] },
  })
  const html = await (await app.request(body.url ?? '')).text()
  expect(html).not.toContain('<script')
  expect(html).toContain('&#60;script&#62;')
})

test('a browser is answered with a page', async () => {
  const { app, url } = await shopWithUrl()
  const response = await app.request(`${url}?wait=1s`, { method: 'POST', headers: { accept: 'text/html,*/*' } })
  const html = await response.text()
  expect(html).toContain('<b>checkout</b> in <b>production</b> is killed')
  expect(html).toContain('0 of 0 SDK instances have it')
})

test('a revoked, expired or mistyped URL kills nothing and its secret is not repeated', async () => {
  const { call, api, token, post, secret, advance } = await shopWithUrl()
  const short = await api.createToken({
    body: { kind: 'kill-url', name: 'short', scopes: ['kill@shop/production'], expiresAt: '2026-03-01T12:00:10.000Z' },
  })
  advance(10_000)
  await api.revokeToken({ params: { id: token.id } })
  const answers = [
    await post(),
    await call('POST', `/k/${short.body.secret}`, { token: '' }),
    await call('POST', '/k/rmp_kill_x', { token: '' }),
  ]
  for (const { status, body } of answers) {
    expect([status, body]).toEqual([404, expect.objectContaining({ code: 'not_found', instance: '/k/…' })])
    expect(JSON.stringify(body)).not.toContain(secret)
  }
  expect((await api.getConfig(OF_FLAG)).body.killed).toBeNull()
})

test('a flood is slowed down, and the URL works again a moment later', async () => {
  const { post, advance } = await shopWithUrl()
  const statuses: number[] = []
  for (let i = 0; i < 31; i += 1) statuses.push((await post()).status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(30)
  const slowed = await post()
  expect([slowed.status, slowed.headers.get('retry-after'), slowed.body['code']]).toEqual([429, '1', 'rate_limited'])
  advance(1000)
  expect((await post()).status).toBe(200)
})

test.each([
  ['write@shop/production', 422],
  ['kill@shop', 422],
  ['kill@*/production', 422],
  ['kill@shop/prod', 404],
  ['kill@shop/production/chekcout', 404],
])('a kill URL cannot be made for %s', async (scope, status) => {
  const { call } = await shopServer()
  const body = { kind: 'kill-url', name: 'x', scopes: [scope] }
  expect((await call('POST', '/api/v1/tokens', { body })).status).toBe(status)
})
