import { type ConfigSettings, ProblemError } from '@rampart/contract/admin'
import { compile, evaluate, type Snapshot } from '@rampart/core'
import { expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'
import { checkPart, layersTouched } from './rules.ts'

const DEVELOPMENT = { project: 'shop', environment: 'development' } as const
const PRICES = { project: 'shop', layer: 'prices' } as const

async function problemOf(work: Promise<unknown>) {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { status, code, errors, current } = error.problem
    return { status, code, errors, current }
  }
}

/** A server with a layer and two flags that are on in development. */
async function pricesServer() {
  const server = await shopServer()
  const { api } = server
  for (const key of ['cheap', 'dear']) await api.createFlag({ params: DEVELOPMENT, body: { key } })
  await api.putLayer({ params: PRICES, body: { name: 'Prices', seed: 'autumn' } })
  const own = (flag: string, layer: ConfigSettings['layer'], environment = 'development') =>
    api.putConfig({
      params: { ...DEVELOPMENT, environment, flag },
      body: { on: true, off: 'off', prerequisites: [], layer, rules: [], everyoneElse: { variation: 'on' } },
      ...(environment === 'production' ? { ifMatch: 4 } : {}),
    })
  const part = (from: number, to: number) => ({ key: 'prices', from, to })
  return { ...server, own, part }
}

test('a layer has a name, a seed of its own, and the flags that have parts of it', async () => {
  const { api, own, part } = await pricesServer()
  await own('dear', part(50_000, 100_000))
  await own('cheap', part(0, 50_000))
  const { body, etag } = await api.getLayer({ params: PRICES })
  expect(body).toEqual({
    key: 'prices',
    name: 'Prices',
    seed: 'autumn',
    owners: [
      { environment: 'development', flag: 'cheap', from: 0, to: 50_000 },
      { environment: 'development', flag: 'dear', from: 50_000, to: 100_000 },
    ],
    version: 3,
  })
  expect(etag).toBe(3)
  expect((await api.listLayers({ params: PRICES })).body).toEqual({ items: [body], next: null })
})

test('no unit meets two flags of a layer, and every unit meets one when it is shared out whole', async () => {
  const { api, call, own, part } = await pricesServer()
  await own('cheap', part(0, 30_000))
  await own('dear', part(30_000, 100_000))
  const { secret } = (await api.createSdkKey({ params: DEVELOPMENT, body: { kind: 'server', name: 'shop' } })).body
  const { body } = await call('GET', '/sdk/v1/snapshot', { token: secret })
  const snapshot = body as Snapshot
  expect(snapshot.layers).toEqual([{ key: 'prices', seed: 'autumn' }])
  const compiled = compile(snapshot)
  const units = Array.from({ length: 2_000 }, (_, i) => `user-${i}`)
  const met = units.map((unit) => ['cheap', 'dear'].filter((key) => evaluate(compiled, key, unit).reason !== 'layer'))
  expect(met.every((flags) => flags.length === 1)).toBe(true)
  const cheap = met.filter(([flag]) => flag === 'cheap').length
  expect(cheap).toBeGreaterThan(500)
  expect(cheap).toBeLessThan(700)
})

test('a part that overlaps with another flag’s is refused, and the answer says whose it is', async () => {
  const { own, part } = await pricesServer()
  await own('cheap', part(0, 20_000))
  expect(await problemOf(own('dear', part(19_999, 30_000)))).toMatchObject({
    status: 422,
    code: 'invalid',
    errors: [{ pointer: '/layer', message: 'overlaps with cheap, which has 0% to 20% of layer prices' }],
  })
  // what it has itself is in nobody's way, and neither is another environment
  await own('cheap', part(0, 30_000))
  await own('dear', part(30_000, 40_000))
  await own('dear', part(0, 100_000), 'production')
})

test('of two flags that take the same part at once, one gets it', async () => {
  const { own, part } = await pricesServer()
  const both = await Promise.all([
    problemOf(own('cheap', part(0, 60_000))),
    problemOf(own('dear', part(40_000, 100_000))),
  ])
  expect(both.map((answer) => (answer as { status: number }).status).toSorted((a, b) => a - b)).toEqual([200, 422])
})

test('a layer that is not there is named with the nearest that is', async () => {
  const { own } = await pricesServer()
  expect(await problemOf(own('cheap', { key: 'price', from: 0, to: 1 }))).toMatchObject({
    errors: [{ pointer: '/layer/key', message: 'names no layer of this project: price', nearest: 'prices' }],
  })
})

test('a layer goes only when no flag has a part of it', async () => {
  const { api, own, part } = await pricesServer()
  await own('cheap', part(0, 20_000))
  expect(await problemOf(api.deleteLayer({ params: PRICES }))).toMatchObject({
    status: 409,
    code: 'in_use',
    current: [{ environment: 'development', flag: 'cheap', from: 0, to: 20_000 }],
  })
  await own('cheap', null)
  expect((await api.deleteLayer({ params: PRICES })).body.item.owners).toEqual([])
  expect(await problemOf(api.getLayer({ params: PRICES }))).toMatchObject({ status: 404 })
})

test('a layer is renamed, its seed never changes, and the same again changes nothing', async () => {
  const { api } = await pricesServer()
  const named = (await api.putLayer({ params: PRICES, body: { name: 'Winter prices' } })).body
  expect(named.item).toMatchObject({ name: 'Winter prices', seed: 'autumn', version: 2 })
  expect(await problemOf(api.putLayer({ params: PRICES, body: { seed: 'winter' } }))).toMatchObject({
    status: 422,
    errors: [{ pointer: '/seed' }],
  })
  const again = (await api.putLayer({ params: PRICES, body: { name: 'Winter prices', seed: 'autumn' } })).body
  expect(again).toEqual({ item: named.item, revision: null, auditId: named.auditId })
  expect(await problemOf(api.putLayer({ params: PRICES, body: { name: 'x' }, ifMatch: 1 }))).toMatchObject({
    status: 412,
  })
  const audit = (await api.listAudit({ params: PRICES, query: { limit: 2 } })).body.items
  expect(audit.map(({ action, words }) => [action, words])).toEqual([
    ['layer.edited', 'Layer prices was renamed.'],
    ['layer.created', 'Layer prices was created.'],
  ])
})

test.each([
  [{ key: 'prices', from: 10, to: 10 }, ['/layer/to']],
  [{ key: 'prices', from: 20, to: 10 }, ['/layer/to']],
  [{ key: 'prices', from: 0, to: 10 }, []],
  [{ key: 'prices', from: 29, to: 61 }, ['/layer', '/layer']],
  [{ key: 'prices', from: 30, to: 60 }, []],
])('the part %j between [10, 30) and [60, 70)', (part, pointers) => {
  const taken = (flag: string, from: number, to: number) => ({
    environment: 'production',
    flag,
    layer: { key: 'prices', from, to },
  })
  const others = [taken('a', 10, 30), taken('b', 60, 70), { environment: 'production', flag: 'c', layer: null }]
  expect(checkPart(part, { layers: ['prices'], others }).map(({ pointer }) => pointer)).toEqual(pointers)
})

test('the owners of a layer are others only when a part is another', () => {
  const part = { key: 'prices', from: 0, to: 1 }
  expect(layersTouched(null, null)).toEqual([])
  expect(layersTouched(part, { ...part })).toEqual([])
  expect(layersTouched(part, { ...part, to: 2 })).toEqual(['prices'])
  expect(layersTouched(part, { ...part, key: 'home' })).toEqual(['prices', 'home'])
  expect(layersTouched(part, null)).toEqual(['prices'])
})
