import { ProblemError } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { CHECKOUT, type RampShop, rampShop } from './testing/shop.ts'

type StartBody = Parameters<RampShop['api']['startRamp']>[0]['body']

const GUARDED = { steps: '1%:5s,10%:5s,50%:5s,100%', guards: ['checkout_error'] } as const

function start(shop: RampShop, body: StartBody = {}) {
  return shop.api.startRamp({ params: CHECKOUT, body: { ...GUARDED, guards: [...GUARDED.guards], ...body } })
}

const of = (id: string) => ({ params: { project: 'shop', id }, body: {} })

/** The problem that a call ends with. */
async function problem(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ProblemError)) throw new Error(`no problem, but ${JSON.stringify(error)}`)
  return error.problem
}

describe('starting a ramp', () => {
  test('publishes the first step, says what it did and where the ramp is', async () => {
    const shop = await rampShop()
    const { status, body } = await start(shop, { run: 'build-1', source: { commit: 'abc' } })
    expect(status).toBe(201)
    expect(body.item).toMatchObject({
      flag: 'checkout',
      to: 'on',
      rule: 'everyone-else',
      state: 'running',
      step: 1,
      seq: 1,
      percent: { before: 0, reached: 1, now: 1 },
      run: 'build-1',
      source: { commit: 'abc' },
      plan: { key: 'default', version: 0, guards: [{ metric: 'checkout_error', reaction: 'rollback', weight: 1 }] },
      end: null,
    })
    const config = await shop.api.getConfig({ params: CHECKOUT })
    expect(config.body).toMatchObject({
      everyoneElse: { variation: 'on', rollout: { percent: 1, otherwise: 'off' } },
      revision: body.revision,
      heldBy: { ramp: body.item.id, rule: 'everyone-else' },
    })
  })

  test('twice with the same run is one ramp, whatever became of it', async () => {
    const shop = await rampShop()
    const first = await start(shop, { run: 'build-1' })
    const again = await start(shop, { run: 'build-1' })
    expect([again.status, again.body.item.id]).toEqual([200, first.body.item.id])
    await shop.api.rollbackRamp(of(first.body.item.id))
    const later = await start(shop, { run: 'build-1' })
    expect([later.status, later.body.item.id, later.body.item.state]).toEqual([200, first.body.item.id, 'rolled_back'])
  })

  test('at once from two pipelines gives one ramp', async () => {
    const shop = await rampShop()
    const both = await Promise.all([start(shop, { run: 'same' }), start(shop, { run: 'same' })])
    expect(new Set(both.map(({ body }) => body.item.id)).size).toBe(1)
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 201]))
  })

  test('while another one is active is refused, or replaces it and keeps its way back', async () => {
    const shop = await rampShop()
    const { body: first } = await start(shop)
    await shop.api.advanceRamp(of(first.item.id))
    expect(await problem(start(shop))).toMatchObject({
      code: 'ramp_active',
      status: 409,
      current: { id: first.item.id },
    })

    const { body: second } = await start(shop, { replace: true, run: 'build-2' })
    expect(second.item).toMatchObject({ state: 'running', percent: { before: 0, now: 1 } })
    expect(await shop.look(first.item.id)).toMatchObject({
      state: 'superseded',
      end: { by: 'person', cause: { kind: 'replaced' } },
    })
    await shop.api.rollbackRamp(of(second.item.id))
    expect(await shop.percent()).toBe(0)
  })

  test('after a rollback waits for the cool-down, unless somebody says why not', async () => {
    const shop = await rampShop()
    const { body } = await start(shop, { run: 'bad' })
    await shop.api.rollbackRamp(of(body.item.id))
    expect(await problem(start(shop, { run: 'next' }))).toMatchObject({
      code: 'cooling_down',
      status: 409,
      retryable: true,
      current: { id: body.item.id, until: '2026-03-01T12:15:00.000Z' },
    })
    expect(await problem(start(shop, { run: 'next', cooldown: '0s' }))).toMatchObject({
      code: 'invalid',
      errors: [{ pointer: '/reason' }],
    })
    expect((await start(shop, { run: 'urgent', cooldown: '0s', reason: 'the fix is in' })).status).toBe(201)
  })

  test('after the cool-down is open again', async () => {
    const shop = await rampShop()
    const { body } = await start(shop)
    await shop.api.rollbackRamp(of(body.item.id))
    shop.advance(15 * 60_000)
    expect((await start(shop)).status).toBe(201)
  })

  test('of a killed flag, or one that is switched off, is refused', async () => {
    const shop = await rampShop()
    await shop.api.killFlag({ params: CHECKOUT, body: {} })
    expect(await problem(start(shop))).toMatchObject({ code: 'killed', status: 409 })
    await shop.api.restoreFlag({ params: CHECKOUT, body: {} })
    await shop.api.switchFlag({ params: CHECKOUT, body: { on: false } })
    expect(await problem(start(shop))).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('switched off'),
    })
  })

  test('with a metric that nobody reports is refused with the nearest name, unless it is said to be new', async () => {
    const shop = await rampShop()
    expect(await problem(start(shop, { guards: ['checkout_eror'] }))).toMatchObject({
      code: 'unknown_metric',
      errors: [{ pointer: '/guards/0', nearest: 'checkout_error' }],
    })
    expect((await start(shop, { guards: ['brand_new'], allowNewMetric: true })).status).toBe(201)
  })

  test('that nothing would watch is refused, unless it is said so', async () => {
    const shop = await rampShop()
    const { params } = { params: CHECKOUT }
    expect(await problem(shop.api.startRamp({ params, body: {} }))).toMatchObject({ code: 'blind_step', status: 422 })
    expect((await shop.api.startRamp({ params, body: { guards: [] } })).status).toBe(201)
  })

  test('takes the guards and steps of the project’s default plan', async () => {
    const shop = await rampShop()
    const saved = await shop.api.putPlan({
      params: { project: 'shop', plan: 'default' },
      body: { steps: '5%:1m,100%', guards: ['checkout_error<=2x'] },
    })
    expect(saved.body.item).toMatchObject({ key: 'default', version: 1 })
    const { body } = await shop.api.startRamp({ params: CHECKOUT, body: {} })
    expect(body.item).toMatchObject({
      plan: { key: 'default', version: 1, guards: [{ limit: { kind: 'ratio', max: 2 } }] },
      percent: { now: 5 },
    })
  })

  test('never takes anything from anybody: it begins at the first step that is not below what is given', async () => {
    const shop = await rampShop()
    await shop.api.setRollout({ params: CHECKOUT, body: { percent: 7 } })
    const { body } = await start(shop)
    expect(body.item).toMatchObject({ step: 2, percent: { before: 7, now: 10 } })
    await shop.api.rollbackRamp(of(body.item.id))
    expect(await shop.percent()).toBe(7)
  })

  test('begins later with `from`', async () => {
    const shop = await rampShop()
    expect((await start(shop, { from: 50 })).body.item).toMatchObject({ step: 3, percent: { before: 0, now: 50 } })
  })

  test.each([
    [{ to: 'purple' }, '/to'],
    [{ rule: 'nowhere' }, '/rule'],
    [{ steps: '1%:5s,10%', from: 50 }, '/from'],
  ])('with %j is refused at the place that is wrong', async (body, pointer) => {
    const shop = await rampShop()
    expect(await problem(start(shop, body))).toMatchObject({ code: 'invalid', errors: [{ pointer }] })
  })

  test('on the same seed keeps the salt, so that units counted before are recognised', async () => {
    const shop = await rampShop()
    const first = (await start(shop)).body.item
    await shop.api.rollbackRamp(of(first.id))
    shop.advance(3_600_000)
    const second = (await start(shop)).body.item
    await shop.api.rollbackRamp(of(second.id))
    shop.advance(31 * 24 * 3_600_000)
    const third = (await start(shop, { allowNewMetric: true })).body.item
    const salts = await Promise.all(
      [first, second, third].map(async ({ id }) => (await shop.store.ramp(id))?.ramp.salt),
    )
    expect(salts[1]).toBe(salts[0])
    expect(salts[2]).not.toBe(salts[0])
  })

  test('is refused while a flag with the same seed ramps', async () => {
    const shop = await rampShop()
    const twin = { ...CHECKOUT, flag: 'twin' }
    await shop.api.createFlag({ params: CHECKOUT, body: { key: 'twin', seed: 'checkout' } })
    await shop.api.setRollout({ params: twin, body: { percent: 0 } })
    await shop.api.switchFlag({ params: twin, body: { on: true } })
    await start(shop)
    const refused = shop.api.startRamp({ params: twin, body: { guards: ['checkout_error'] } })
    expect(await problem(refused)).toMatchObject({ code: 'invalid', detail: expect.stringContaining('same seed') })
  })
})

