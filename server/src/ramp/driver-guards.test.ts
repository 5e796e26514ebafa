import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Ramp } from '@rampart/contract/admin'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CHECKOUT, type RampShop, rampShop } from './testing/shop.ts'

type StartBody = Parameters<RampShop['api']['startRamp']>[0]['body']

const STEPS = '1%:5s,10%:5s,50%:5s,100%'

async function start(shop: RampShop, body: StartBody): Promise<Ramp> {
  return (await shop.api.startRamp({ params: CHECKOUT, body: { steps: STEPS, ...body } })).body.item
}

const nobody = { treatment: [], control: [] }
const seenNobody = { seen: nobody, evaluations: { treatment: 0, control: 0 } }

/** `n` hashes of units that no other call makes. */
function units(n: number, mark: string): readonly string[] {
  return Array.from({ length: n }, (_, i) => `${mark}${i.toString(16).padStart(15, '0')}`)
}

async function alerts(shop: RampShop): Promise<readonly (readonly [string, string])[]> {
  const told: (readonly [string, string])[] = []
  for (;;) {
    const due = await shop.store.claimDelivery(shop.clock.now(), 60_000)
    if (due === undefined) return told
    told.push([due.alert.kind, due.alert.words])
  }
}

async function withWebhook(): Promise<RampShop> {
  const shop = await rampShop()
  await shop.api.createWebhook({ params: CHECKOUT, body: { url: 'https://hooks.test/a' } })
  return shop
}

describe('a guard of a latency', () => {
  const values = { metric: 'checkout_ms', n: 300, sum: 30_000, histogram: [[53, 300]] as const }

  test('takes its thresholds from the day before, and SDKs are told of them at once', async () => {
    const shop = await rampShop()
    await shop.send({ totals: [values] })
    shop.advance(60_000)
    const { id } = await start(shop, {
      guards: [{ metric: 'checkout_ms', take: 'slow', limit: { kind: 'no_worse', margin: 1.1 } }],
    })
    expect((await shop.store.ramp(id))?.ramp.frozen).toMatchObject([
      { guard: 'checkout_ms', values: 300, from: 'before' },
    ])
  })

  test('without a past takes them from the first values of the ramp', async () => {
    const shop = await rampShop()
    const { id } = await start(shop, {
      guards: [{ metric: 'checkout_ms', take: 'slow', limit: { kind: 'no_worse', margin: 1.1 } }],
      allowNewMetric: true,
    })
    expect((await shop.round(id)).verdicts[0]?.words).toContain('taken from the first 200 values')
    shop.advance(10_000)
    await shop.send({ totals: [values] })
    await shop.round(id)
    expect((await shop.store.ramp(id))?.ramp.frozen).toMatchObject([{ values: 300, from: 'first' }])
  })

  test('of a metric that is counted and never measured is refused', async () => {
    const shop = await rampShop()
    const guards = [{ metric: 'checkout_error', take: 'slow', limit: { kind: 'no_worse', margin: 1.1 } }] as const
    await expect(start(shop, { guards: [...guards] })).rejects.toMatchObject({
      problem: { code: 'invalid', errors: [{ pointer: '/guards/0' }] },
    })
  })
})

test('a mean is judged by units whose time is over', async () => {
  const shop = await rampShop()
  await shop.send({ totals: [{ metric: 'order_value', n: 300, sum: 15_000, histogram: [[45, 300]] }] })
  shop.advance(60_000)
  const guard = { metric: 'order_value', take: 'sum', limit: { kind: 'not_fall', min: 1 }, window: '1m' } as const
  const { id, seq } = await start(shop, { guards: [guard] })
  await shop.round(id)
  const [treatment, control] = [units(20, 'a'), units(1_980, 'b')]
  const bought = control.slice(0, 500).map((unit): [string, number] => [unit, 40])
  const sum = [{ metric: 'order_value', treatment: [], control: bought }]
  await shop.send({
    watched: [
      { ramp: id, seq, agoMs: 0, seen: { treatment, control }, evaluations: { treatment: 20, control: 1_980 }, sum },
    ],
  })
  expect((await shop.round(id)).verdicts[0]).toMatchObject({ verdict: 'collecting', treatment: { units: 0 } })
  shop.advance(90_000)
  const [evidence] = (await shop.round(id)).verdicts
  expect(evidence).toMatchObject({ treatment: { units: 20, mean: 0 }, control: { units: 1_980 } })
  expect(evidence?.control.mean).toBeCloseTo(10.1, 0)
})

