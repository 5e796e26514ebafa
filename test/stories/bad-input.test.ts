import { routes } from '@rampart/contract/admin'
import { bodyExamples, operations } from '@rampart/contract/openapi'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  type Attacked,
  goodBody,
  JSON_TYPE,
  type Name,
  type Named,
  startAttacked,
  table,
  unlike,
} from '../support/attacked.ts'
import { ofFlag } from '../support/demo.ts'
import { mutations, type RawRequest } from '../support/hostile.ts'

/*
 * What is wrong is refused with a problem that says what, whichever address it is sent to; nothing is changed by it, and the
 * server never fails.
 */

let attacked: Attacked
let before: unknown

const withBody = table.filter(({ body }) => body !== null)
/** An emergency command takes what an alerting system sends, as long as it does not claim to be JSON. */
const LENIENT = new Set<Name>(['killFlag'])
/** Long lists of rules and of ids are what these are for. */
const LARGE = new Set<Name>(['putConfig', 'putSegment'])

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

test('a value of the wrong type, out of range or not known is invalid at every place of every body', async () => {
  const cases = withBody.flatMap((route) =>
    [...mutations(goodBody(route.name))]
      .filter(({ body }) => body !== undefined && route.body?.safeParse(body).success === false)
      .map((mutation) => ({ route, ...mutation })),
  )
  expect(cases.length).toBeGreaterThan(1_000)
  const told: string[] = []
  const wrong = await unlike(cases, async ({ route, what, body }) => {
    const answer = await attacked.send({
      method: route.method,
      path: attacked.pathOf(route),
      headers: { ...JSON_TYPE, 'if-match': '"999999"' },
      body: JSON.stringify(body),
    })
    const { errors } = answer.body as { readonly errors?: readonly { readonly pointer: string }[] }
    if (errors === undefined || errors.length === 0) told.push(`${route.name}: ${what}`)
    return { what: `${route.name}: ${what}`, answer, expected: ['422 invalid'] }
  })
  expect(wrong).toEqual([])
  // each says where
  expect(told).toEqual([])
}, 240_000)

test('150% is invalid wherever a share is asked for', async () => {
  const shares: readonly (readonly [Name, unknown])[] = [
    ['setRollout', { percent: 150 }],
    ['startRamp', { steps: '150%', guards: [] }],
    ['startRamp', { steps: [{ percent: 150 }], guards: [] }],
    ['startRamp', { steps: '1%:10m,100%', guards: [], from: 150 }],
    ['putPlan', { steps: '10%:5m,150%', guards: [] }],
    ['advanceRamp', { to: 150 }],
    [
      'putConfig',
      { ...bodyExamples.putConfig, everyoneElse: { variation: 'on', rollout: { percent: 150, otherwise: 'off' } } },
    ],
    ['putConfig', { ...bodyExamples.putConfig, everyoneElse: { split: { weights: { on: 100_000, off: 50_000 } } } }],
  ]
  const revision = (await attacked.api.getConfig(ofFlag)).body.revision
  const wrong = await unlike(shares, async ([name, body]) => ({
    what: `${name} ${JSON.stringify(body)}`,
    answer: await attacked.send({
      method: routes[name].method,
      path: attacked.pathOf(routes[name]),
      headers: { ...JSON_TYPE, ...(name === 'putConfig' ? { 'if-match': `"${revision}"` } : {}) },
      body: JSON.stringify(body),
    }),
    // that of a flag that ramps is refused before its plan is looked at
    expected: name === 'startRamp' ? ['422 invalid', '409 ramp_active'] : ['422 invalid'],
  }))
  expect(wrong).toEqual([])
})

