import { describe, expect, test } from 'vitest'
import { CHECKOUT, type RampShop, rampShop } from './testing/shop.ts'

const STEPS = '1%:5s,10%:5s,50%:5s,100%'

async function start(shop: RampShop, body: Parameters<RampShop['api']['startRamp']>[0]['body'] = {}) {
  const started = await shop.api.startRamp({
    params: CHECKOUT,
    body: { steps: STEPS, guards: ['checkout_error'], ...body },
  })
  return started.body.item
}

/** Enough healthy users for the first step: 4% fail in both arms. */
const HEALTHY = [
  { treatment: 200, control: 19_800 },
  { treatment: 8, control: 792 },
] as const

describe('a healthy release', () => {
  test('climbs to the end by itself, one step at a time', async () => {
    const shop = await rampShop()
    let ramp = await start(shop)
    expect([ramp.state, await shop.percent()]).toEqual(['running', 1])

    const seen: unknown[] = []
    const users = [
      { share: 1, treatment: 200, control: 19_800 },
      { share: 10, treatment: 500, control: 4_500 },
      { share: 50, treatment: 1_500, control: 1_500 },
    ]
    for (const { share, treatment, control } of users) {
      ramp = await shop.round(ramp.id)
      expect(ramp).toMatchObject({
        state: 'running',
        percent: { now: share },
        holds: [{ kind: 'dwell' }, { kind: 'sample' }, { kind: 'not_clear' }],
      })
      await shop.meet(ramp, { treatment, control }, { treatment: treatment * 0.04, control: control * 0.04 })
      shop.advance(5_000)
      ramp = await shop.round(ramp.id)
      seen.push([ramp.state, ramp.step, ramp.seq, await shop.percent()])
    }
    expect(seen).toEqual([
      ['running', 2, 2, 10],
      ['running', 3, 3, 50],
      ['completed', 4, 4, 100],
    ])
    expect(ramp.sentence).toBe('Completed: 100% of users have on, at 12:00:15 UTC after 15s.')
    expect(await shop.audited(ramp.id)).toEqual(['ramp.started', 'ramp.advanced', 'ramp.advanced', 'ramp.completed'])
    expect((await shop.api.getConfig({ params: CHECKOUT })).body.heldBy).toBeNull()
  })

  test('takes at most one step after the server was away for long', async () => {
    const shop = await rampShop()
    const { id } = await start(shop, { guards: [], steps: '1%:1s,10%:1s,50%:1s,100%' })
    await shop.round(id)
    shop.advance(3_600_000)
    expect(await shop.round(id)).toMatchObject({ step: 2, seq: 2 })
  })
})