test('units that do not come in the configured shares hold the ramp, are told of, and count anew when a person lets it go on', async () => {
  const shop = await withWebhook()
  const ramp = await start(shop, { guards: ['checkout_error'] })
  await shop.round(ramp.id)
  await shop.meet(ramp, { treatment: 20, control: 15_000 }, { treatment: 0, control: 0 })
  const held = await shop.round(ramp.id)
  expect(held).toMatchObject({ state: 'running', percent: { now: 1 }, holds: [{ kind: 'imbalance' }] })
  expect(held.holds[0]?.words).toContain('the new variation loses units')
  expect((await alerts(shop)).map(([kind]) => kind).toSorted()).toEqual(['held', 'started'])
  await shop.api.resumeRamp({ params: { project: 'shop', id: ramp.id }, body: {} })
  expect((await shop.round(ramp.id)).holds.map(({ kind }) => kind)).not.toContain('imbalance')
})

test('users who are given both variations hold the ramp, also one whose plan takes a broken split for harm', async () => {
  const shop = await rampShop()
  const ramp = await start(shop, { guards: ['checkout_error'], onImbalance: 'rollback' })
  await shop.round(ramp.id)
  // Hashes have no neighbours.
  const people = units(200, 'a').filter((_, n) => n % 2 === 0)
  const met = (treatment: readonly string[], control: readonly string[]) => {
    const seen = { treatment, control }
    const evaluations = { treatment: treatment.length, control: control.length }
    return shop.send({ watched: [{ ramp: ramp.id, seq: ramp.seq, agoMs: 0, seen, evaluations }] })
  }
  await met(people.slice(0, 1), people.slice(1))
  await met(people.slice(1, 7), [])
  const held = await shop.round(ramp.id)
  expect(held).toMatchObject({ state: 'running', percent: { now: 1 }, holds: [{ kind: 'imbalance' }] })
  expect(held.holds[0]?.words).toContain('6% of those who were met were given both variations')
})

test('a plan may take a ramp back whose split is broken', async () => {
  const shop = await rampShop()
  const ramp = await start(shop, { guards: ['checkout_error'], onImbalance: 'rollback' })
  await shop.round(ramp.id)
  await shop.meet(ramp, { treatment: 20, control: 15_000 }, { treatment: 0, control: 0 })
  expect(await shop.round(ramp.id)).toMatchObject({
    state: 'rolled_back',
    end: { by: 'guard', cause: { kind: 'imbalance', expected: 0.01 } },
    sentence: expect.stringContaining('was given to 0.13% of those who were met where 1% were expected'),
  })
})

test('a step waits for its gate, which nothing else is asked again for', async () => {
  const shop = await rampShop()
  let status = 503
  const server = createServer((_, response) => response.writeHead(status).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const gate = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`
  const steps = [{ percent: 1, dwell: '0s' }, { percent: 10, dwell: '0s', gate }, { percent: 100 }]
  const { id } = await start(shop, { guards: [], steps })
  await shop.round(id)
  await shop.gates.settled()
  expect((await shop.round(id)).holds).toMatchObject([{ kind: 'gate', words: expect.stringContaining(gate) }])
  status = 204
  shop.advance(10_000)
  await shop.round(id)
  await shop.gates.settled()
  expect(await shop.round(id)).toMatchObject({ step: 2, percent: { now: 10 } })
})

test('harm that shows only after completion is told of, and moves nothing', async () => {
  const shop = await withWebhook()
  const ramp = await start(shop, { guards: ['checkout_error<5%'] })
  const done = (
    await shop.api.advanceRamp({ params: { project: 'shop', id: ramp.id }, body: { to: 100, reason: 'sure' } })
  ).body.item
  const failed = units(1_000, 'c')
  await shop.send({
    watched: [
      {
        ...seenNobody,
        ramp: ramp.id,
        seq: done.seq,
        agoMs: 0,
        seen: { treatment: failed, control: [] },
        first: [{ metric: 'checkout_error', treatment: failed.slice(0, 200), control: [] }],
      },
    ],
  })
  expect(await shop.round(ramp.id)).toMatchObject({ state: 'completed', percent: { now: 100 } })
  const told = await alerts(shop)
  expect(told.at(-1)).toEqual([
    'late_regression',
    expect.stringContaining(
      'The ramp is complete at 100%, and only now: checkout_error: no users without yet, 20% with',
    ),
  ])
  await shop.round(ramp.id)
  expect(await alerts(shop)).toEqual([])
})

test('a new variation that is still given a minute after it was taken back is told of', async () => {
  const shop = await withWebhook()
  const ramp = await start(shop, { guards: ['checkout_error'] })
  await shop.api.rollbackRamp({ params: { project: 'shop', id: ramp.id }, body: {} })
  shop.advance(61_000)
  const evaluations = { treatment: 5, control: 500 }
  await shop.send({ watched: [{ ...seenNobody, ramp: ramp.id, seq: 1, agoMs: 0, evaluations }] })
  expect(await shop.round(ramp.id)).toMatchObject({ state: 'rolled_back' })
  expect((await alerts(shop)).at(-1)).toEqual(['not_effective', expect.stringContaining('on is still given')])
})