describe('steering', () => {
  test('pause, resume and advance do what they say and are written down', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop)).body.item
    expect((await shop.api.pauseRamp(of(id))).body.item).toMatchObject({ state: 'paused', nextDecisionAt: null })
    expect((await shop.api.resumeRamp(of(id))).body.item).toMatchObject({ state: 'running' })
    const advanced = await shop.api.advanceRamp({
      params: { project: 'shop', id },
      body: { to: 50, reason: 'seen enough' },
    })
    expect(advanced.body.item).toMatchObject({ step: 3, percent: { now: 50 } })
    expect(await shop.percent()).toBe(50)
    expect(await shop.audited(id)).toEqual(['ramp.started', 'ramp.paused', 'ramp.resumed', 'ramp.advanced'])
    const [last] = await shop.store.audit({ scope: 'shop', subject: { kind: 'ramp', key: id }, limit: 1 })
    expect(last).toMatchObject({ comment: 'seen enough', words: 'checkout: 1% → 50% of users.' })
  })

  test('asking for what is so already changes nothing', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop)).body.item
    const once = await shop.api.pauseRamp(of(id))
    const twice = await shop.api.pauseRamp(of(id))
    expect(twice.body).toMatchObject({
      revision: null,
      auditId: once.body.auditId,
      item: { version: once.body.item.version },
    })
  })

  test('an end is final', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop)).body.item
    await shop.api.rollbackRamp({ params: { project: 'shop', id }, body: { reason: 'looks odd' } })
    expect(await shop.look(id)).toMatchObject({
      state: 'rolled_back',
      end: { by: 'person', cause: { kind: 'person', reason: 'looks odd' } },
    })
    expect(await problem(shop.api.advanceRamp(of(id)))).toMatchObject({ code: 'ramp_ended', status: 409 })
  })

  test('a kill ends the ramp in its own commit, and restore gives nobody more than before', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop)).body.item
    await shop.api.advanceRamp({ params: { project: 'shop', id }, body: { to: 50 } })
    await shop.api.killFlag({ params: CHECKOUT, body: { reason: '5xx' } })
    expect(await shop.look(id)).toMatchObject({
      state: 'killed',
      percent: { now: 0 },
      end: { cause: { kind: 'kill', reason: '5xx' } },
    })
    await shop.api.restoreFlag({ params: CHECKOUT, body: {} })
    expect(await shop.percent()).toBe(0)
  })

  test('the ramped rule is read-only, and the refusal names the ramp', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop)).body.item
    expect(await problem(shop.api.setRollout({ params: CHECKOUT, body: { percent: 60 } }))).toMatchObject({
      code: 'ramp_active',
      detail: expect.stringContaining(id),
    })
    await shop.api.setRollout({ params: CHECKOUT, body: { percent: 60, endRamp: true } })
    expect(await shop.percent()).toBe(60)
    expect(await shop.look(id)).toMatchObject({ state: 'superseded', end: { cause: { kind: 'edited' } } })
  })
})

