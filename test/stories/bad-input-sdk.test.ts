import { sdkExamples } from '@rampart/contract/openapi'
import { parseAck, parseEventsBatch, parseOutcomes } from '@rampart/contract/wire'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Attacked, JSON_TYPE, problemOf, startAttacked, unlike } from '../support/attacked.ts'
import { FLAG, inEnvironment } from '../support/demo.ts'
import { mutations } from '../support/hostile.ts'

/* The SDK's wire and kill URLs, sent what nobody should send. */

let attacked: Attacked
let before: unknown

beforeAll(async () => {
  attacked = await startAttacked()
}, 60_000)

afterAll(() => attacked.close())

beforeEach(async () => {
  before = await attacked.everything()
})

afterEach(async () => {
  expect(await attacked.everything()).toEqual(before)
})

test('what an SDK sends wrongly is refused, and read by nobody', async () => {
  const cases = [
    { path: '/sdk/v1/events', good: sdkExamples.EventsBatch, read: parseEventsBatch },
    { path: '/sdk/v1/outcomes', good: sdkExamples.OutcomesReport, read: parseOutcomes },
    { path: '/sdk/v1/acks', good: sdkExamples.Ack, read: parseAck },
  ].flatMap(({ path, good, read }) =>
    [...mutations(good)]
      .filter(({ body }) => body !== undefined && !read(JSON.parse(JSON.stringify(body))).ok)
      .map((mutation) => ({ path, ...mutation })),
  )
  expect(cases.length).toBeGreaterThan(200)
  const wrong = await unlike(cases, async ({ path, what, body }) => ({
    what: `${path}: ${what}`,
    answer: await attacked.send(
      { method: 'POST', path, headers: JSON_TYPE, body: JSON.stringify(body) },
      attacked.serverKey,
    ),
    // an acknowledgement is short
    expected: path === '/sdk/v1/acks' && JSON.stringify(body).length > 16_384 ? ['413 too_large'] : ['422 invalid'],
  }))
  expect(wrong).toEqual([])
  const { items } = (await attacked.api.listMetrics(inEnvironment)).body
  expect(items).toEqual([])
}, 120_000)

test('the SDK’s addresses take neither other credentials nor bodies that cannot be read', async () => {
  const addresses = [
    ['GET', '/sdk/v1/snapshot'],
    ['GET', '/sdk/v1/stream'],
    ['POST', '/sdk/v1/events'],
    ['POST', '/sdk/v1/outcomes'],
    ['POST', '/sdk/v1/acks'],
  ] as const
  const credentials: readonly (readonly [string | null, string])[] = [
    [null, '401 unauthenticated'],
    ['nonsense', '401 unauthenticated'],
    [attacked.serverKey.replace('rmp_srv', 'rmp_pub'), '401 unauthenticated'],
    [attacked.adminToken, '403 wrong_kind_of_key'],
    [attacked.keys.kill, '403 wrong_kind_of_key'],
  ]
  const strangers = await unlike(
    addresses.flatMap((address) => credentials.map((credential) => ({ address, credential }))),
    async ({ address: [method, path], credential: [token, expected] }) => ({
      what: `${method} ${path} ${token}`,
      answer: await attacked.send(
        { method, path, headers: JSON_TYPE, ...(method === 'POST' ? { body: '{}' } : {}) },
        token,
      ),
      expected: [expected],
    }),
  )
  expect(strangers).toEqual([])

  const bodies: readonly (readonly [string | Uint8Array, string, string?])[] = [
    ['{', '400 malformed'],
    [new Uint8Array([0xff]), '400 malformed'],
    [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, '400 malformed'],
    ['{"__proto__": {"format": 1}}', '400 malformed'],
    [`"${'x'.repeat(3 << 20)}"`, '413 too_large'],
    ['{}', '415 unsupported_media_type', 'text/plain'],
    ['[]', '422 invalid'],
    ['', '422 invalid'],
  ]
  const unreadable = await unlike(
    ['/sdk/v1/events', '/sdk/v1/outcomes', '/sdk/v1/acks'].flatMap((path) => bodies.map((body) => ({ path, body }))),
    async ({ path, body: [body, expected, type = 'application/json'] }) => ({
      what: `${path} ${String(body).slice(0, 20)}`,
      answer: await attacked.send(
        { method: 'POST', path, headers: { 'content-type': type }, body },
        attacked.serverKey,
      ),
      expected: path === '/sdk/v1/acks' && body.length > 16_384 ? ['413 too_large'] : [expected],
    }),
  )
  expect(unreadable).toEqual([])

  const public_ = await attacked.send(
    { method: 'POST', path: '/sdk/v1/acks', headers: JSON_TYPE, body: '{}' },
    attacked.keys.client,
  )
  expect(problemOf(public_)).toBe('403 wrong_kind_of_key')
})

