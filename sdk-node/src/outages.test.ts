import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEvent } from '@rampart/contract/wire'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { KEY, testClient } from './test-client.ts'
import { createTestClock } from './test-clock.ts'
import { startTestServer } from './test-server.ts'
import { flag, patch, snapshot } from './test-snapshots.ts'

const ON = snapshot(7, [flag('checkout')])
const OFF = snapshot(8, [flag('checkout', { on: false })])
const STREAM = '/sdk/v1/stream'
const SNAPSHOT = '/sdk/v1/snapshot'

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { interval: 5, timeout: 5_000 })

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rampart-node-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

/** Values that change from one outage to the next are left out of the lines. */
const said = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/127\.0\.0\.1:\d+/g, 'HOST').replace(/[\d.]+ s,/, 'T s,'))

describe('a stream that is cut', () => {
  test('is taken up where it ended, and nobody is alarmed', async () => {
    const server = await startTestServer(ON)
    const { client, log } = testClient({ url: server.url, key: KEY })
    await client.ready()
    server.cut()
    await soon(() => expect(server.requests.filter(({ path }) => path === STREAM)).toHaveLength(2))
    expect(
      server.requests.filter(({ path }) => path === STREAM).map(({ headers }) => headers['last-event-id']),
    ).toEqual([undefined, '7'])
    await soon(() => expect(server.streams).toBe(1))
    server.send(patch(7, 8, OFF.flags))
    await soon(() => expect(client.isEnabled('checkout', 'user-1')).toBe(false))
    expect([client.status, log.lines]).toEqual(['ready', []])
  })

  test('again and again leads to polls, and changes still come', async () => {
    const server = await startTestServer(ON)
    const { client, log } = testClient({ url: server.url, key: KEY })
    await client.ready()
    server.instead('stream', { status: 502 }, 1_000)
    server.cut()
    await soon(() => expect(server.requests.map(({ path }) => path)).toContain(SNAPSHOT))
    await soon(() => expect(client.status).toBe('ready'))
    expect(server.requests.find(({ path }) => path === SNAPSHOT)?.headers['if-none-match']).toBe('"7"')
    expect(said(log.lines)).toEqual([
      'warn: rampart: no connection to http://HOST/ (the server answered 502); the last known values stay in use. Trying again until it works',
      'info: rampart: connected to http://HOST/ again after T s, at revision 7',
    ])
  })

  test('by a change that is missing is asked for what is missing', async () => {
    const server = await startTestServer(ON)
    const { client } = testClient({ url: server.url, key: KEY })
    await client.ready()
    server.snapshot = snapshot(10, [flag('checkout', { on: false })])
    server.send(patch(9, 10, []))
    await soon(() => expect(client.isEnabled('checkout', 'user-1')).toBe(false))
    expect(server.requests.filter(({ path }) => path === STREAM).at(-1)?.headers['last-event-id']).toBe('7')
  })

  test('by a server that goes away is opened again when that asked for', async () => {
    const clock = createTestClock()
    const server = await startTestServer(ON)
    const { client } = testClient({ url: server.url, key: KEY }, { clock, random: () => 0 })
    const ready = client.ready()
    clock.advance(0)
    await ready
    server.end(formatEvent({ event: 'close', data: '{"reason":"drain","retryMs":1500}' }))
    await soon(() => expect(server.streams).toBe(0))
    await soon(() => expect(clock.timers).toContain(1_500))
    clock.advance(1_499)
    expect(server.requests.filter(({ path }) => path === STREAM)).toHaveLength(1)
    clock.advance(1)
    await soon(() => expect(server.streams).toBe(1))
  })

  test('by silence is given up after forty seconds', async () => {
    const clock = createTestClock()
    const server = await startTestServer(ON)
    const { client } = testClient({ url: server.url, key: KEY }, { clock, random: () => 0 })
    const ready = client.ready()
    clock.advance(0)
    await ready
    clock.advance(30_000)
    server.write(formatEvent({ event: 'ping', data: '{}' }))
    await soon(() => expect(clock.timers).toContain(40_000))
    clock.advance(39_999)
    expect([server.streams, client.status]).toEqual([1, 'ready'])
    clock.advance(1)
    await soon(() => expect(server.requests.filter(({ path }) => path === STREAM)).toHaveLength(2))
  })
})

