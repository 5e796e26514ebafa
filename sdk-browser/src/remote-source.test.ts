import type { Bootstrap, Snapshot } from '@rampart/contract/wire'
import { compile, evaluate } from '@rampart/core'
import { describe, expect, test, vi } from 'vitest'
import { openPage, openRemote } from './test-page.ts'
import { startTestServer } from './test-server.ts'
import { flag, rolledOut, snapshot } from './test-snapshots.ts'
import type { BrowserClientOptions } from './types.ts'

const held = snapshot(7, [rolledOut('half', 50), flag('checkout')])
const half = (unit: string, of: Snapshot = held) => evaluate(compile(of), 'half', unit).value
const units = ['ana', 'ben', 'cem', 'dan', 'eva', 'fay']
const inside = units.find((unit) => half(unit) === true) ?? ''
const outside = units.find((unit) => half(unit) === false) ?? ''

async function connected(options: Partial<BrowserClientOptions> = {}) {
  const server = await startTestServer(held)
  const page = openPage()
  const client = openRemote(page, { url: server.url, context: inside, ...options })
  await client.ready()
  return { server, page, client }
}

test('values come from the server, and no rule does', async () => {
  const { client, server } = await connected()
  expect(client.details('half', false)).toEqual({
    value: true,
    variation: 'on',
    reason: 'rollout',
    rule: { id: 'everyone-else' },
    revision: 7,
  })
  expect(client.snapshot()).not.toHaveProperty('snapshot')
  expect(new Set(server.requests.map(({ path, query }) => path + query))).toEqual(
    new Set(['/sdk/v1/stream?mode=remote', '/sdk/v1/evaluate']),
  )
})

test('a change is heard and asked for, and is told when it is one for whoever looks at the page', async () => {
  const { client, server } = await connected()
  const changes = vi.fn()
  client.on('change', changes)
  server.snapshot = snapshot(8, [rolledOut('half', 50), flag('checkout', { on: false })])
  server.changed(['checkout'])
  await vi.waitFor(() => expect(changes.mock.calls).toEqual([[{ revision: 8, keys: ['checkout'] }]]))
  expect([client.isEnabled('checkout'), client.isEnabled('half')]).toEqual([false, true])
})

