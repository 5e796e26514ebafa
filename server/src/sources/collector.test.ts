import { describe, expect, test } from 'vitest'
import { CHECKOUT, rampShop } from '../ramp/testing/shop.ts'
import { addressPolicy } from './addresses.ts'
import { createCollector } from './collector.ts'
import { type JsonServer, jsonServer } from './testing/json-server.ts'

const EVERY = 30_000

/** Counters that grow with each call, as a healthy service has them. */
function growing() {
  const arms = { on: { bad: 0, all: 0 }, off: { bad: 0, all: 0 } }
  return {
    arms,
    serve(on: readonly [number, number], off: readonly [number, number]) {
      arms.on.bad += on[0]
      arms.on.all += on[1]
      arms.off.bad += off[0]
      arms.off.all += off[1]
    },
  }
}

/** A shop whose ramp is watched by a JSON source, and a collector that goes round when it is told to. */
async function sourced(over: Parameters<Awaited<ReturnType<typeof rampShop>>['api']['startRamp']>[0]['body'] = {}) {
  const shop = await rampShop()
  const counters = growing()
  const source: JsonServer = await jsonServer({ json: counters.arms })
  const params = { project: 'shop', source: 'main' }
  await shop.api.putMetricSource({ params, body: { kind: 'http', url: source.url, every: '30s', timeout: '100ms' } })
  const guard = {
    metric: 'http_5xx',
    limit: { kind: 'no_worse', margin: 1 },
    source: { kind: 'http', name: 'main', url: '/', events: '/{arm}/bad', total: '/{arm}/all' },
  } as const
  const steps = [{ percent: 10, dwell: '1m', minUnits: 0 }, { percent: 100 }]
  const started = await shop.api.startRamp({ params: CHECKOUT, body: { steps, guards: [guard], ...over } })
  const ramp = started.body.item
  const failures: unknown[] = []
  const collect = () =>
    createCollector({
      store: shop.store,
      clock: shop.clock,
      policy: addressPolicy(['127.0.0.0/8']),
      onError: (error) => failures.push(error),
      pause: async () => {},
    })
  let collector = collect()

  /** So much is served, half a minute passes, the source is read, and the ramp is looked at. */
  async function turn(on: readonly [number, number], off: readonly [number, number]) {
    counters.serve(on, off)
    if (counters.arms.on.all > 0) shop.advance(EVERY)
    await collector.round()
    if (failures.length > 0) throw failures[0]
    return shop.round(ramp.id)
  }

  /** As after a restart of the server: another collector, which remembers nothing. */
  async function restart(): Promise<void> {
    collector = collect()
    await collector.round()
  }

  return { ...shop, ramp, source, turn, restart }
}

const healthy = [
  [1, 100],
  [9, 900],
] as const

describe('a ramp that is watched by a source', () => {
  test('climbs when its figures rule harm out', async () => {
    const shop = await sourced()
    let ramp = shop.ramp
    for (let n = 0; n < 60 && ramp.end === null; n += 1) ramp = await shop.turn(...healthy)
    expect(ramp).toMatchObject({ state: 'completed', percent: { now: 100 } })
  })

  test('is held, and not taken back, when its figures show harm', async () => {
    const shop = await sourced()
    let ramp = shop.ramp
    for (let n = 0; n < 20; n += 1) ramp = await shop.turn([20, 100], [9, 900])
    expect(ramp).toMatchObject({
      state: 'running',
      percent: { now: 10 },
      holds: [{ kind: 'guard', guard: 'http_5xx' }],
    })
    expect(ramp.verdicts).toMatchObject([{ verdict: 'tripped', reaction: 'hold', method: 'requests' }])
  })

  test('counts nothing twice and loses nothing when the server begins anew', async () => {
    const shop = await sourced()
    for (let n = 0; n < 4; n += 1) await shop.turn(...healthy)
    await shop.restart()
    await shop.turn(...healthy)
    const { rows } = await shop.store.figures(shop.ramp.id)
    const total = rows.reduce((n, { strata }) => n + (strata[0]?.control?.total ?? 0), 0)
    // the first reading is where figures begin
    expect([rows.length, total]).toEqual([4, 3_600])
  })
})

describe('a source that fails', () => {
  test.each([
    ['dies', 'break', 'source_error', /cannot be reached/],
    ['stalls', 'stall', 'source_error', /did not answer within 0.1 s/],
    [
      'lies',
      { json: { on: { bad: 'NaN', all: 'NaN' }, off: { bad: 0, all: 0 } } },
      'no_data',
      /is "NaN", not a number/,
    ],
    ['answers with a page', { text: '<html>' }, 'source_error', /something that is not JSON/],
  ] as const)(
    'because it %s holds the ramp with the right words, moves it nowhere, and is forgiven',
    async (_, broken, kind, words) => {
      const shop = await sourced()
      await shop.turn(...healthy)
      await shop.turn(...healthy)
      shop.source.behave(broken)
      let ramp = shop.ramp
      for (let n = 0; n < 40; n += 1) {
        ramp = await shop.turn(...healthy)
        expect([ramp.state, ramp.percent.now]).toEqual(['running', 10])
      }
      expect(ramp.holds).toMatchObject([{ kind, guard: 'http_5xx', words: expect.stringMatching(words) }])
      expect(ramp.sources).toMatchObject([{ guard: 'http_5xx', inARow: 40, windows: 1 }])
      const alerts = await shop.audited(ramp.id)
      // that nobody watches is said once, and once that it lasts
      expect(alerts).toEqual(['ramp.started', 'ramp.warned', 'ramp.warned'])
      shop.source.behave({ json: { on: { bad: 50, all: 5_000 }, off: { bad: 450, all: 45_000 } } })
      ramp = await shop.turn([0, 0], [0, 0])
      expect(ramp.sources).toMatchObject([{ state: 'ok', inARow: 0 }])
      expect(ramp.holds.map((hold) => hold.kind)).not.toContain(kind)
    },
  )

  test('is tried again within the same reading, and a hiccup is not counted', async () => {
    const shop = await sourced()
    await shop.turn(...healthy)
    shop.source.behave('break')
    const asked = shop.source.asked.length
    await shop.turn(...healthy)
    expect(shop.source.asked.length - asked).toBe(3)
    shop.source.behave({ status: 401 })
    await shop.turn(...healthy)
    // a credential that is refused is so a moment later too
    expect(shop.source.asked.length - asked).toBe(4)
  })
})
