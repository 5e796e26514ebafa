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
    expect(await client.identify({ targetingKey: inside, plan: 'pro' })).toEqual({ status: 'ready', revision: 7 })
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