describe('somebody else', () => {
  test('is asked for; the old values stay until then, and the last call wins', async () => {
    const { client, server } = await connected()
    const first = client.identify('ben')
    const last = client.identify(outside)
    expect([client.isEnabled('half'), client.status]).toEqual([true, 'stale'])
    expect(await Promise.all([first, last])).toEqual([
      { status: 'ready', revision: 7 },
      { status: 'ready', revision: 7 },
    ])
    expect([client.isEnabled('half'), client.status]).toEqual([false, 'ready'])
    expect(
      server
        .asked('evaluate')
        .map(({ body }) => JSON.parse(body).context.targetingKey)
        .at(-1),
    ).toBe(outside)
  })

  test('of the same values is known by the tag of the answer', async () => {
    const { client, server } = await connected()
    const identified = vi.fn()
    client.on('identify', identified)
    expect(await client.identify({ targetingKey: inside, plan: 'pro' })).toEqual({ status: 'ready', revision: 7 })
    expect(identified.mock.calls).toEqual([[{ revision: 7 }]])
    const [first, second] = server.asked('evaluate')
    expect([first?.headers['if-none-match'], second?.headers['if-none-match']]).toEqual([
      undefined,
      expect.stringMatching(/^"/),
    ])
    expect(client.isEnabled('half')).toBe(true)
  })
})

test('what is kept for the next page is for the same person only', async () => {
  const { server, page, client } = await connected()
  await client.close()
  await server.stop()
  expect(openRemote(page, { url: server.url, context: inside }).isEnabled('half')).toBe(true)
  expect(openRemote(page, { url: server.url, context: outside }).details('half', false).error?.code).toBe('not_ready')
})

test('a bootstrap answers at once, and is asked for all the same', async () => {
  const server = await startTestServer(held)
  const bootstrap: Bootstrap = {
    format: 1,
    revision: 3,
    values: [{ key: 'checkout', value: false, variation: 'off', reason: 'off' }],
  }
  const client = openRemote(openPage(), { url: server.url, bootstrap })
  expect(client.details('checkout', true)).toMatchObject({ value: false, reason: 'off', revision: 3 })
  await client.ready()
  expect(client.details('checkout', false)).toMatchObject({ value: true, revision: 7 })
})

test('while updates are frozen only a kill and a rollback are shown', async () => {
  const { client, server } = await connected({ updates: 'frozen' })
  server.snapshot = snapshot(8, [rolledOut('half', 0), flag('checkout', { on: false })])
  server.changed(['half', 'checkout'])
  await vi.waitFor(() => expect(client.snapshot().revision).toBe(8))
  expect([client.isEnabled('half'), client.isEnabled('checkout')]).toEqual([true, true])
  server.snapshot = snapshot(9, [rolledOut('half', 0), flag('checkout', { on: false })])
  server.changed(['half'], true)
  await vi.waitFor(() => expect(client.isEnabled('half')).toBe(false))
  expect(client.isEnabled('checkout')).toBe(true)
})

test('a server whose database was set back is believed', async () => {
  const { client, server } = await connected()
  server.snapshot = snapshot(3, [rolledOut('half', 0)])
  server.changed([])
  await vi.waitFor(() => expect(client.details('half', true)).toMatchObject({ value: false, revision: 3 }))
  const asked = server.asked('evaluate').length
  server.changed([])
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(server.asked('evaluate').length).toBe(asked)
})

test('a server that is away for a moment is asked again', async () => {
  const server = await startTestServer(held)
  server.instead('evaluate', { status: 503 })
  const page = openPage()
  const client = openRemote(page, { url: server.url, context: inside })
  await vi.waitFor(() => expect(client.isEnabled('half')).toBe(true))
  expect(page.log.lines).toEqual([])
})

test('where streams do not get through, values are polled', async () => {
  const server = await startTestServer(held)
  server.swallow = true
  const page = openPage()
  page.standsStill = true
  const client = openRemote(page, { url: server.url, context: inside })
  await client.ready()
  server.snapshot = snapshot(8, [rolledOut('half', 0)])
  page.passes(10_000)
  await vi.waitFor(() => {
    page.passes(1_000)
    expect(client.isEnabled('half')).toBe(false)
  })
})

test('of who looks at the page nothing is kept', async () => {
  const { page } = await connected({ context: { targetingKey: inside, email: 'ana@shop.example' } })
  const [kept = ''] = page.stored.values()
  expect(JSON.parse(kept)).toMatchObject({ context: expect.any(Number), bootstrap: { revision: 7 } })
  expect(kept).not.toMatch(/shop\.example|targetingKey/)
})

test('a context that cannot be written throws nothing, and is asked for nobody', async () => {
  const { client, server } = await connected()
  const context: { targetingKey: string; self?: object } = { targetingKey: 'x' }
  context.self = context
  void client.identify(context as { targetingKey: string })
  await vi.waitFor(() => expect(JSON.parse(server.asked('evaluate').at(-1)?.body ?? '')).toEqual({ context: null }))
})

test('who came before the page was put away is asked for when it is back', async () => {
  const { client, page, server } = await connected()
  void client.identify(outside)
  page.happens('pagehide')
  page.happens('pageshow')
  await vi.waitFor(() => expect(client.isEnabled('half')).toBe(false))
  expect([client.status, server.streams]).toEqual(['ready', 1])
})

test('nobody is asked for once the client is closed', async () => {
  const { client, page } = await connected()
  await client.close()
  const { length } = page.fetched
  expect(await client.identify(outside)).toMatchObject({ status: 'stale' })
  expect([page.fetched.length, client.isEnabled('half')]).toEqual([length, true])
})

test('until there are answers for somebody, nothing is counted for whoever was there before', async () => {
  const watch = { ramp: 'r_1', seq: 1, tickMs: 10_000, metrics: [{ metric: 'order', take: 'first' as const }] }
  const stand = { watch, unit: 'a'.repeat(16), arm: 'treatment' }
  const values = [{ key: 'half', value: true, variation: 'on', reason: 'rollout', stand }]
  const server = await startTestServer(held)
  server.instead('evaluate', { status: 503, headers: { 'retry-after': '9' } })
  const bootstrap = { format: 1, revision: 7, values } as unknown as Bootstrap
  const client = openRemote(openPage(), { url: server.url, context: 'ana', bootstrap })
  client.isEnabled('half')
  client.count('order')
  await client.flush()
  void client.identify('ben')
  client.isEnabled('half')
  client.count('order')
  await client.flush()
  expect(server.batches.map(({ watched, totals }) => [watched?.[0]?.seen.treatment, totals?.[0]?.n])).toEqual([
    [['a'.repeat(16)], 1],
    [undefined, 1],
  ])
})

test('while updates are frozen, what was changed in a hurry once is frozen again', async () => {
  const { client, server } = await connected({ updates: 'frozen' })
  server.snapshot = snapshot(8, [rolledOut('half', 0), flag('checkout')])
  server.changed(['half'], true)
  await vi.waitFor(() => expect(client.isEnabled('half')).toBe(false))
  server.snapshot = snapshot(9, [rolledOut('half', 100), flag('checkout')])
  server.changed(['half'])
  await vi.waitFor(() => expect(client.snapshot().revision).toBe(9))
  expect(client.isEnabled('half')).toBe(false)
})

test('an answer from before the notice is asked for again: the notice came from another server', async () => {
  const { client, server } = await connected()
  server.write('id: 8\nevent: changed\ndata: {"revision":8,"keys":["checkout"],"urgent":true}\n\n')
  await vi.waitFor(() => expect(server.asked('evaluate').length).toBeGreaterThan(2))
  server.snapshot = snapshot(8, [rolledOut('half', 50), flag('checkout', { killed: true })])
  await vi.waitFor(() => expect(client.isEnabled('checkout')).toBe(false))
})

test('a notice that no server keeps is not asked for without end', async () => {
  const { client, server } = await connected()
  server.write('id: 99\nevent: changed\ndata: {"revision":99,"keys":[]}\n\n')
  await vi.waitFor(() => expect(server.asked('evaluate').length).toBe(7))
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect([client.status, server.asked('evaluate').length]).toEqual(['ready', 7])
})