test('OFREP answers what it cannot read with a failure of its own, and strangers with a problem', async () => {
  const addresses = [
    `/ofrep/v1/evaluate/flags/${FLAG}`,
    '/ofrep/v1/evaluate/flags',
    '/ofrep/v1/evaluate/flags/__proto__',
  ]
  const ask = (
    path: string,
    body: string | Uint8Array,
    { token = attacked.serverKey, type = 'application/json' } = {},
  ) => attacked.send({ method: 'POST', path, headers: { 'content-type': type }, body }, token)
  const unread = [
    '{',
    '[]',
    '"text"',
    '{"context": 1}',
    '{"context": {"targetingKey": 7}}',
    '{"__proto__": {}}',
    `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    new Uint8Array([0xff]),
  ]
  const refused: readonly (readonly [string, { readonly token?: string; readonly type?: string }, string])[] = [
    ['{}', { token: 'nonsense' }, '401 unauthenticated'],
    ['{}', { token: attacked.adminToken }, '403 wrong_kind_of_key'],
    ['{}', { token: attacked.keys.kill }, '403 wrong_kind_of_key'],
    ['{}', { type: 'text/plain' }, '415 unsupported_media_type'],
    [`"${'x'.repeat(1 << 20)}"`, {}, '413 too_large'],
  ]
  for (const path of addresses) {
    for (const body of unread) {
      const { status, body: failure } = await ask(path, body)
      const what = `${path} ${String(body).slice(0, 40)}`
      expect({ what, status, failure }).toMatchObject({
        what,
        status: 400,
        failure: { errorCode: expect.stringMatching(/^(?:PARSE_ERROR|INVALID_CONTEXT)$/) },
      })
    }
    for (const [body, options, expected] of refused) expect(problemOf(await ask(path, body, options))).toBe(expected)
  }
  const { status, body } = await ask(
    '/ofrep/v1/evaluate/flags/constructor',
    '{"context": {"constructor": [1], "a": null}}',
  )
  expect([status, body]).toMatchObject([404, { key: 'constructor', errorCode: 'FLAG_NOT_FOUND' }])
})

test('a kill URL that is none kills nothing, whatever is sent to it', async () => {
  const secrets = [
    'x',
    '__proto__',
    attacked.keys.revoked,
    attacked.adminToken,
    `${attacked.keys.kill}x`,
    attacked.keys.kill.toUpperCase(),
    '%00',
    '%zz',
  ]
  const wrong = await unlike(
    secrets.flatMap((secret) => ['GET', 'POST'].map((method) => ({ secret, method }))),
    async ({ secret, method }) => ({
      what: `${method} /k/${secret}`,
      answer: await attacked.send(
        { method, path: `/k/${secret}`, ...(method === 'POST' ? { body: '{"status": "firing"}' } : {}) },
        null,
      ),
      expected: ['404 not_found', '400 malformed'],
    }),
  )
  expect(wrong).toEqual([])
})
