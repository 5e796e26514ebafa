import { SDK_PATHS } from '@rampart/contract/wire'
import { expect, test } from 'vitest'
import { change, PLACE, ramp, startTestServer, type TestServer } from '../delivery/test-server.ts'
import { Queue } from './queue.ts'

const NOW = 1_800_000_005_000
const clock = { now: () => NOW }

function batch(id: string, rest: object = {}): object {
  return {
    format: 1,
    batch: id,
    instance: 'i-1',
    sdk: { name: '@rampart/node', version: '0.1.0' },
    revision: 2,
    spanMs: 2_000,
    evaluations: [],
    totals: [{ metric: 'order', n: 3 }],
    watched: [
      {
        ramp: 'r_1',
        seq: 1,
        agoMs: 1_000,
        seen: { treatment: ['00000000000000a1'], control: ['00000000000000c1'] },
        evaluations: { treatment: 1, control: 1 },
        first: [{ metric: 'checkout_error', treatment: ['00000000000000a1'], control: [] }],
      },
    ],
    ...rest,
  }
}

async function send(server: TestServer, key: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(server.url + SDK_PATHS.events, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

async function withRamp(): Promise<TestServer> {
  const server = await startTestServer({ clock })
  await change(server.store, [{ put: 'ramp', ramp: ramp() }], { watches: ['r_1'] })
  return server
}

const tick = Math.floor((NOW - 1_000) / 10_000) * 10_000
const counted = [
  { seq: 1, tick, metric: '', treatment: 1, control: 1 },
  { seq: 1, tick, metric: '*', treatment: 1, control: 1 },
  { seq: 1, tick, metric: 'checkout_error', treatment: 1, control: 0 },
]

test('a batch is counted once, however often it is sent', async () => {
  const server = await withRamp()
  const answers = await Promise.all([1, 2, 3].map(() => send(server, server.keys.server, batch('b-1'))))
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
  expect(answers.filter(({ body }) => body.duplicate).length).toBe(2)
  expect(await server.store.ticks('r_1')).toEqual(counted)
  expect((await server.store.metrics(PLACE)).map(({ name }) => name)).toEqual(['checkout_error', 'order'])
})

test('a unit that two instances report is counted once', async () => {
  const server = await withRamp()
  await send(server, server.keys.server, batch('b-1', { instance: 'i-1' }))
  await send(server, server.keys.server, batch('b-2', { instance: 'i-2' }))
  expect(await server.store.ticks('r_1')).toEqual(counted)
})

test('what was accepted is there after a restart, and known to be', async () => {
  const server = await withRamp()
  await send(server, server.keys.server, batch('b-1'))
  const next = await server.restart()
  expect(await send(next, next.keys.server, batch('b-1'))).toEqual({ status: 202, body: { duplicate: true } })
  expect(await next.store.ticks('r_1')).toEqual(counted)
})

test('outcomes of a ramp that has ended are late', async () => {
  const server = await withRamp()
  const end = { at: '2026-01-01T00:00:00.000Z', by: 'guard' as const, cause: null }
  await change(server.store, [{ put: 'ramp', ramp: ramp({ state: 'rolled_back', end }) }], { watches: ['r_1'] })
  expect((await send(server, server.keys.server, batch('b-1'))).status).toBe(202)
  expect([await server.store.ticks('r_1'), await server.store.lateCounts('r_1')]).toEqual([[], 1])
})

test('a public key counts nothing: anybody could bring a ramp down with it', async () => {
  const server = await withRamp()
  expect(await send(server, server.keys.client, batch('b-1'))).toEqual({
    status: 202,
    body: { duplicate: false, ignored: true },
  })
  expect([await server.store.ticks('r_1'), await server.store.metrics(PLACE)]).toEqual([[], []])
  expect((await send(server, server.keys.server, batch('b-1'))).body).toEqual({ duplicate: false })
})

test.each<[string, unknown, number, string]>([
  ['not JSON', '{', 400, 'malformed'],
  ['no batch', {}, 422, 'invalid'],
  ['a unit that is no hash', batch('b-1', { watched: [{ ramp: 'r_1' }] }), 422, 'invalid'],
  ['larger than 2 MiB', `"${'x'.repeat(2 << 20)}"`, 413, 'too_large'],
])('a body that is %s is refused', async (_, body, status, code) => {
  const server = await startTestServer()
  expect(await send(server, server.keys.server, body)).toMatchObject({ status, body: { code } })
})

test('a server that goes away writes what it has taken, and takes no more', async () => {
  const server = await withRamp()
  const taken = send(server, server.keys.server, batch('b-1'))
  await taken
  await server.ingest.drain()
  expect(await send(server, server.keys.server, batch('b-2'))).toMatchObject({
    status: 503,
    body: { code: 'overloaded', retryable: true },
  })
})

test('what waits to be written is bounded in number and in bytes', async () => {
  const queue = new Queue({ batches: 2, bytes: 100 })
  const open: (() => void)[] = []
  const hold = (bytes: number) => queue.hold(bytes, () => new Promise<void>((resolve) => open.push(resolve)))
  const held = [hold(60), hold(40)]
  const refused = { code: 'overloaded', extras: { retryAfterMs: 2_000 } }
  await expect(hold(0)).rejects.toMatchObject(refused)
  open[1]?.()
  await held[1]
  await expect(hold(41)).rejects.toMatchObject(refused)
  held.push(hold(40))
  let drained = false
  const draining = queue.drain().then(() => {
    drained = true
  })
  await expect(hold(1)).rejects.toMatchObject(refused)
  open[0]?.()
  await held[0]
  expect(drained).toBe(false)
  open[2]?.()
  await draining
  await Promise.all(held)
})

test('a public key counts for guards of browsers, and no more of one sender than its part', async () => {
  const server = await startTestServer({ clock })
  const browsing = ramp()
  const guards = browsing.plan.guards.map((guard) => ({ ...guard, source: { kind: 'sdk', from: 'browser' } as const }))
  await change(server.store, [{ put: 'ramp', ramp: { ...browsing, plan: { ...browsing.plan, guards } } }], {
    watches: ['r_1'],
  })
  const watched = (n: number) => [
    {
      ramp: 'r_1',
      seq: 1,
      agoMs: 1_000,
      seen: { treatment: Array.from({ length: n }, (_, i) => i.toString(16).padStart(16, '0')), control: [] },
      evaluations: { treatment: n, control: 0 },
    },
  ]
  expect((await send(server, server.keys.client, batch('b-1', { watched: watched(20) }))).body).toEqual({
    duplicate: false,
  })
  await send(server, server.keys.client, batch('b-2', { watched: watched(21), instance: 'i-2' }))
  expect(await server.store.ticks('r_1')).toEqual([{ seq: 1, tick, metric: '~', treatment: 20, control: 0 }])
  expect(await server.store.metrics(PLACE)).toEqual([])
})

test('a crowded server leaves out evaluations and counts outcomes, and says so', async () => {
  const shed: unknown[] = []
  // One batch is half of what this one takes.
  const limits = { batches: 1, bytes: 1 << 20 }
  const server = await startTestServer({ clock, ingest: { limits, onShed: (...what) => shed.push(what) } })
  await change(server.store, [{ put: 'ramp', ramp: ramp() }], { watches: ['r_1'] })
  const evaluations = [{ flag: 'checkout', variation: 'on', reason: 'rollout', n: 7 }]
  const answer = await send(server, server.keys.server, batch('b-1', { evaluations, unknown: [{ flag: 'x', n: 1 }] }))
  expect(answer.status).toBe(202)
  expect(await server.store.ticks('r_1')).toEqual(counted)
  const steps = { from: NOW - 60_000, to: NOW + 60_000, stepMs: 10_000 }
  expect(await server.store.served(PLACE, 'checkout', steps)).toEqual([])
  expect(await server.store.measured(PLACE, 'order', steps)).toMatchObject([{ n: 3 }])
  expect(await server.store.unknownFlags(PLACE)).toEqual([])
  expect(shed).toEqual([['evaluations', 7]])
})
