import { undescribed } from '@rampart/contract/openapi'
import { createClient } from '@rampart/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Attacked, goodBody, JSON_TYPE, type Name, startAttacked, table } from '../support/attacked.ts'
import { ENVIRONMENT, inEnvironment, inProject, PROJECT } from '../support/demo.ts'
import { inParallel, mutations } from '../support/hostile.ts'
import { until } from '../support/processes.ts'

/* What looks wrong and is not: names that JavaScript gives to every object, and bodies that differ in one thing from good ones. */

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']

let attacked: Attacked

beforeAll(async () => {
  attacked = await startAttacked()
}, 60_000)

afterAll(() => attacked.close())

test('a flag, a segment, a variation, an attribute and a metric may have the name of what every object has', async () => {
  const { api } = attacked
  for (const name of NAMES) {
    await api.createFlag({
      ...inProject,
      body: {
        key: name,
        type: 'string',
        variations: NAMES.map((key) => ({ key, name: null, value: `value of ${key}` })),
      },
    })
    await api.putSegment({
      params: { project: PROJECT, segment: name },
      body: { when: { attribute: name, operator: 'is', operand: name }, included: [name] },
    })
    const of = { params: { project: PROJECT, environment: ENVIRONMENT, flag: name } }
    const { revision } = (await api.getConfig(of)).body
    await api.putConfig({
      ...of,
      ifMatch: revision,
      body: {
        on: true,
        off: 'valueOf',
        prerequisites: [],
        layer: null,
        rules: [{ id: 'named', name, paused: false, when: { segment: name }, serve: { variation: name } }],
        everyoneElse: { variation: 'toString' },
      },
    })
  }

  const client = createClient({ url: attacked.url, key: attacked.serverKey, cacheFile: false, logger: 'silent' })
  await client.ready()
  const served = (context: Parameters<typeof client.get>[1]) =>
    NAMES.map((name) => client.get(name, context, 'fallback'))
  expect(served('somebody')).toEqual(NAMES.map(() => 'value of toString'))
  const attributes = Object.fromEntries(NAMES.map((name) => [name, name]))
  expect(served({ targetingKey: 'ana', ...attributes })).toEqual(NAMES.map((name) => `value of ${name}`))
  expect(client.get('__proto__', '__proto__', 'fallback')).toBe('value of __proto__')

  client.count('constructor', 'ana')
  await client.flush()
  await client.close()
  const at = { params: { project: PROJECT, environment: ENVIRONMENT, flag: 'constructor' } }
  const evaluations = await until(async () => {
    const { variations } = (await api.getEvaluations(at)).body
    return variations.length > 1 ? variations : undefined
  })
  expect(evaluations.map(({ variation }) => variation)).toEqual(['constructor', 'toString'])
  const metric = { params: { project: PROJECT, environment: ENVIRONMENT, metric: 'constructor' } }
  expect((await api.getMetricTotals(metric)).body.steps.reduce((sum, { n }) => sum + n, 0)).toBe(1)
})

test('keys that were asked for and that nothing has are told as they are', async () => {
  const client = createClient({ url: attacked.url, key: attacked.serverKey, cacheFile: false, logger: 'silent' })
  await client.ready()
  const keys = ['isPrototypeOf', '<script>', 'ключ', '', 'x'.repeat(300)]
  for (const key of keys) expect(client.get(key, 'ana', 'fallback')).toBe('fallback')
  await client.flush()
  await client.close()
  const { items } = (await attacked.api.listUnknownFlags(inEnvironment)).body
  expect(new Set(items.map(({ flag }) => flag))).toEqual(new Set(keys.map((key) => key.slice(0, 128))))
})

test('a body that differs from a good one in one thing is answered as described, and never with a failure', async () => {
  /** Asks a server elsewhere. */
  const OUTWARD: readonly Name[] = ['testMetricSource']
  const cases = table
    .filter(({ name, body }) => body !== null && !OUTWARD.includes(name))
    .flatMap((route) =>
      [...mutations(goodBody(route.name))]
        .filter(({ body }) => body !== undefined && route.body?.safeParse(body).success === true)
        .map((mutation) => ({ route, ...mutation })),
    )
  expect(cases.length).toBeGreaterThan(200)
  const wrong: string[] = []
  await inParallel(cases, async ({ route, what, body }) => {
    const path = attacked.pathOf(route)
    const answer = await attacked.send({
      method: route.method,
      path,
      headers: { ...JSON_TYPE, 'if-match': '*' },
      body: JSON.stringify(body),
    })
    const difference = undescribed({ method: route.method, path, status: answer.status, body: answer.body })
    if (answer.status >= 500 || difference !== undefined) {
      wrong.push(`${route.name}: ${what}: ${answer.status} ${difference ?? JSON.stringify(answer.body)}`)
    }
  })
  expect(wrong).toEqual([])
}, 240_000)

test('after all of it the record is whole, and the server serves', async () => {
  expect((await attacked.api.verifyAudit(inProject)).body).toMatchObject({ ok: true, brokenAt: null })
  expect((await fetch(`${attacked.url}/readyz`)).status).toBe(200)
  const metrics = await (await fetch(`${attacked.url}/metrics`)).text()
  expect(metrics).not.toMatch(/^http_server_request_duration_seconds_count\{.*status="5/m)
})