describe('approvals', () => {
  test('are given last, by those who may, and hold for one step', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop, { steps: '1%:0s,10%:0s,100%', guards: [], approveAt: [10] })).body.item
    await shop.round(id)
    expect(await shop.look(id)).toMatchObject({
      step: 1,
      holds: [{ kind: 'approval', words: 'an approval to go to 10%' }],
    })

    const pipeline = await shop.clientWith('ramp@shop/production')
    expect(await problem(pipeline.approveRamp(of(id)))).toMatchObject({
      code: 'forbidden',
      permission: 'approve@shop/production/checkout',
    })
    expect(await problem(pipeline.advanceRamp(of(id)))).toMatchObject({
      code: 'forbidden',
      permission: 'approve@shop/production/checkout',
    })

    await (await shop.clientWith('approve@shop/production')).approveRamp(of(id))
    expect(await shop.round(id)).toMatchObject({ step: 2, percent: { now: 10 } })
  })

  test('cannot be given before they are asked for', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop, { approveAt: [10] })).body.item
    expect(await problem(shop.api.approveRamp(of(id)))).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('does not wait'),
    })
  })

  test('refused take the ramp back', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop, { approveAt: [10] })).body.item
    expect((await shop.api.rejectRamp(of(id))).body.item).toMatchObject({
      state: 'rolled_back',
      end: { cause: { kind: 'rejected' } },
    })
  })
})

