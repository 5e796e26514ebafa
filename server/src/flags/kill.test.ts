import { expect, test } from 'vitest'
import { CONFIG, PLACE, START, shopServer } from '../test-server.ts'

const OF_FLAG = { params: PLACE }

/** The shop with checkout on for 20%, and a ramp that has raised that to 50%. */
async function rampingShop() {
  const server = await shopServer()
  const { api } = server
  await api.setRollout({ ...OF_FLAG, body: { percent: 20 } })
  await api.switchFlag({ ...OF_FLAG, body: { on: true } })
  const { body } = await api.startRamp({ ...OF_FLAG, body: { steps: '50%:10m,100%', guards: [], cooldown: '0s' } })
  return { ...server, ramp: body.item }
}

test('a kill takes nothing but its address, and gives everyone the off variation', async () => {
  const { app, adminToken, api } = await shopServer()
  await api.switchFlag({ ...OF_FLAG, body: { on: true } })
  const headers = { authorization: `Bearer ${adminToken}` }
  const response = await app.request(`${CONFIG}/kill`, { method: 'POST', headers })
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      item: expect.objectContaining({
        on: true,
        killed: {
          at: new Date(START).toISOString(),
          by: { kind: 'token', id: expect.stringMatching(/^t_/), name: 'Bootstrap', via: 'api' },
          reason: null,
        },
        summary: 'Killed: everyone gets off.',
        revision: 4,
      }),
      revision: 4,
      auditId: 'shop/6',
      already: false,
      ramp: null,
      propagation: null,
    },
  ])
})

test('a second kill changes nothing and says so', async () => {
  const { api } = await shopServer()
  const first = await api.killFlag({ ...OF_FLAG, body: { reason: 'first' } })
  const second = await api.killFlag({ ...OF_FLAG, body: { reason: 'second' } })
  expect(second.body).toEqual({ ...first.body, already: true, auditId: null })
})

test('ten people who kill at once kill once', async () => {
  const { api } = await shopServer()
  const kills = await Promise.all(Array.from({ length: 10 }, () => api.killFlag({ ...OF_FLAG, body: {} })))
  expect(kills.filter(({ body }) => !body.already)).toHaveLength(1)
  expect(new Set(kills.map(({ body }) => body.revision))).toEqual(new Set([3]))
})

test('a kill that meets other changes is made after them', async () => {
  const { api } = await shopServer()
  const changes = Array.from({ length: 8 }, (_, i) => api.setRollout({ ...OF_FLAG, body: { percent: i } }))
  const [killed] = await Promise.all([api.killFlag({ ...OF_FLAG, body: {} }), ...changes])
  expect(killed.body).toMatchObject({ already: false })
  expect((await api.getConfig(OF_FLAG)).body.killed).not.toBeNull()
})

test('the right to kill is enough for a kill, and not for a restore', async () => {
  const { clientWith, tokenWith, call } = await shopServer()
  const guard = await clientWith('kill@shop/production')
  expect((await guard.killFlag({ ...OF_FLAG, body: {} })).status).toBe(200)
  const refused = await call('POST', `${CONFIG}/restore`, { token: await tokenWith('kill@shop/production') })
  expect([refused.status, refused.body]).toEqual([
    403,
    expect.objectContaining({ permission: 'write@shop/production/checkout' }),
  ])
})

test('restore only removes the mark: what was changed underneath is served', async () => {
  const { api } = await shopServer()
  await api.killFlag({ ...OF_FLAG, body: {} })
  const switched = await api.switchFlag({ ...OF_FLAG, body: { on: true } })
  expect(switched.body.item.summary).toBe('Killed: everyone gets off.')
  const restored = await api.restoreFlag({ ...OF_FLAG, body: { reason: 'fixed' } })
  expect(restored.body).toMatchObject({ item: { on: true, killed: null, summary: 'Everyone gets on.' }, revision: 5 })
  const again = await api.restoreFlag({ ...OF_FLAG, body: {} })
  expect(again.body).toEqual({ ...restored.body, revision: null })
})

test('a kill ends the ramp and returns its share in one revision; restore gives nobody more than before', async () => {
  const { api, ramp } = await rampingShop()
  expect((await api.getConfig(OF_FLAG)).body).toMatchObject({
    revision: 5,
    summary: '50% of users get on, everyone else gets off.',
    heldBy: { ramp: ramp.id, rule: 'everyone-else' },
  })
  const { body } = await api.killFlag({ ...OF_FLAG, body: { reason: 'errors' } })
  expect(body).toMatchObject({
    already: false,
    revision: 6,
    ramp: { id: ramp.id, percent: 20 },
    item: { heldBy: null, everyoneElse: { variation: 'on', rollout: { percent: 20, otherwise: 'off' } } },
  })
  expect((await api.getRamp({ params: { project: 'shop', id: ramp.id } })).body).toMatchObject({
    state: 'killed',
    percent: { before: 20, reached: 50, now: 20 },
    end: { by: 'person', cause: { kind: 'kill', reason: 'errors' } },
  })
  const audit = await api.listAudit({ params: PLACE, query: { limit: '2' } })
  expect(audit.body.items.map(({ action, revisions }) => [action, revisions])).toEqual([
    ['ramp.killed', [{ environment: 'production', revision: 6 }]],
    ['flag.killed', [{ environment: 'production', revision: 6 }]],
  ])
  const restored = await api.restoreFlag({ ...OF_FLAG, body: {} })
  expect(restored.body.item.summary).toBe('20% of users get on, everyone else gets off.')
})

