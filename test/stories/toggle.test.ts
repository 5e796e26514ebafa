import { createClient, type FlagClient } from '@rampart/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, FLAG, ofFlag, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'

let demo: Demo
let clients: readonly FlagClient[]

beforeAll(async () => {
  demo = await startDemo()
  clients = Array.from({ length: 5 }, (_, i) =>
    createClient({
      url: demo.url,
      key: demo.serverKey,
      application: { name: `app-${i}` },
      cacheFile: false,
      logger: 'silent',
    }),
  )
  await Promise.all(clients.map((client) => client.ready()))
})

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await demo.close()
})

test('a toggle reaches every SDK, and the server knows that it did', async () => {
  const before = clients.map((client) => client.isEnabled(FLAG, 'ana'))
  const set = await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
  await until(() => (clients.every((client) => client.isEnabled(FLAG, 'ana')) ? true : undefined))
  const propagation = await demo.api.getPropagation({ ...ofFlag, query: { wait: '5s' } })

  expect(before).toEqual([false, false, false, false, false])
  expect(set.body.item.everyoneElse).toEqual({ variation: 'on', rollout: { percent: 100, otherwise: 'off' } })
  expect(propagation.body).toMatchObject({ instances: 5, holding: 5, behind: [] })

  await demo.api.switchFlag({ ...ofFlag, body: { on: false } })
  await until(() => (clients.every((client) => !client.isEnabled(FLAG, 'ana')) ? true : undefined))
})

test('every SDK puts a unit on the same side of a rollout', async () => {
  await demo.api.setRollout({ ...ofFlag, body: { percent: 30 } })
  const { revision } = (await demo.api.switchFlag({ ...ofFlag, body: { on: true } })).body
  await until(() =>
    clients.every((client) => client.details(FLAG, 'ana', false).revision === revision) ? true : undefined,
  )

  const units = Array.from({ length: 1_000 }, (_, i) => `unit-${i}`)
  const sides = clients.map((client) => units.map((unit) => client.isEnabled(FLAG, unit)))
  for (const side of sides) expect(side).toEqual(sides[0])
  const share = (sides[0]?.filter(Boolean).length ?? 0) / units.length
  expect(share).toBeGreaterThan(0.25)
  expect(share).toBeLessThan(0.35)
})

test('changes made while an SDK is away arrive when the server is back, in order and whole', async () => {
  await demo.kill()
  await until(() => (clients.every((client) => client.status === 'stale') ? true : undefined))
  const whileAway = clients.map((client) => client.details(FLAG, 'ana', false))
  await demo.restart()
  await demo.api.switchFlag({ ...ofFlag, body: { on: false } })
  await until(() => (clients.every((client) => client.details(FLAG, 'ana', true).reason === 'off') ? true : undefined))

  expect(whileAway.every(({ reason }) => reason === 'rollout')).toBe(true)
})