describe('reading', () => {
  test('a long poll answers when the ramp changes', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop)).body.item
    const waiting = shop.api.getRamp({ params: { project: 'shop', id }, query: { wait: '30s' } })
    await shop.api.pauseRamp(of(id))
    expect((await waiting).body).toMatchObject({ state: 'paused' })
  })

  test('a long poll answers at once when the ramp has changed since, or has ended', async () => {
    const shop = await rampShop()
    const { id, version } = (await start(shop)).body.item
    await shop.api.pauseRamp(of(id))
    const since = await shop.api.getRamp({ params: { project: 'shop', id }, query: { wait: '30s', version } })
    expect(since.body).toMatchObject({ state: 'paused' })
    await shop.api.rollbackRamp(of(id))
    expect((await shop.api.getRamp({ params: { project: 'shop', id }, query: { wait: '30s' } })).body.state).toBe(
      'rolled_back',
    )
  })

  test('a long poll answers when its time is over', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop)).body.item
    expect((await shop.api.getRamp({ params: { project: 'shop', id }, query: { wait: '20ms' } })).body.state).toBe(
      'running',
    )
  })

  test('lists come newest first, in pages, by state', async () => {
    const shop = await rampShop()
    const first = (await start(shop)).body.item.id
    shop.advance(1_000)
    const second = (await start(shop, { replace: true })).body.item.id
    const page = await shop.api.listRamps({ params: CHECKOUT, query: { limit: 1 } })
    expect([page.body.items.map(({ id }) => id), page.body.next]).toEqual([[second], second])
    const rest = await shop.api.listRamps({ params: CHECKOUT, query: { cursor: second } })
    expect([rest.body.items.map(({ id }) => id), rest.body.next]).toEqual([[first], null])
    const active = await shop.api.listRamps({ params: CHECKOUT, query: { state: 'active', flag: 'checkout' } })
    expect(active.body.items.map(({ id }) => id)).toEqual([second])
  })

  test('a token for one environment reads and steers the ramps there, and no others', async () => {
    const shop = await rampShop()
    const { id } = (await start(shop)).body.item
    const there = await shop.clientWith('ramp@shop/production')
    expect((await there.getRamp({ params: { project: 'shop', id } })).body.id).toBe(id)
    expect((await there.pauseRamp(of(id))).body.item.state).toBe('paused')
    const elsewhere = await shop.clientWith('ramp@shop/development')
    expect(await problem(elsewhere.getRamp({ params: { project: 'shop', id } }))).toMatchObject({ code: 'forbidden' })
    expect(await problem(shop.api.getRamp({ params: { project: 'shop', id: 'r_none' } }))).toMatchObject({
      code: 'not_found',
    })
  })
})

describe('plans', () => {
  test('are versions of a recipe, each checked before it is stored', async () => {
    const shop = await rampShop()
    const params = { project: 'shop', plan: 'careful' }
    await shop.api.putPlan({ params, body: { steps: '1%:1h,100%', guards: ['checkout_error'] } })
    const second = await shop.api.putPlan({ params, body: { name: 'Careful', guards: [] } })
    expect(second.body.item).toMatchObject({ key: 'careful', version: 2, name: 'Careful', guards: [] })
    const same = await shop.api.putPlan({ params, body: { guards: [] }, ifMatch: 2 })
    expect([same.body.item.version, same.body.auditId]).toEqual([2, second.body.auditId])
    expect((await shop.api.getPlan({ params })).body.version).toBe(2)
    expect((await shop.api.listPlans({ params })).body.items.map(({ key }) => key)).toEqual(['careful'])
    expect(await problem(shop.api.putPlan({ params, body: {} }))).toMatchObject({ code: 'blind_step' })
    expect(await problem(shop.api.putPlan({ params, body: { guards: [], steps: '10%,1%' } }))).toMatchObject({
      code: 'invalid',
    })
    expect(await problem(shop.api.putPlan({ params, body: { guards: [] }, ifMatch: 1 }))).toMatchObject({
      code: 'revision_mismatch',
    })
    expect(await problem(shop.api.getPlan({ params: { ...params, plan: 'carefull' } }))).toMatchObject({
      hint: 'Did you mean careful?',
    })
  })
})