describe('a release with a defect', () => {
  test('is taken back in the middle of its dwell, with flag, audit and alert in one commit', async () => {
    const shop = await rampShop()
    await shop.api.createWebhook({ params: CHECKOUT, body: { url: 'https://hooks.test/a' } })
    let ramp = await start(shop, { steps: '1%:10m,100%' })
    await shop.round(ramp.id)
    await shop.meet(ramp, { treatment: 131, control: 13_100 }, { treatment: 26, control: 537 })
    ramp = await shop.round(ramp.id)

    expect(ramp).toMatchObject({
      state: 'rolled_back',
      percent: { before: 0, reached: 1, now: 0 },
      end: { by: 'guard', cause: { kind: 'guard', named: ['checkout_error'] } },
      sentence:
        'Rolled back 1% → 0% at 12:00:00 UTC after 0s: checkout_error: 4.1% of users without, 19.8% with (4.8×, 99% at any time: at least 2.1×), limit no worse; 131 users.',
    })
    expect(await shop.percent()).toBe(0)
    expect(await shop.audited(ramp.id)).toEqual(['ramp.started', 'ramp.rolled_back'])
    const alerts: unknown[] = []
    for (let due = await next(shop); due !== undefined; due = await next(shop))
      alerts.push([due.alert.kind, due.alert.words])
    expect(alerts).toEqual([
      ['started', expect.stringContaining('checkout in production: Ramp to on started at 1%')],
      ['rolled_back', `checkout in production: ${ramp.sentence}`],
    ])
  })

  test('is taken back while it is paused', async () => {
    const shop = await rampShop()
    const ramp = await start(shop)
    await shop.api.pauseRamp({ params: { project: 'shop', id: ramp.id }, body: {} })
    await shop.meet(ramp, { treatment: 131, control: 13_100 }, { treatment: 26, control: 537 })
    expect(await shop.round(ramp.id)).toMatchObject({ state: 'rolled_back', percent: { now: 0 } })
  })

  test('is held, and not taken back, by a guard that was made to hold', async () => {
    const shop = await rampShop()
    const ramp = await start(shop, { guards: ['checkout_error:hold'] })
    await shop.round(ramp.id)
    await shop.meet(ramp, { treatment: 131, control: 13_100 }, { treatment: 26, control: 537 })
    const held = await shop.round(ramp.id)
    expect(held).toMatchObject({
      state: 'running',
      percent: { now: 1 },
      holds: [{ kind: 'guard', guard: 'checkout_error' }],
    })
    expect(await shop.round(ramp.id)).toEqual(held)
    expect(await shop.audited(ramp.id)).toEqual(['ramp.started', 'ramp.held'])
  })

  test('goes down a step and tries once more with the reaction step_back', async () => {
    const shop = await rampShop()
    let ramp = await start(shop, { guards: ['checkout_error:step_back'], cooldown: '10s', reason: 'test' })
    await shop.round(ramp.id)
    await shop.meet(ramp, ...HEALTHY)
    shop.advance(5_000)
    ramp = await shop.round(ramp.id)
    await shop.meet(ramp, { treatment: 200, control: 1800 }, { treatment: 60, control: 72 })
    ramp = await shop.round(ramp.id)
    expect(ramp).toMatchObject({ state: 'running', step: 1, seq: 3, percent: { now: 1 } })
    expect(await shop.round(ramp.id)).toMatchObject({ step: 1, holds: [{ kind: 'dwell' }, { kind: 'not_clear' }] })
    expect(await shop.percent()).toBe(1)
  })
})

function next(shop: RampShop) {
  return shop.store.claimDelivery(shop.clock.now(), 60_000)
}

