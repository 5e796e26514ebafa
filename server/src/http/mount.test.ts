import { Hono } from 'hono'
import pino from 'pino'
import { expect, test } from 'vitest'
import type { App, AppEnv } from './app-env.ts'
import type { Auth, Principal } from './auth.ts'
import { handleErrors } from './errors.ts'
import { mount, type RouteRequest } from './mount.ts'
import { identifyRequests } from './requests.ts'

const CONFIG = '/api/v1/projects/demo/environments/production/flags/checkout'
const writer: Principal = { kind: 'token', id: 't_1', name: 'deploy', scopes: ['write@demo'] }

function appWith(principal: Principal = writer): App {
  const app: App = new Hono<AppEnv>()
  const auth: Auth = {
    principal: () => Promise.resolve(principal),
    sdkKey: () => Promise.reject(new Error('no SDK key is asked for here')),
  }
  identifyRequests(app, { auth, log: pino({ enabled: false }) })
  handleErrors(app)
  return app
}

/** An app that answers 404, after noting how it was asked to set a rollout. */
function listening(principal?: Principal) {
  const app = appWith(principal)
  const heard: RouteRequest<'setRollout'>[] = []
  mount(app, 'setRollout', (request) => {
    heard.push(request)
    return Promise.reject(new Error('heard'))
  })
  return { app, heard }
}

function post(
  app: App,
  path: string,
  body: string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  return Promise.resolve(app.request(path, { method: 'POST', body, headers }))
}

test('a handler gets path, body, asker and precondition as the contract types them', async () => {
  const { app, heard } = listening()
  await post(app, `${CONFIG}/rollout`, '{"percent":12.5}', {
    'content-type': 'application/json; charset=utf-8',
    'if-match': 'W/"41"',
    'x-rampart-comment': 'caf%C3%A9',
    'x-rampart-via': 'cli',
    'x-request-id': 'build-77',
  })
  const { signal, ...rest } = heard[0] ?? {}
  expect(signal).toBeInstanceOf(AbortSignal)
  expect(rest).toEqual({
    params: { project: 'demo', environment: 'production', flag: 'checkout' },
    query: {},
    body: { percent: 12.5 },
    principal: writer,
    asker: {
      actor: { kind: 'token', id: 't_1', name: 'deploy', via: 'cli' },
      comment: 'café',
      request: { id: 'build-77', address: null },
    },
    ifMatch: 41,
  })
})

test('an unknown member is refused with the nearest one that is known', async () => {
  const { app } = listening()
  const response = await post(app, `${CONFIG}/rollout`, '{"percent":10,"variatoin":"on"}', {
    'content-type': 'application/json',
    'x-request-id': 'r1',
  })
  expect(response.status).toBe(422)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toEqual({
    type: '/problems/invalid',
    title: 'The request is not valid',
    status: 422,
    detail: '/variatoin is not known here (did you mean variation?). Nothing was changed.',
    instance: `${CONFIG}/rollout`,
    code: 'invalid',
    requestId: 'r1',
    retryable: false,
    errors: [{ pointer: '/variatoin', message: 'is not known here', nearest: 'variation' }],
  })
})

test('a mistake deep inside a union is told where it is', async () => {
  const app = appWith()
  mount(app, 'putConfig', () => Promise.reject(new Error('unreachable')))
  const rule = (operator: string) => ({
    id: 'beta',
    name: null,
    paused: false,
    when: { all: [{ attribute: 'country', operator, operand: 'DE' }] },
    serve: { variation: 'on' },
  })
  const settings = {
    on: true,
    off: 'off',
    prerequisites: [],
    layer: null,
    rules: [rule('contians')],
    everyoneElse: { variation: 'off', rolout: 1 },
  }
  const response = await app.request(CONFIG, {
    method: 'PUT',
    body: JSON.stringify(settings),
    headers: { 'content-type': 'application/json' },
  })
  const { errors } = (await response.json()) as { errors: { pointer: string; nearest?: string }[] }
  expect(errors.map(({ pointer, nearest }) => [pointer, nearest])).toEqual([
    ['/rules/0/when/all/0/operator', 'contains'],
    ['/everyoneElse/rolout', 'rollout'],
  ])
})

test.each([
  ['"41x"', 'If-Match must be one revision in quotes'],
  ['41', 'If-Match must be one revision in quotes'],
])('the precondition %s is malformed', async (ifMatch, detail) => {
  const { app } = listening()
  const response = await post(app, `${CONFIG}/rollout`, '{"percent":1}', {
    'content-type': 'application/json',
    'if-match': ifMatch,
  })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain(detail)
})