describe('a proxy that keeps streams to itself', () => {
  test('is found out, and polls bring the values', async () => {
    const clock = createTestClock()
    const server = await startTestServer(ON)
    server.swallow = true
    const { client } = testClient({ url: server.url, key: KEY }, { clock, random: () => 0 })
    clock.advance(0)
    await soon(() => expect(server.streams).toBe(1))
    clock.advance(10_000)
    await soon(() => expect(client.status).toBe('ready'))
    expect(client.isEnabled('checkout', 'user-1')).toBe(true)
  })
})

describe('a server that is away at the start', () => {
  test('costs the time that was given and no more; when it comes, its values do', async () => {
    const server = await startTestServer(ON)
    await server.stop()
    const { client, log } = testClient({ url: server.url, key: KEY })
    const began = performance.now()
    const readiness = await client.ready({ timeout: 100 })
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(readiness).toEqual({ status: 'timeout', revision: 0, error: expect.any(Error) })
    expect([client.status, client.isEnabled('checkout', 'user-1', true)]).toEqual(['starting', true])
    await server.start()
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
    expect(client.status).toBe('ready')
    expect(said(log.lines)).toEqual([
      'warn: rampart: no connection to http://HOST/ (connect ECONNREFUSED HOST); until then every flag gives its fallback. Trying again until it works',
      'info: rampart: connected to http://HOST/ again after T s, at revision 7',
    ])
  })

  test('is bridged by the cache of the last run', async () => {
    const cacheFile = join(await folder(), 'cache.json')
    const server = await startTestServer(OFF)
    const first = testClient({ url: server.url, key: KEY, cacheFile }).client
    await first.ready()
    await first.close()
    await server.stop()
    const { client, log } = testClient({ url: server.url, key: KEY, cacheFile })
    expect(await client.ready({ timeout: 200 })).toEqual({ status: 'stale', revision: 8, error: expect.any(Error) })
    expect([client.status, client.isEnabled('checkout', 'user-1', true)]).toEqual(['stale', false])
    expect(log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1)
    server.snapshot = snapshot(9, [flag('checkout')])
    await server.start()
    await soon(() => expect([client.status, client.isEnabled('checkout', 'user-1')]).toEqual(['ready', true]))
  })

  test('is bridged by a bootstrap, handed over or in a file', async () => {
    const bootstrap = join(await folder(), 'bootstrap.json')
    await writeFile(bootstrap, JSON.stringify(OFF))
    const nobody = { url: 'http://127.0.0.1:9', key: KEY }
    const object = testClient({ ...nobody, bootstrap: ON }).client
    expect(object.isEnabled('checkout', 'user-1')).toBe(true)
    const file = testClient({ ...nobody, bootstrap }).client
    expect(await file.ready({ timeout: 100 })).toMatchObject({ status: 'stale', revision: 8 })
  })
})

describe('what is kept on disk', () => {
  test('follows the changes, together when they come together', async () => {
    const clock = createTestClock()
    const cacheFile = join(await folder(), 'cache.json')
    const server = await startTestServer(ON)
    const { client } = testClient({ url: server.url, key: KEY, cacheFile }, { clock })
    const ready = client.ready()
    clock.advance(0)
    await ready
    server.send(patch(7, 8, OFF.flags))
    await soon(() => expect(client.isEnabled('checkout', 'user-1')).toBe(false))
    clock.advance(1_000)
    await vi.waitFor(async () => expect(JSON.parse(await readFile(cacheFile, 'utf8'))).toMatchObject({ snapshot: OFF }))
  })

  test('is not used when it is damaged, which is said and disturbs nothing', async () => {
    const cacheFile = join(await folder(), 'cache.json')
    await writeFile(cacheFile, '{"format":1,')
    const server = await startTestServer(ON)
    const { client, log } = testClient({ url: server.url, key: KEY, cacheFile })
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
    await soon(() =>
      expect(log.lines).toEqual([expect.stringMatching(/^warn: rampart: the cache file \S+ is not used: /)]),
    )
    await client.close()
    expect(JSON.parse(await readFile(cacheFile, 'utf8'))).toMatchObject({ snapshot: ON })
  })

  test('may be impossible to write, which is said once', async () => {
    const place = await folder()
    await writeFile(join(place, 'file'), '')
    const server = await startTestServer(ON)
    const { client, log } = testClient({ url: server.url, key: KEY, cacheFile: join(place, 'file', 'cache.json') })
    await client.ready()
    await client.close()
    expect(log.lines.filter((line) => line.includes('cannot be written'))).toHaveLength(1)
  })
})