test('the ramped rule is read-only while the ramp is active, and the rest of the flag is not', async () => {
  const { api, call, ramp } = await rampingShop()
  const config = (await api.getConfig(OF_FLAG)).body
  const { on, off, prerequisites, layer, rules, everyoneElse } = config
  const body = { on, off, prerequisites, layer, rules, everyoneElse }
  const put = (changes: Partial<typeof body>, revision = config.revision) =>
    call('PUT', CONFIG, { body: { ...body, ...changes }, headers: { 'if-match': `"${revision}"` } })
  const refused = [
    await put({ everyoneElse: { variation: 'on' } }),
    await put({ everyoneElse: { variation: 'on', rollout: { percent: 60, otherwise: 'off' } } }),
    await call('POST', `${CONFIG}/rollout`, { body: { percent: 60 } }),
  ]
  for (const { status, body } of refused) {
    expect([status, body]).toEqual([409, expect.objectContaining({ code: 'ramp_active', current: { id: ramp.id } })])
  }
  const beta = {
    id: 'beta',
    name: null,
    paused: false,
    when: { attribute: 'beta', operator: 'is', operand: true } as const,
    serve: { variation: 'on' },
  }
  const edited = await put({ rules: [beta] })
  expect([edited.status, edited.body]).toEqual([
    200,
    expect.objectContaining({ item: expect.objectContaining({ heldBy: { ramp: ramp.id, rule: 'everyone-else' } }) }),
  ])
})

test('a ramp’s own steps do not stand in the way of an edit that began before them', async () => {
  const { api, call, ramp } = await rampingShop()
  const { on, off, prerequisites, layer, rules, everyoneElse, revision } = (await api.getConfig(OF_FLAG)).body
  const inRamp = { params: { project: 'shop', id: ramp.id } }
  await api.rollbackRamp({ ...inRamp, body: {} })
  const gone = await call('PUT', CONFIG, {
    body: { on: false, off, prerequisites, layer, rules, everyoneElse },
    headers: { 'if-match': `"${revision}"` },
  })
  expect([gone.status, 'a rollback ended the ramp: the share in the edit is stale']).toEqual([412, expect.anything()])

  const next = await api.startRamp({ ...OF_FLAG, body: { steps: '30%:1m,40%:1m,100%', guards: [], cooldown: '0s' } })
  const read = (await api.getConfig(OF_FLAG)).body
  await api.advanceRamp({ params: { project: 'shop', id: next.body.item.id }, body: { reason: 'fine' } })
  const edited = await call('PUT', CONFIG, {
    body: { on, off: 'off', prerequisites, layer, rules, everyoneElse: read.everyoneElse },
    headers: { 'if-match': `"${read.revision}"` },
  })
  expect(edited.status).toBe(200)
  expect((await api.getConfig(OF_FLAG)).body).toMatchObject({ everyoneElse: { rollout: { percent: 40 } } })
})

test('endRamp sets the share by hand and ends the ramp where it was', async () => {
  const { api, ramp } = await rampingShop()
  const { body } = await api.setRollout({ ...OF_FLAG, body: { percent: 35, endRamp: true }, comment: 'by hand' })
  expect(body.item).toMatchObject({ heldBy: null, summary: '35% of users get on, everyone else gets off.' })
  expect((await api.getRamp({ params: { project: 'shop', id: ramp.id } })).body).toMatchObject({
    state: 'superseded',
    end: { by: 'person', cause: { kind: 'edited', reason: 'by hand' } },
  })
})

test('endRamp at the very share of the ramp ends it all the same', async () => {
  const { api, ramp } = await rampingShop()
  await api.setRollout({ ...OF_FLAG, body: { percent: 50, endRamp: true } })
  expect((await api.getRamp({ params: { project: 'shop', id: ramp.id } })).body.state).toBe('superseded')
})

test('a flag under a ramp cannot be archived', async () => {
  const { call, ramp } = await rampingShop()
  const refused = await call('PATCH', '/api/v1/projects/shop/flags/checkout', { body: { archived: true } })
  expect([refused.status, refused.body]).toEqual([
    409,
    expect.objectContaining({ code: 'ramp_active', current: { id: ramp.id } }),
  ])
})

test('with wait, a kill says how far it has travelled', async () => {
  const { api } = await shopServer()
  const { body } = await api.killFlag({ ...OF_FLAG, query: { wait: '1s' }, body: {} })
  expect(body.propagation).toEqual({ instances: 0, holding: 0, slowestMs: null, behind: [] })
  const propagation = await api.getPropagation({ ...OF_FLAG })
  expect(propagation.body).toEqual({ instances: 0, holding: 0, slowestMs: null, behind: [] })
})
