import { expect, test } from 'vitest'
import { PLACE, START, shopServer } from '../test-server.ts'

const IN_PRODUCTION = { params: { project: 'shop', environment: 'production' } }

async function shop() {
  const server = await shopServer()
  const { body } = await server.api.createSdkKey({ ...IN_PRODUCTION, body: { kind: 'server', name: 'shop' } })
  let batches = 0
  return {
    ...server,
    send: async (rest: object, token = body.secret) => {
      batches += 1
      const batch = {
        format: 1,
        batch: `b-${batches}`,
        instance: 'i-1',
        sdk: { name: '@rampart/node', version: '0.1.0' },
        revision: 1,
        spanMs: 1_000,
        evaluations: [],
        ...rest,
      }
      const { status } = await server.call('POST', '/sdk/v1/events', { token, body: batch })
      expect(status).toBe(202)
    },
  }
}

const served = (n: number) => [{ flag: 'checkout', variation: 'off', reason: 'off', n }]

test('what a flag served is told for the last hour, unless another range is asked for', async () => {
  const { api, send, advance } = await shop()
  advance(5_000)
  await send({ evaluations: served(3) })
  advance(3_600_000)
  await send({ evaluations: served(4) })

  const { body } = await api.getEvaluations({ params: PLACE })
  expect(body).toMatchObject({ to: new Date(START + 3_610_000).toISOString(), stepMs: 10_000 })
  expect(body.variations.map(({ variation, n }) => [variation, n.reduce((a, b) => a + b)])).toEqual([['off', 7]])

  const first = { from: new Date(START).toISOString(), to: '2026-03-01T13:01:00+01:00' }
  expect((await api.getEvaluations({ params: PLACE, query: first })).body).toEqual({
    from: first.from,
    to: new Date(START + 60_000).toISOString(),
    stepMs: 10_000,
    variations: [{ variation: 'off', n: [3, 0, 0, 0, 0, 0] }],
  })
})

test('a metric is told with its quantiles, and nothing where nothing was', async () => {
  const { api, send, advance } = await shop()
  advance(5_000)
  await send({ totals: [{ metric: 'checkout_ms', n: 4, sum: 4, histogram: [[0, 4]] }] })
  const params = { ...IN_PRODUCTION.params, metric: 'checkout_ms' }
  const { steps } = (await api.getMetricTotals({ params })).body
  const values = {
    n: 4,
    sum: 4,
    quantiles: [
      [0.5, 1],
      [0.9, 1],
      [0.95, 1],
      [0.99, 1],
    ],
  }
  expect(steps).toEqual([{ at: new Date(START).toISOString(), n: 4, values }])
  expect((await api.getMetricTotals({ params: { ...params, metric: 'order' } })).body.steps).toEqual([])
})

test('a range that ends before it begins, and a flag that is not there, are problems', async () => {
  const { api, call } = await shop()
  const query = { from: '2026-03-01T12:00:00Z', to: '2026-03-01T12:00:00Z' }
  await expect(api.getEvaluations({ params: PLACE, query })).rejects.toMatchObject({
    problem: { code: 'invalid', errors: [{ pointer: '?from' }] },
  })
  await expect(api.getEvaluations({ params: { ...PLACE, flag: 'chekout' } })).rejects.toMatchObject({
    problem: { code: 'not_found', hint: 'Did you mean checkout?' },
  })
  const { status } = await call('GET', '/api/v1/projects/shop/environments/production/metrics/Order/totals')
  expect(status).toBe(422)
})

test('keys that no flag has are listed until there is one', async () => {
  const { api, send } = await shop()
  await send({
    unknown: [
      { flag: 'search', n: 2 },
      { flag: '<b>chekout</b>', n: 1 },
    ],
  })
  const at = new Date(START).toISOString()
  expect((await api.listUnknownFlags(IN_PRODUCTION)).body.items).toEqual([
    { flag: '<b>chekout</b>', n: 1, firstSeenAt: at, lastSeenAt: at },
    { flag: 'search', n: 2, firstSeenAt: at, lastSeenAt: at },
  ])
  await api.createFlag({ params: PLACE, body: { key: 'search' } })
  expect((await api.listUnknownFlags(IN_PRODUCTION)).body.items.map(({ flag }) => flag)).toEqual(['<b>chekout</b>'])
})

test('a public key adds nothing to any total', async () => {
  const { api, send } = await shop()
  const { body } = await api.createSdkKey({ ...IN_PRODUCTION, body: { kind: 'client', name: 'page' } })
  await send({ evaluations: served(3), unknown: [{ flag: 'x', n: 1 }] }, body.secret)
  expect((await api.getEvaluations({ params: PLACE })).body.variations).toEqual([])
  expect((await api.listUnknownFlags(IN_PRODUCTION)).body.items).toEqual([])
})