describe('a key that is refused', () => {
  test('is said once; ready answers at once, and a key that becomes valid needs no restart', async () => {
    const clock = createTestClock()
    const server = await startTestServer(ON)
    server.instead('stream', { status: 401 }, 2)
    const { client, log } = testClient({ url: server.url, key: KEY }, { clock, random: () => 0 })
    const errors: Error[] = []
    client.on('error', (error) => errors.push(error))
    const ready = client.ready()
    clock.advance(0)
    expect(await ready).toEqual({ status: 'failed', revision: 0, error: errors[0] })
    expect(clock.timers).toEqual([60_000])
    clock.advance(60_000)
    await soon(() => expect(clock.timers).toEqual([60_000]))
    clock.advance(60_000)
    await soon(() => expect(client.status).toBe('ready'))
    expect(said(log.lines)).toEqual([
      'error: rampart: http://HOST/ refuses this SDK key (the server answered 401): check RAMPART_SDK_KEY; until then every flag gives its fallback. Trying again every few minutes',
      'info: rampart: connected to http://HOST/ again after T s, at revision 7',
    ])
  })

  test('while values are held leaves them in use', async () => {
    const server = await startTestServer(ON)
    const { client } = testClient({ url: server.url, key: KEY })
    await client.ready()
    server.instead('stream', { status: 403 }, 100)
    server.cut()
    await soon(() => expect(client.status).toBe('stale'))
    expect(client.isEnabled('checkout', 'user-1')).toBe(true)
    expect(await client.ready({ timeout: 60_000 })).toEqual({ status: 'stale', revision: 7, error: expect.any(Error) })
  })
})

describe('a client that polls', () => {
  test('has the values, and asks only for newer ones', async () => {
    const clock = createTestClock()
    const server = await startTestServer(ON)
    const { client } = testClient(
      { url: server.url, key: KEY, transport: { poll: 5_000 } },
      { clock, random: () => 0.5 },
    )
    const ready = client.ready()
    clock.advance(0)
    expect(await ready).toEqual({ status: 'ready', revision: 7 })
    clock.advance(5_000)
    await soon(() => expect(server.requests.filter(({ path }) => path === SNAPSHOT)).toHaveLength(2))
    await soon(() => expect(clock.timers).toContain(5_000))
    server.snapshot = OFF
    clock.advance(5_000)
    await soon(() => expect(client.isEnabled('checkout', 'user-1')).toBe(false))
    const polls = server.requests.filter(({ path }) => path === SNAPSHOT)
    expect(polls.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"7"', '"7"'])
    expect(server.requests.map(({ path }) => path)).not.toContain(STREAM)
  })
})

test('counts of an outage arrive after it, each once', async () => {
  const server = await startTestServer(ON)
  const { client } = testClient({ url: server.url, key: KEY })
  await client.ready()
  server.instead('events', { status: 503 }, 2)
  client.count('order', 'user-1')
  await client.flush()
  client.count('order', 'user-2')
  await client.flush()
  await client.close()
  const bodies = server.requests.filter(({ path }) => path === '/sdk/v1/events').map(({ body }) => body)
  expect(bodies[1]).toBe(bodies[0])
  expect(server.batches).toMatchObject([{ totals: [{ n: 1 }] }, { totals: [{ n: 1 }] }])
})
