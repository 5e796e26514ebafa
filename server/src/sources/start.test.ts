import { ProblemError } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { CHECKOUT, rampShop } from '../ramp/testing/shop.ts'
import { jsonServer } from './testing/json-server.ts'

const IN_SHOP = { project: 'shop' } as const
const LIMIT = { kind: 'no_worse', margin: 1 } as const

async function problemOf(work: Promise<unknown>) {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { status, code, detail, errors } = error.problem
    return { status, code, detail, errors }
  }
}

async function sourced(json: unknown) {
  const shop = await rampShop()
  const server = await jsonServer({ json })
  const params = { ...IN_SHOP, source: 'main' }
  await shop.api.putMetricSource({ params, body: { kind: 'http', url: server.url, timeout: '100ms' } })
  const source = { kind: 'http', name: 'main', url: '/', events: '/{arm}/bad', total: '/{arm}/all' } as const
  const start = (over: object = {}, name = 'main') =>
    shop.api.startRamp({
      params: CHECKOUT,
      body: { guards: [{ metric: 'http_5xx', limit: LIMIT, source: { ...source, name } }], ...over },
    })
  return { ...shop, server, source, start }
}

const HEALTHY = { on: { bad: 0, all: 0 }, off: { bad: 9, all: 900 } }

describe('a ramp whose guards read from elsewhere', () => {
  test('begins when its sources give figures', async () => {
    const { start } = await sourced(HEALTHY)
    const { item } = (await start()).body
    expect(item).toMatchObject({ state: 'running', plan: { guards: [{ metric: 'http_5xx', reaction: 'hold' }] } })
    expect(item.sources).toMatchObject([{ guard: 'http_5xx', state: 'waiting' }])
  })

  test('does not begin when they give none, and says what was asked and what came back', async () => {
    const { start } = await sourced({ off: { bad: 9, all: 900 } })
    const refused = await problemOf(start())
    expect(refused).toMatchObject({ status: 422, code: 'unknown_metric', errors: [{ pointer: '/guards/0' }] })
    expect(refused).toMatchObject({ detail: 'There is no /on/bad (/ → there is no /on/bad). No ramp was started.' })
    expect((await start({ allowNewMetric: true })).body.item.state).toBe('running')
  })

  test('does not begin with a credential that is refused, whatever is still to come', async () => {
    const { start, server } = await sourced(HEALTHY)
    server.behave({ status: 403 })
    expect(await problemOf(start({ allowNewMetric: true }))).toMatchObject({ status: 422, code: 'unknown_metric' })
  })

  test('names a source that there is', async () => {
    const { start } = await sourced(HEALTHY)
    expect(await problemOf(start({ allowNewMetric: true }, 'mian'))).toMatchObject({
      status: 422,
      code: 'invalid',
      errors: [{ pointer: '/guards/0/source/name', nearest: 'main' }],
    })
  })

  test('keeps its source from being moved or removed while it runs', async () => {
    const { start, api, server } = await sourced(HEALTHY)
    const { id } = (await start()).body.item
    const params = { ...IN_SHOP, source: 'main' }
    expect(await problemOf(api.deleteMetricSource({ params }))).toMatchObject({ status: 409, code: 'in_use' })
    const moved = { kind: 'http', url: 'https://other.example.com' } as const
    expect(await problemOf(api.putMetricSource({ params, body: moved }))).toMatchObject({ code: 'in_use' })
    const slower = { kind: 'http', url: server.url, every: '1m' } as const
    expect((await api.putMetricSource({ params, body: slower })).body.item.every).toBe('PT1M')
    await api.rollbackRamp({ params: { ...IN_SHOP, id }, body: {} })
    await api.deleteMetricSource({ params })
  })
})

test('a guard that names a metric of the catalogue takes its source from there', async () => {
  const { api, source } = await sourced(HEALTHY)
  const params = { ...IN_SHOP, metric: 'http_5xx' }
  await api.putMetricDefinition({ params, body: { direction: 'down', source } })
  const { item } = (await api.startRamp({ params: CHECKOUT, body: { guards: ['http_5xx<=1.5x'] } })).body
  expect(item.plan.guards).toMatchObject([{ source, limit: { kind: 'ratio', max: 1.5 }, reaction: 'hold' }])
})

describe('pushed figures', () => {
  async function pushing() {
    const shop = await rampShop()
    const source = { kind: 'pushed' } as const
    const begin = () =>
      shop.api.startRamp({ params: CHECKOUT, body: { guards: [{ metric: 'payment_failed', limit: LIMIT, source }] } })
    return { ...shop, begin, source }
  }

  test('need a metric that the catalogue has', async () => {
    const { api, begin } = await pushing()
    expect(await problemOf(begin())).toMatchObject({ status: 422, code: 'unknown_metric' })
    await api.putMetricDefinition({ params: { ...IN_SHOP, metric: 'payment_failed' }, body: { direction: 'down' } })
    expect((await begin()).body.item.state).toBe('running')
  })

  test('are added once, and what is late or repeated is said', async () => {
    const { api, begin, source, advance, clock, store } = await pushing()
    const definition = { direction: 'down', source } as const
    await api.putMetricDefinition({ params: { ...IN_SHOP, metric: 'payment_failed' }, body: definition })
    const { id } = (await begin()).body.item
    const params = { ...IN_SHOP, id }
    const start = new Date(clock.now()).toISOString()
    advance(60_000)
    const end = new Date(clock.now()).toISOString()
    const of = (arm: 'treatment' | 'control', events: number, total: number) =>
      ({ metric: 'payment_failed', start, end, arm, events, total }) as const
    const both = { measurements: [of('treatment', 1, 40), of('control', 9, 400)] }
    expect((await api.pushMeasurements({ params, body: both })).body).toEqual({
      outcomes: ['added', 'added'],
      words: '2 added.',
    })
    expect((await api.pushMeasurements({ params, body: both })).body).toEqual({
      outcomes: ['repeated', 'repeated'],
      words: '0 added; 2 were there already.',
    })
    const misspelt = { measurements: [{ ...of('treatment', 1, 40), metric: 'payment_faild' }] }
    expect(await problemOf(api.pushMeasurements({ params, body: misspelt }))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/measurements/0', nearest: 'payment_failed' }],
    })
    expect((await store.figures(id)).rows).toHaveLength(1)
    await api.rollbackRamp({ params, body: {} })
    expect(await problemOf(api.pushMeasurements({ params, body: both }))).toMatchObject({ code: 'ramp_ended' })
  })
})