test('a body that cannot be read is a problem that says why', async () => {
  const deep = 10_000
  const bodies: readonly (readonly [
    what: string,
    body: string | Uint8Array,
    expected: string,
    headers?: Record<string, string>,
  ])[] = [
    ['no JSON', '{"on": tru', '400 malformed'],
    ['two values', '{} {}', '400 malformed'],
    ['NaN', '{"percent": NaN}', '400 malformed'],
    ['a comment', '{/* on */}', '400 malformed'],
    ['no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), '400 malformed'],
    ['UTF-16', Buffer.from('{"on":true}', 'utf16le'), '400 malformed'],
    ['compressed', new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0]), '400 malformed', { 'content-encoding': 'gzip' }],
    ['10,000 lists deep', `${'['.repeat(deep)}${']'.repeat(deep)}`, '400 malformed'],
    ['10,000 objects deep', `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`, '400 malformed'],
    ['__proto__', '{"__proto__": {"on": true}}', '400 malformed'],
    ['__proto__ inside', '{"everyoneElse": {"__proto__": {}}}', '400 malformed'],
    ['__proto__ in disguise', '{"\\u005f_proto__": {}}', '400 malformed'],
    ['2 MiB', JSON.stringify({ reason: 'x'.repeat(2 << 20) }), '413 too_large'],
    ['2 MiB of what is no JSON', 'x'.repeat(2 << 20), '413 too_large'],
    ['a number beyond all numbers', '1e999', '422 invalid'],
  ]
  const cases = withBody.flatMap((route) => bodies.map((one) => ({ route, one })))
  const wrong = await unlike(cases, async ({ route, one: [what, body, expected, headers] }) => ({
    what: `${route.name}: ${what}`,
    answer: await attacked.send({
      method: route.method,
      path: attacked.pathOf(route),
      headers: { ...JSON_TYPE, ...headers },
      body,
    }),
    expected: expected === '413 too_large' && LARGE.has(route.name) ? ['422 invalid', '400 malformed'] : [expected],
  }))
  expect(wrong).toEqual([])
}, 240_000)

test('a body that is declared as something else is not read', async () => {
  const types = [
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    '',
  ]
  const cases = withBody
    .filter(({ name }) => !LENIENT.has(name))
    .flatMap((route) => types.map((type) => ({ route, type })))
  const wrong = await unlike(cases, async ({ route, type }) => ({
    what: `${route.name}: ${type}`,
    answer: await attacked.send({
      method: route.method,
      path: attacked.pathOf(route),
      headers: type === '' ? {} : { 'content-type': type },
      body: JSON.stringify(goodBody(route.name)),
    }),
    expected: ['415 unsupported_media_type'],
  }))
  expect(wrong).toEqual([])
})

test('an address with a name that cannot be, or that nothing has, is a problem', async () => {
  const names = [
    '..%2f..%2fetc%2fpasswd',
    '%2Fetc',
    'a%2Fb',
    '%00',
    '%',
    '%zz',
    '%ff',
    '%F0%9F%92%A9',
    'a%20b',
    'x'.repeat(129),
    'x'.repeat(4_000),
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ]
  const cases = table.flatMap((route) =>
    [...route.path.matchAll(/:([a-z]+)/gi)]
      .flatMap(([, param = '']) => names.map((name) => ({ route, param, name })))
      // a metric of which nothing was reported yet
      .filter(({ param, name }) => !(route.name === 'getMetricTotals' && param === 'metric' && name === 'constructor')),
  )
  const wrong = await unlike(cases, async ({ route, param, name }) => ({
    what: `${route.name} with ${param} ${name.slice(0, 30)}`,
    answer: await attacked.send({
      method: route.method,
      path: attacked.pathOf(route, { [param]: name }),
      ...bodyFor(route, param),
    }),
    expected: ['400 malformed', '404 not_found', '422 invalid'],
  }))
  expect(wrong).toEqual([])
}, 240_000)

/** A good one, except where a name that nothing has is made by asking: those are sent one that is not. */
function bodyFor(route: Named, param: string): Partial<RawRequest> {
  if (route.body === null) return {}
  const makes = route.method === 'PUT' && route.path.endsWith(`/:${param}`)
  return { headers: JSON_TYPE, body: makes ? '{"nonsense": 1}' : JSON.stringify(goodBody(route.name)) }
}

