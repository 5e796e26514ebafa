import { createClient, type FlagClient } from '@rampart/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, FLAG, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'

let demo: Demo
let client: FlagClient

beforeAll(async () => {
  demo = await startDemo()
  client = createClient({ url: demo.url, key: demo.serverKey, cacheFile: false, logger: 'silent' })
  await client.ready()
})

afterAll(async () => {
  await client.close()
  await demo.close()
})

async function startRamp(run: string): Promise<string> {
  const started = await demo.api.startRamp({
    ...ofFlag,
    body: { steps: '50%:10m,100%', guards: ['checkout_error'], allowNewMetric: true, run },
  })
  await until(() => (client.details(FLAG, 'ana', false).revision >= (started.body.revision ?? 0) ? true : undefined))
  return started.body.item.id
}

const served = (): number =>
  Array.from({ length: 200 }, (_, i) => client.isEnabled(FLAG, `u${i}`)).filter(Boolean).length

test('a kill during a ramp ends it, and restore gives nobody more than they had before', async () => {
  const id = await startRamp('first')
  expect(served()).toBeGreaterThan(50)

  const killed = await demo.api.killFlag({ ...ofFlag, query: { wait: '5s' }, body: { reason: 'checkout is down' } })
  expect(killed.body).toMatchObject({
    already: false,
    ramp: { id },
    propagation: { instances: 1, holding: 1, behind: [] },
  })
  expect(served()).toBe(0)
  expect(client.details(FLAG, 'ana', true)).toMatchObject({ value: false, reason: 'killed' })
  const ramp = await demo.api.getRamp({ params: { project: 'demo', id } })
  expect(ramp.body).toMatchObject({ state: 'killed', percent: { before: 0, now: 0 } })

  const restored = await demo.api.restoreFlag({ ...ofFlag, body: {} })
  await until(() => (client.details(FLAG, 'ana', true).reason === 'rollout' ? true : undefined))
  expect(served()).toBe(0)
  expect(restored.body.item).toMatchObject({
    killed: null,
    everyoneElse: { variation: 'on', rollout: { percent: 0, otherwise: 'off' } },
  })
})

test('a kill URL kills with nothing but its address, says so twice, and cannot do anything else', async () => {
  const made = await demo.api.createToken({
    body: { kind: 'kill-url', name: 'pager', scopes: [`kill@demo/production/${FLAG}`] },
  })
  const url = made.body.url ?? ''
  const looked = await fetch(url)
  expect(looked.headers.get('content-type')).toContain('text/html')
  expect((await demo.api.getConfig(ofFlag)).body.killed).toBeNull()

  const first = await fetch(`${url}?wait=5s`, { method: 'POST' })
  expect(first.status).toBe(200)
  expect(await first.json()).toMatchObject({
    killed: [{ flag: FLAG, environment: 'production', already: false }],
    propagation: { instances: 1, holding: 1 },
  })
  const second = await fetch(url, { method: 'POST' })
  expect(await second.json()).toMatchObject({ killed: [{ already: true }] })

  const elsewhere = await fetch(`${demo.url}/api/v1/projects/demo/flags`, {
    headers: { authorization: `Bearer ${made.body.secret}` },
  })
  expect(elsewhere.status).toBe(403)
  await demo.api.restoreFlag({ ...ofFlag, body: {} })
})

test('a token that may only kill cannot restore', async () => {
  const made = await demo.api.createToken({
    body: { kind: 'machine', name: 'on call', scopes: ['kill@demo/production'] },
  })
  const call = (command: string): Promise<Response> =>
    fetch(`${demo.url}/api/v1/projects/demo/environments/production/flags/${FLAG}/${command}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${made.body.secret}` },
    })
  expect((await call('kill')).status).toBe(200)
  const refused = await call('restore')
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ code: 'forbidden', permission: `write@demo/production/${FLAG}` })
  await demo.api.restoreFlag({ ...ofFlag, body: {} })
})

test('while a ramp holds the rule, it cannot be edited, and everything else can', async () => {
  const id = await startRamp('second')
  await expect(demo.api.setRollout({ ...ofFlag, body: { percent: 80 } })).rejects.toMatchObject({
    problem: { code: 'ramp_active', status: 409 },
  })
  await demo.api.patchFlag({ params: { project: 'demo', flag: FLAG }, body: { description: 'still editable' } })
  await demo.api.rollbackRamp({ params: { project: 'demo', id }, body: { reason: 'enough seen' } })
  const ramps = await demo.api.listRamps({ ...inProject, query: { state: 'active' } })
  expect(ramps.body.items).toEqual([])
})
