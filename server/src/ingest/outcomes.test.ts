import { expect, test } from 'vitest'
import { CHECKOUT, rampShop } from '../ramp/testing/shop.ts'

const PATH = '/sdk/v1/outcomes'

/** A shop whose checkout is ramped to a half, and a program that has an SDK key and no SDK. */
async function program() {
  const shop = await rampShop()
  const { api } = shop
  const keyOf = async (kind: 'server' | 'client') =>
    (await api.createSdkKey({ params: CHECKOUT, body: { kind, name: kind } })).body.secret
  const server = await keyOf('server')
  const client = await keyOf('client')
  const started = await api.startRamp({
    params: CHECKOUT,
    body: { steps: '50%:10m,100%', guards: ['checkout_error'], cooldown: '0s', reason: 'a test' },
  })
  const { id } = started.body.item
  await shop.round(id)
  const report = (outcomes: unknown, rest: object = {}, token = server) =>
    shop.call('POST', PATH, { token, body: { outcomes, ...rest } })
  const ask = async (targetingKey: string) =>
    (
      await shop.call('POST', '/ofrep/v1/evaluate/flags/checkout', {
        token: server,
        body: { context: { targetingKey } },
      })
    ).body
  /** Counted in all ticks, by name and arm. */
  const counted = async () => {
    const sums: Record<string, [treatment: number, control: number]> = {}
    for (const { metric, treatment, control } of await shop.store.ticks(id)) {
      const [before, beside] = sums[metric] ?? [0, 0]
      sums[metric] = [before + treatment, beside + control]
    }
    return sums
  }
  return { ...shop, id, client, report, ask, counted }
}

const units = Array.from({ length: 60 }, (_, i) => `u${i}`)
const failed = (targetingKey: string) => ({ context: { targetingKey }, metric: 'checkout_error' })

test('an outcome counts in the arm that its unit is in, once per unit', async () => {
  const { report, ask, counted } = await program()
  const given = await Promise.all(units.map(ask))
  const inTreatment = given.filter((answer) => (answer as { variant: string }).variant === 'on').length
  expect(inTreatment).toBeGreaterThan(15)
  expect(inTreatment).toBeLessThan(45)

  for (const outcomes of [units.map(failed), units.map(failed)]) {
    expect(await report(outcomes)).toMatchObject({ status: 202, body: { duplicate: false } })
  }
  expect(await counted()).toMatchObject({
    checkout_error: [inTreatment, units.length - inTreatment],
    // A unit whose outcome is recorded was met.
    '': [inTreatment, units.length - inTreatment],
  })
})

test('who was given a variation before is counted by when a report is answered, healthy or not', async () => {
  const { report, ask, counted } = await program()
  await Promise.all(units.map(ask))
  await report([failed('u0')])
  const { '': [treatment, control] = [0, 0], checkout_error: [inTreatment, inControl] = [0, 0] } = await counted()
  expect([treatment + control, inTreatment + inControl]).toEqual([units.length, 1])
})

test('a report that has a name is counted once, however often it is sent', async () => {
  const { report, store } = await program()
  const batch = '01980c6e-7a52-7d10-8f3c-2b4d6e8f0a1c'
  const sent = await Promise.all([1, 2, 3].map(() => report([{ ...failed('ana'), metric: 'order', n: 4 }], { batch })))
  expect(sent.map(({ status }) => status)).toEqual([202, 202, 202])
  expect(sent.filter(({ body }) => (body as { duplicate: boolean }).duplicate).length).toBe(2)
  expect((await store.metrics(CHECKOUT)).map(({ name }) => name)).toContain('order')
})

test('measured values are of the metric’s chart, and outcomes without a unit of no arm', async () => {
  const { report, api, counted, advance } = await program()
  await report([
    { context: { targetingKey: 'ana' }, metric: 'checkout_ms', value: 1 },
    { context: {}, metric: 'checkout_ms', value: 4 },
    { context: {}, metric: 'checkout_error' },
  ])
  advance(20_000)
  const { body } = await api.getMetricTotals({ params: { ...CHECKOUT, metric: 'checkout_ms' } })
  const steps = body.steps.filter(({ values }) => values !== null)
  expect(steps.map(({ values }) => [values?.n, values?.sum])).toEqual([[2, 5]])
  expect((await counted())['checkout_error']).toBeUndefined()
})

test('nothing is counted of a report with something wrong in it, and nothing with a public key', async () => {
  const { report, client, counted, call } = await program()
  expect(await report([failed('ana'), { ...failed('ben'), metric: 'No name' }])).toMatchObject({
    status: 422,
    body: { code: 'invalid', detail: expect.stringContaining('outcomes[1].metric') },
  })
  expect(await report([failed('ana')], {}, client)).toMatchObject({ status: 403, body: { code: 'wrong_kind_of_key' } })
  expect((await call('POST', PATH, { token: '', body: {} })).status).toBe(401)
  expect(await report([])).toMatchObject({ status: 202 })
  expect(await counted()).toEqual({})
})

test('who is asked for with a public key is not counted as given', async () => {
  const { api, report, client, call, counted } = await program()
  await api.patchFlag({ params: CHECKOUT, body: { clientSide: true } })
  for (const targetingKey of ['u1', 'u2', 'u3']) {
    const body = { context: { targetingKey } }
    expect(await call('POST', '/ofrep/v1/evaluate/flags/checkout', { body, token: client })).toMatchObject({
      status: 200,
    })
  }
  await report([failed('u0')])
  const { '': [treatment, control] = [0, 0] } = await counted()
  expect(treatment + control).toBe(1)
})