test.each([
  ['{"percent":', 400, 'malformed'],
  ['{"percent":1,"__proto__":{}}', 400, 'malformed'],
  [`${'['.repeat(100)}${']'.repeat(100)}`, 400, 'malformed'],
  [`{"variation":"${'x'.repeat(1 << 20)}"}`, 413, 'too_large'],
  ['{"percent":101}', 422, 'invalid'],
  ['[]', 422, 'invalid'],
])('a body that is no good is refused (%#)', async (body, status, code) => {
  const { app, heard } = listening()
  const response = await post(app, `${CONFIG}/rollout`, body)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code })
  expect(heard).toEqual([])
})

test('a body that is not UTF-8 is malformed', async () => {
  const { app } = listening()
  const response = await app.request(`${CONFIG}/rollout`, {
    method: 'POST',
    body: Uint8Array.of(0x22, 0xff, 0x22),
    headers: { 'content-type': 'application/json' },
  })
  expect(response.status).toBe(400)
})

test('a body of another type is refused, an empty one is an empty object', async () => {
  const { app, heard } = listening()
  const form = await post(app, `${CONFIG}/rollout`, 'percent=1', {
    'content-type': 'application/x-www-form-urlencoded',
  })
  expect(form.status).toBe(415)
  const empty = await app.request(`${CONFIG}/rollout`, { method: 'POST' })
  expect(await empty.json()).toMatchObject({ code: 'invalid', errors: [{ pointer: '/percent' }] })
  expect(heard).toEqual([])
})

test('a lenient route reads what is JSON and shrugs at the rest', async () => {
  const app = appWith()
  const bodies: unknown[] = []
  mount(
    app,
    'killFlag',
    ({ body }) => {
      bodies.push(body)
      return Promise.reject(new Error('heard'))
    },
    { lenient: true },
  )
  await post(app, `${CONFIG}/kill`, 'please=now', { 'content-type': 'application/x-www-form-urlencoded' })
  await post(app, `${CONFIG}/kill`, '{"reason":"5xx"}', { 'content-type': 'text/plain' })
  await app.request(`${CONFIG}/kill`, { method: 'POST' })
  expect(bodies).toEqual([{}, { reason: '5xx' }, {}])
})

test('a credential without the verb is told which one it lacks', async () => {
  const { app, heard } = listening({ ...writer, scopes: ['read@*', 'write@demo/staging', 'kill@demo/production'] })
  const response = await post(app, `${CONFIG}/rollout`, 'not even JSON')
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ code: 'forbidden', permission: 'write@demo/production/checkout' })
  expect(heard).toEqual([])
})

test('query parameters are checked like everything else', async () => {
  const app = appWith()
  mount(app, 'getPropagation', () => Promise.reject(new Error('unreachable')))
  const unknown = await app.request(`${CONFIG}/propagation?wiat=5s`)
  expect(await unknown.json()).toMatchObject({ status: 422, errors: [{ pointer: '?wiat', nearest: 'wait' }] })
  const wrong = await app.request(`${CONFIG}/propagation?wait=soon`)
  expect(await wrong.json()).toMatchObject({ status: 422, errors: [{ pointer: '?wait' }] })
})

test('a key that cannot be one is refused by name', async () => {
  const app = appWith({ ...writer, scopes: ['admin@*'] })
  mount(app, 'getProject', () => Promise.reject(new Error('unreachable')))
  const response = await app.request('/api/v1/projects/a%20b')
  expect(await response.json()).toMatchObject({ status: 422, errors: [{ pointer: ':project' }] })
})

test('an answer carries its tag, and is not repeated to who holds it', async () => {
  const app = appWith()
  mount(app, 'getProject', () => Promise.resolve({ body: { key: 'demo', name: 'Demo', version: 3 }, etag: 3 }))
  const fresh = await app.request('/api/v1/projects/demo')
  expect([fresh.status, fresh.headers.get('etag'), await fresh.json()]).toEqual([
    200,
    '"3"',
    { key: 'demo', name: 'Demo', version: 3 },
  ])
  const held = await app.request('/api/v1/projects/demo', { headers: { 'if-none-match': '"2", W/"3"' } })
  expect([held.status, await held.text()]).toEqual([304, ''])
})

test('a wrong method and a wrong address are problems too', async () => {
  const { app } = listening()
  const method = await app.request(`${CONFIG}/rollout`)
  expect([method.status, method.headers.get('allow')]).toEqual([405, 'POST'])
  expect(await method.json()).toMatchObject({ code: 'method_not_allowed' })
  const address = await app.request('/api/v1/nothing')
  expect(await address.json()).toMatchObject({ status: 404, code: 'not_found' })
})

test('an unexpected error is answered with the id of its log line and nothing else', async () => {
  const { app } = listening()
  const response = await post(app, `${CONFIG}/rollout`, '{"percent":1}', {
    'content-type': 'application/json',
    'x-request-id': 'r2',
  })
  expect(await response.json()).toMatchObject({
    status: 500,
    code: 'internal',
    detail: 'An unexpected error was logged as request r2.',
    retryable: true,
  })
})