test('dots in an address lead to another address, where nothing is written', async () => {
  const cases = table
    .filter(({ method }) => method !== 'GET')
    .flatMap((route) =>
      [...route.path.matchAll(/:([a-z]+)/gi)].flatMap(([, param = '']) =>
        ['..', '.', '%2e%2e', '%2E.'].map((name) => ({ route, param, name })),
      ),
    )
  const wrong = await unlike(cases, async ({ route, param, name }) => ({
    what: `${route.name} with ${param} ${name}`,
    answer: await attacked.send({
      method: route.method,
      path: attacked.pathOf(route, { [param]: name }),
      headers: JSON_TYPE,
      body: '{"nonsense": 1}',
    }),
    expected: ['404 not_found', '405 method_not_allowed', '422 invalid'],
  }))
  expect(wrong).toEqual([])
})

test('a query that is not known, or has values that cannot be, is invalid', async () => {
  const queries = ['nonsense=1', '__proto__=1', 'constructor=x', 'Limit=1']
  const wrong = await unlike(
    table.flatMap((route) => queries.map((query) => ({ route, query }))),
    async ({ route, query }) => ({
      what: `${route.name}?${query}`,
      answer: await attacked.send({
        method: route.method,
        path: `${attacked.pathOf(route)}?${query}`,
        headers: { ...JSON_TYPE, 'if-match': '"999999"' },
        ...(route.body === null ? {} : { body: JSON.stringify(goodBody(route.name)) }),
      }),
      expected: ['422 invalid'],
    }),
  )
  expect(wrong).toEqual([])

  const values: readonly (readonly [name: Name, query: string])[] = [
    ...['NaN', '-1', '0', '1e9', '201', '', 'x', '1.5', '0x10', '9007199254740993'].map(
      (limit) => ['listFlags', `limit=${limit}`] as const,
    ),
    ['listAudit', 'cursor=%00'],
    ['listAudit', 'cursor=bm90IGEgbnVtYmVy'],
    ['listAudit', `cursor=${'x'.repeat(600)}`],
    ['listAudit', 'subject=nobody'],
    ['listRamps', 'state=__proto__'],
    ['getRamp', 'wait=forever'],
    ['getRamp', 'version=NaN'],
    ['killFlag', 'wait=-5s'],
    ['getEvaluations', 'from=yesterday'],
    ['getEvaluations', 'from=2026-13-45T99:00:00Z'],
    ['getMetricTotals', 'to=1e999'],
  ]
  const refused = await unlike(values, async ([name, query]) => ({
    what: `${name}?${query}`,
    answer: await attacked.send({ method: routes[name].method, path: `${attacked.pathOf(routes[name])}?${query}` }),
    expected: ['422 invalid', '400 malformed'],
  }))
  expect(refused).toEqual([])
})

