import { SDK_PATHS } from '@rampart/contract/wire'
import { describe, expect, test } from 'vitest'
import { newSecret } from '../keys/secrets.ts'
import { isEvent, read } from './test-reader.ts'
import { PLACE, startTestServer, type TestServer } from './test-server.ts'

const SHOP = 'https://shop.test'
const OTHER = 'https://other.test'

interface Asked {
  readonly key?: string
  readonly origin?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks as a page of an origin would. */
function ask(server: TestServer, path: string, { key, origin, method = 'GET', headers = {} }: Asked) {
  return fetch(server.url + path, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(origin !== undefined && { origin }),
      ...headers,
    },
  })
}

/** What a browser looks at before it hands an answer to a page. */
function readable({ headers }: Response) {
  return [headers.get('access-control-allow-origin'), headers.get('access-control-expose-headers')]
}

const TO_EVERYBODY = ['*', 'ETag, Retry-After, X-Request-Id']
const TO_NOBODY = [null, null]

async function withOrigins(...origins: readonly string[]): Promise<TestServer> {
  const server = await startTestServer()
  const { revision: _, ...environment } = (await server.store.environment(PLACE)) ?? { revision: 0 }
  if (!('key' in environment)) throw new Error('the test server has no environment')
  await server.store.commit({
    scope: PLACE.project,
    at: Date.now(),
    asker: {
      actor: { kind: 'system', id: 'system', name: 'Rampart' },
      comment: null,
      request: { id: 'test', address: null },
    },
    writes: [{ put: 'environment_settings', environment: { ...environment, origins: [...origins] } }],
    changes: [{ environment: PLACE.environment }],
    audit: [],
  })
  return server
}

describe('a preflight', () => {
  const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }

  test.each(Object.values(SDK_PATHS))('of %s is told what may be asked, and to remember it', async (path) => {
    const server = await startTestServer()
    const response = await ask(server, path, { origin: SHOP, method: 'OPTIONS', headers: preflight })
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'Authorization, Content-Type, If-None-Match, Last-Event-ID, X-API-Key',
      'access-control-max-age': '7200',
    })
  })

  test('of the management API is told nothing', async () => {
    const server = await startTestServer()
    const response = await ask(server, '/api/v1/projects', { origin: SHOP, method: 'OPTIONS', headers: preflight })
    expect(readable(response)).toEqual(TO_NOBODY)
  })

  test('that is none is a method like any other', async () => {
    const server = await startTestServer()
    const response = await ask(server, SDK_PATHS.snapshot, { origin: SHOP, method: 'OPTIONS' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET'])
  })
})

describe('where no origins are listed', () => {
  test('pages of every origin may use a client key', async () => {
    const server = await startTestServer()
    for (const origin of [SHOP, 'null', undefined]) {
      const response = await ask(server, SDK_PATHS.snapshot, {
        key: server.keys.client,
        ...(origin !== undefined && { origin }),
      })
      expect([response.status, readable(response)]).toEqual([200, TO_EVERYBODY])
    }
  })

  test('they may read a stream', async () => {
    const server = await startTestServer()
    const stream = await read(server.url + SDK_PATHS.stream, { key: server.keys.client, origin: SHOP })
    await stream.find(isEvent('put'))
    expect(stream.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag, Retry-After, X-Request-Id',
      'cross-origin-resource-policy': 'cross-origin',
    })
  })

  test('they may read that nothing has changed, and that they are refused', async () => {
    const server = await startTestServer()
    const unchanged = await ask(server, SDK_PATHS.snapshot, {
      key: server.keys.client,
      origin: SHOP,
      headers: { 'if-none-match': '"1"' },
    })
    expect([unchanged.status, readable(unchanged), unchanged.headers.get('etag')]).toEqual([304, TO_EVERYBODY, '"1"'])
    for (const key of [newSecret('client-sdk'), 'rmp_pub_mistyped']) {
      const refused = await ask(server, SDK_PATHS.snapshot, { key, origin: SHOP })
      expect([refused.status, readable(refused)]).toEqual([401, TO_EVERYBODY])
      expect(await refused.json()).toMatchObject({ code: 'unauthenticated' })
    }
  })

  test('a server key works, but no page can read what it gets', async () => {
    const server = await startTestServer()
    const response = await ask(server, SDK_PATHS.snapshot, { key: server.keys.server, origin: SHOP })
    expect([response.status, readable(response)]).toEqual([200, TO_NOBODY])
    const stream = await read(server.url + SDK_PATHS.stream, { key: server.keys.server, origin: SHOP })
    expect(stream.headers['access-control-allow-origin']).toBeUndefined()
    for (const key of [undefined, newSecret('server-sdk'), 'rmp_svc_x']) {
      const refused = await ask(server, SDK_PATHS.snapshot, { origin: SHOP, ...(key !== undefined && { key }) })
      expect(readable(refused)).toEqual(TO_NOBODY)
    }
  })
})

describe('where origins are listed', () => {
  test('pages of others are refused, and can read why', async () => {
    const server = await withOrigins(SHOP)
    for (const path of [SDK_PATHS.snapshot, SDK_PATHS.stream]) {
      for (const origin of [OTHER, 'null', `${SHOP}.evil.test`, 'http://shop.test', `${SHOP}:8443`]) {
        const response = await ask(server, path, { key: server.keys.client, origin })
        expect([response.status, readable(response)]).toEqual([403, TO_EVERYBODY])
        expect(await response.json()).toMatchObject({
          code: 'forbidden',
          detail: `Pages of ${origin} may not use keys of shop/production.`,
        })
      }
    }
  })

  test('those that are listed read on, and so does whoever is no page', async () => {
    const server = await withOrigins('https://www.shop.test', SHOP)
    const listed = await ask(server, SDK_PATHS.snapshot, { key: server.keys.client, origin: SHOP })
    expect([listed.status, readable(listed)]).toEqual([200, TO_EVERYBODY])
    const program = await ask(server, SDK_PATHS.snapshot, { key: server.keys.client })
    expect(program.status).toBe(200)
    const serverKey = await ask(server, SDK_PATHS.snapshot, { key: server.keys.server, origin: OTHER })
    expect(serverKey.status).toBe(200)
  })
})

describe('a beacon', () => {
  /** As `navigator.sendBeacon` sends a text: no header of the page's, and a type that needs no preflight. */
  function beacon(server: TestServer, key: string, origin = SHOP) {
    return fetch(`${server.url}${SDK_PATHS.events}?key=${key}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain;charset=UTF-8', origin },
      body: JSON.stringify({
        format: 1,
        batch: 'last-words',
        instance: 'a-page',
        sdk: { name: '@rampart/browser', version: '0.1.0' },
        revision: 1,
        spanMs: 2_000,
        evaluations: [],
      }),
    })
  }

  test('is taken with a client key in its address', async () => {
    const server = await startTestServer()
    const response = await beacon(server, server.keys.client)
    expect([response.status, readable(response)]).toEqual([202, TO_EVERYBODY])
  })

  test('is not taken with a server key there, nor from a page of another origin', async () => {
    const server = await withOrigins(SHOP)
    expect((await beacon(server, server.keys.server)).status).toBe(403)
    expect((await beacon(server, server.keys.client, OTHER)).status).toBe(403)
    expect((await beacon(server, server.keys.client)).status).toBe(202)
  })

  test('is the only request whose key may stand in its address', async () => {
    const server = await startTestServer()
    for (const path of [SDK_PATHS.snapshot, SDK_PATHS.stream]) {
      expect((await fetch(`${server.url}${path}?key=${server.keys.client}`)).status).toBe(401)
    }
  })
})