describe('the driver', () => {
  test('goes on from the store when another one takes over, and repeats nothing', async () => {
    const shop = await rampShop()
    let ramp = await start(shop)
    await shop.round(ramp.id)
    await shop.meet(ramp, ...HEALTHY)
    const failures: unknown[] = []
    const other = shop.driverOf(failures)
    shop.advance(5_000)
    await other.round()
    ramp = await shop.look(ramp.id)
    expect([failures, ramp.step, ramp.seq]).toEqual([[], 2, 2])
    await shop.driverOf(failures).round()
    expect(await shop.look(ramp.id)).toMatchObject({ step: 2, seq: 2 })
  })

  test('a commit whose answer was lost is not repeated, and one that failed is made up for', async () => {
    const shop = await rampShop()
    const { id } = await start(shop, { guards: [], steps: '1%:1s,10%:1s,50%:1s,100%' })
    const failures: unknown[] = []
    const refused = shop.driverOf(failures, { commit: () => Promise.reject(new Error('disk full')) })
    const answerLost = shop.driverOf(failures, {
      commit: async (commit) => {
        await shop.store.commit(commit)
        throw new Error('connection lost')
      },
    })
    const steps: unknown[] = []
    for (const driver of [refused, answerLost, answerLost, refused, answerLost, answerLost]) {
      shop.advance(6_000)
      await driver.round()
      const { step, seq, judgingSince } = await shop.look(id)
      steps.push([step, seq, judgingSince === null ? 'arriving' : 'judged'])
    }
    expect(steps).toEqual([
      [1, 1, 'arriving'],
      [1, 1, 'judged'],
      [2, 2, 'arriving'],
      [2, 2, 'arriving'],
      [2, 2, 'judged'],
      [3, 3, 'arriving'],
    ])
    expect(failures).toHaveLength(6)
    expect(await shop.audited(id)).toEqual(['ramp.started', 'ramp.advanced', 'ramp.advanced'])
  })

  test('looks at a ramp again within a tick, however long the last look took', async () => {
    const shop = await rampShop()
    const { id } = await start(shop)
    let looks = 0
    const driver = shop.driverOf([], {
      ticks: (ramp, since) => {
        looks += 1
        if (looks === 1) shop.advance(3_000)
        return shop.store.ticks(ramp, since)
      },
    })
    await driver.round()
    const first = looks
    await driver.round()
    expect([looks, (await shop.look(id)).state]).toEqual([first, 'running'])
    shop.advance(5_000)
    await driver.round()
    expect(looks).toBeGreaterThan(first)
  })

  test('two drivers at once take one step, not two', async () => {
    const shop = await rampShop()
    const ramp = await start(shop)
    await shop.round(ramp.id)
    await shop.meet(ramp, ...HEALTHY)
    shop.advance(6_000)
    const failures: unknown[] = []
    await Promise.all([
      shop.driverOf(failures).round(),
      shop.driverOf(failures).round(),
      shop.driverOf(failures).round(),
    ])
    expect(failures).toEqual([])
    expect(await shop.look(ramp.id)).toMatchObject({ step: 2, seq: 2, percent: { now: 10 } })
    expect(await shop.audited(ramp.id)).toEqual(['ramp.started', 'ramp.advanced'])
  })

  test('a step never writes over a rule that somebody edited under the ramp, and says so', async () => {
    const shop = await rampShop()
    const ramp = await start(shop)
    await shop.round(ramp.id)
    await shop.meet(ramp, ...HEALTHY)
    await edit(shop, 33)
    shop.advance(5_000)
    expect(await shop.round(ramp.id)).toMatchObject({ step: 1, holds: [{ kind: 'conflict' }] })
    expect(await shop.percent()).toBe(33)
    await shop.api.resumeRamp({ params: { project: 'shop', id: ramp.id }, body: {} })
    expect(await shop.percent()).toBe(1)
  })

  test('one ramp that cannot be driven does not stop the others', async () => {
    const shop = await rampShop()
    const ramp = await start(shop)
    const failures: unknown[] = []
    const other = (await shop.api.createFlag({ params: CHECKOUT, body: { key: 'search' } })).body.item.key
    await shop.api.setRollout({ params: { ...CHECKOUT, flag: other }, body: { percent: 0 } })
    await shop.api.switchFlag({ params: { ...CHECKOUT, flag: other }, body: { on: true } })
    const blind = { guards: [], steps: '1%:0s,100%' }
    const second = (await shop.api.startRamp({ params: { ...CHECKOUT, flag: other }, body: blind })).body.item
    const broken = shop.driverOf(failures, {
      ticks: (id) => (id === ramp.id ? Promise.reject(new Error('disk')) : shop.store.ticks(id)),
    })
    await broken.round()
    expect(failures).toEqual([new Error('disk')])
    expect((await shop.look(ramp.id)).state).toBe('running')
    expect((await shop.look(second.id)).state).toBe('completed')
  })
})

/** Writes the share past the service, as no address of the API allows. */
async function edit(shop: RampShop, percent: number): Promise<void> {
  const config = await shop.store.config(CHECKOUT, CHECKOUT.flag)
  if (config === undefined) throw new Error('the flag is gone')
  const { revision: _, ...draft } = config
  await shop.store.commit({
    scope: 'shop',
    at: shop.clock.now(),
    asker: {
      actor: { kind: 'system', id: 'system', name: 'test' },
      comment: null,
      request: { id: 't', address: null },
    },
    writes: [
      {
        put: 'config',
        config: { ...draft, everyoneElse: { variation: 'on', rollout: { percent, otherwise: 'off' } } },
      },
    ],
    changes: [{ environment: 'production', flags: ['checkout'] }],
    audit: [],
  })
}