test('a credential that is bad, over, of the wrong kind or too weak opens nothing', async () => {
  const guarded = table.filter(({ needs }) => needs !== 'anyone')
  const credentials: readonly (readonly [what: string, token: string | null, expected: string])[] = [
    ['none', null, '401 unauthenticated'],
    ['nonsense', 'nonsense', '401 unauthenticated'],
    ['mistyped', attacked.adminToken.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')), '401 unauthenticated'],
    ['another prefix', attacked.adminToken.replace('rmp_svc', 'rmp_pat'), '401 unauthenticated'],
    ['revoked', attacked.keys.revoked, '401 unauthenticated'],
    ['expired', attacked.keys.expired, '401 unauthenticated'],
    ['very long', 'x'.repeat(8_000), '401 unauthenticated'],
    ['a server key', attacked.serverKey, '403 wrong_kind_of_key'],
    ['a client key', attacked.keys.client, '403 wrong_kind_of_key'],
    ['a kill URL’s secret', attacked.keys.kill, '403 wrong_kind_of_key'],
  ]
  const cases = guarded.flatMap((route) => credentials.map((credential) => ({ route, credential })))
  const wrong = await unlike(cases, async ({ route, credential: [what, token, expected] }) => ({
    what: `${route.name} with ${what}`,
    answer: await attacked.send(
      {
        method: route.method,
        path: attacked.pathOf(route),
        headers: JSON_TYPE,
        ...(route.body === null ? {} : { body: JSON.stringify(goodBody(route.name)) }),
      },
      token,
    ),
    expected: [expected],
  }))
  expect(wrong).toEqual([])

  const more = guarded.filter(({ needs }) => needs !== 'read' && needs !== 'signed-in')
  const weak = await unlike(more, async (route) => ({
    what: `${route.name} with read@*`,
    answer: await attacked.send(
      { method: route.method, path: attacked.pathOf(route), headers: JSON_TYPE, body: '{}' },
      attacked.keys.read,
    ),
    expected: ['403 forbidden'],
  }))
  expect(weak).toEqual([])
}, 240_000)

test('a precondition that cannot be read, or does not hold, changes nothing and shows what there is', async () => {
  const takes = table.filter(({ name }) => operations[name].takesIfMatch === true)
  expect(takes.length).toBeGreaterThan(4)
  const headers = ['41', '"x"', '"1", "2"', '"-1"', '"99999999999999999999"', 'W/', '__proto__']
  const unread = await unlike(
    takes.flatMap((route) => headers.map((header) => ({ route, header }))),
    async ({ route, header }) => ({
      what: `${route.name}: ${header}`,
      answer: await attacked.send({
        method: route.method,
        path: attacked.pathOf(route),
        headers: { ...JSON_TYPE, 'if-match': header },
        ...(route.body === null ? {} : { body: JSON.stringify(goodBody(route.name)) }),
      }),
      expected: ['400 malformed'],
    }),
  )
  expect(unread).toEqual([])

  const shown: string[] = []
  const unmet = await unlike(takes, async (route) => {
    const answer = await attacked.send({
      method: route.method,
      path: attacked.pathOf(route),
      headers: { ...JSON_TYPE, 'if-match': '"999999"' },
      ...(route.body === null ? {} : { body: JSON.stringify(goodBody(route.name)) }),
    })
    const { current, currentRevision } = answer.body as {
      readonly current?: unknown
      readonly currentRevision?: number
    }
    if (typeof current === 'object' && current !== null && typeof currentRevision === 'number') shown.push(route.name)
    return { what: route.name, answer, expected: ['412 revision_mismatch'] }
  })
  expect(unmet).toEqual([])
  expect(shown.toSorted()).toEqual(takes.map(({ name }) => name).toSorted())
})

test('a method that an address does not take is a problem that names those it takes', async () => {
  const METHODS = ['GET', 'PUT', 'PATCH', 'DELETE', 'POST', 'PROPFIND', 'OPTIONS']
  const paths = [...new Set(table.map(({ path }) => path))]
  const cases = paths.flatMap((path) => {
    const taken: readonly string[] = table.filter((route) => route.path === path).map(({ method }) => method)
    return METHODS.filter((method) => !taken.includes(method)).map((method) => ({ path, taken, method }))
  })
  const wrong = await unlike(cases, async ({ path, taken, method }) => {
    const answer = await attacked.send({ method, path: attacked.pathOf({ path }), headers: JSON_TYPE, body: '{}' })
    const allow = String(answer.headers['allow'])
    const complete = taken.every((one) => allow.includes(one))
    return { what: `${method} ${path} (${allow})`, answer, expected: complete ? ['405 method_not_allowed'] : [] }
  })
  expect(wrong).toEqual([])
})

test('after all of it the server has failed at nothing', async () => {
  const metrics = await (await fetch(`${attacked.url}/metrics`)).text()
  const answered = [...metrics.matchAll(/^http_server_request_duration_seconds_count\{.*status="(\d+)"\} \d+$/gm)]
  const failures = answered.filter(([, status = '']) => status.startsWith('5')).map(([line]) => line)
  expect(answered.length).toBeGreaterThan(100)
  expect(failures).toEqual([])
})
