import { describe, expect, test, vi } from 'vitest'
import { openClient, openPage } from './test-page.ts'
import { put, startTestServer } from './test-server.ts'
import { flag, patch, snapshot } from './test-snapshots.ts'

const FLAGS = [flag('checkout')]

describe('a first connection', () => {
  test('is made at once, with the key in a header and nothing in the address', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const client = openClient(openPage(), { url: server.url })
    expect(client.status).toBe('starting')
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
    const [request] = server.requests
    expect([server.requests.length, request?.path, request?.query, request?.headers.authorization]).toEqual([
      1,
      '/sdk/v1/stream',
      '',
      'Bearer rmp_pub_test',
    ])
  })

  test('is told to listeners, once, and values are there by then', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const client = openClient(openPage(), { url: `${server.url}/` })
    const heard: unknown[] = []
    client.on('status', (change) => heard.push(change))
    client.on('ready', (readiness) => heard.push([readiness, client.isEnabled('checkout')]))
    await client.ready()
    server.cut()
    await vi.waitFor(() => expect(server.asked('stream').length).toBe(2))
    expect(heard).toEqual([{ from: 'starting', to: 'ready' }, [{ status: 'ready', revision: 7 }, true]])
  })

  test('that takes longer than one will wait ends in a timeout, and heals later', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    server.swallow = true
    const client = openClient(openPage(), { url: server.url })
    expect(await client.ready({ timeout: 20 })).toEqual({ status: 'timeout', revision: 0 })
    await vi.waitFor(() => expect(server.streams).toBe(1))
    server.write(put(server.snapshot))
    expect([await client.ready(), client.isEnabled('checkout')]).toEqual([{ status: 'ready', revision: 7 }, true])
  })
})

describe('an outage', () => {
  test('leaves the last values in use, and is over when the server is back', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const page = openPage()
    const client = openClient(page, { url: server.url })
    await client.ready()
    await server.stop()
    await vi.waitFor(() => expect(client.status).toBe('stale'))
    expect([client.isEnabled('checkout'), page.log.lines]).toEqual([
      true,
      [expect.stringMatching(/^info: rampart: no connection \(.+\)$/)],
    ])
    server.snapshot = snapshot(8, [flag('checkout', { on: false })])
    await server.start()
    await vi.waitFor(() => expect(client.status).toBe('ready'))
    expect(client.details('checkout', true)).toMatchObject({ reason: 'off', revision: 8 })
  })

  test('of answers that break before they say anything is one, whatever their headers say', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const client = openClient(openPage(), { url: server.url })
    await client.ready()
    const heard: unknown[] = []
    client.on('status', (change) => heard.push(change))
    server.swallow = true
    for (const times of [2, 3]) {
      server.cut()
      await vi.waitFor(() => expect([server.asked('stream').length, server.streams]).toEqual([times, 1]), 5_000)
    }
    expect(heard).toEqual([{ from: 'ready', to: 'stale' }])
    server.swallow = false
    server.cut()
    await vi.waitFor(() => expect(client.status).toBe('ready'), 10_000)
    expect(heard).toEqual([
      { from: 'ready', to: 'stale' },
      { from: 'stale', to: 'ready' },
    ])
  })

  test('at the start leaves a page with what the last one knew', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const page = openPage()
    const first = openClient(page, { url: server.url })
    await first.ready()
    await first.close()
    await server.stop()
    const client = openClient(page, { url: server.url })
    await vi.waitFor(() => expect(client.status).toBe('stale'))
    expect(await client.ready({ timeout: 0 })).toEqual({ status: 'stale', revision: 7, error: expect.any(Error) })
    expect(client.isEnabled('checkout')).toBe(true)
  })

  test('that is one of streams only is bridged by polls', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    server.instead('stream', { status: 502 }, 1_000)
    const page = openPage()
    const client = openClient(page, { url: server.url })
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
    server.snapshot = snapshot(8, [flag('checkout', { on: false })])
    page.passes(33_000)
    await vi.waitFor(() => expect(client.isEnabled('checkout')).toBe(false))
    page.passes(33_000)
    await vi.waitFor(() =>
      expect(server.asked('snapshot').map(({ headers }) => headers['if-none-match'])).toEqual([
        undefined,
        '"7"',
        '"8"',
      ]),
    )
    expect(client.status).toBe('ready')
  })

  test('by a proxy that keeps streams to itself is noticed and bridged by polls', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    server.swallow = true
    const page = openPage()
    const client = openClient(page, { url: server.url })
    const ready = client.ready({ timeout: 20_000 })
    await vi.waitFor(() => expect(server.streams).toBe(1))
    page.passes(10_100)
    expect(await ready).toEqual({ status: 'ready', revision: 7 })
    expect([server.asked('stream').length, server.asked('snapshot').length]).toEqual([1, 1])
  })

  test('by a gap is mended by asking for what is missing', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const client = openClient(openPage(), { url: server.url })
    await client.ready()
    server.snapshot = snapshot(9, [flag('checkout', { on: false })])
    server.send(patch(8, 9, []))
    await vi.waitFor(() => expect(client.isEnabled('checkout')).toBe(false))
    expect(server.asked('stream').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7'])
  })

  test.each([
    ['event: put\ndata: {"format":1}\n\n', 'what is no snapshot'],
    ['event: patch\ndata: <html>\n\n', 'what is no JSON'],
  ])('by %j (%s) is mended by asking for everything', async (text) => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const client = openClient(openPage(), { url: server.url })
    await client.ready()
    server.write(text)
    await vi.waitFor(() => expect(server.asked('stream').length).toBe(2))
    expect(server.asked('stream').at(1)?.headers['last-event-id']).toBeUndefined()
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
  })

  test('by a page in place of a stream is one like any other', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    server.instead('stream', { status: 200, headers: { 'content-type': 'text/html' } })
    const client = openClient(openPage(), { url: server.url })
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
    expect(server.asked('stream').length).toBe(2)
  })

  test('by a server whose database was set back makes the page believe it', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const client = openClient(openPage(), { url: server.url })
    await client.ready()
    server.snapshot = snapshot(5, [flag('checkout', { on: false })])
    server.cut()
    await vi.waitFor(() => expect(client.details('checkout', true)).toMatchObject({ value: false, revision: 5 }))
  })

  test('that the server announces is waited out', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const client = openClient(openPage(), { url: server.url })
    await client.ready()
    server.write('event: close\ndata: {"reason":"drain","retryMs":50}\n\n')
    await vi.waitFor(() => expect(server.streams).toBe(0))
    await vi.waitFor(() =>
      expect(server.asked('stream').map((one) => one.headers['last-event-id'])).toEqual([undefined, '7']),
    )
    expect(client.status).toBe('ready')
  })
})

describe('a key that is refused', () => {
  test('is said once with its cause, tried again slowly, and works when it was made valid', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    server.instead('stream', { status: 401 }, 2)
    const page = openPage()
    page.standsStill = true
    const client = openClient(page, { url: server.url })
    const refused = { status: 'failed', revision: 0, error: new Error('the key is refused (status 401)') }
    expect(await client.ready()).toEqual(refused)
    page.happens('online')
    page.passes(59_000)
    expect(server.asked('stream').length).toBe(1)
    page.passes(3_000)
    await vi.waitFor(() => expect([server.asked('stream').length, page.underWay]).toEqual([2, 0]))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([await client.ready(), client.status]).toEqual([refused, 'starting'])
    page.passes(300_000)
    await vi.waitFor(() => expect(client.status).toBe('ready'))
    expect(page.log.lines).toEqual(['error: rampart: the key is refused (status 401)'])
  })
})

describe('a page', () => {
  /** A client whose server was away and is back, and which tries nothing more by itself. */
  async function waiting() {
    const server = await startTestServer(snapshot(7, FLAGS))
    const page = openPage()
    const client = openClient(page, { url: server.url })
    await client.ready()
    await server.stop()
    await vi.waitFor(() => expect(client.status).toBe('stale'))
    page.standsStill = true
    await vi.waitFor(() => expect(page.underWay).toBe(0))
    await server.start()
    return { page, client }
  }

  test('that has a network again tries at once', async () => {
    const { page, client } = await waiting()
    page.happens('online')
    await vi.waitFor(() => expect(client.status).toBe('ready'))
  })

  test('that is seen again tries at once, and one that is hidden does not', async () => {
    const { page, client } = await waiting()
    page.isHidden = true
    page.happens('visibilitychange')
    expect([page.underWay, client.status]).toEqual([0, 'stale'])
    page.isHidden = false
    page.happens('visibilitychange')
    expect(page.underWay).toBeGreaterThan(0)
    await vi.waitFor(() => expect(client.status).toBe('ready'))
  })

  test('that is left has no stream, and goes on where it was when one comes back to it', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const page = openPage()
    const client = openClient(page, { url: server.url })
    await client.ready()
    page.happens('pagehide')
    await vi.waitFor(() => expect(server.streams).toBe(0))
    server.snapshot = snapshot(8, [flag('checkout', { on: false })])
    page.happens('pageshow')
    await vi.waitFor(() => expect(client.isEnabled('checkout')).toBe(false))
    expect(server.asked('stream').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7'])
  })

  test('that was loaded just now opens no second stream', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const page = openPage()
    const client = openClient(page, { url: server.url })
    page.happens('pageshow')
    page.happens('visibilitychange')
    page.happens('online')
    await client.ready()
    expect(server.asked('stream').length).toBe(1)
  })
})

test('a client that is closed keeps its last answers and does nothing more', async () => {
  const server = await startTestServer(snapshot(7, FLAGS))
  const page = openPage()
  const client = openClient(page, { url: server.url })
  await client.ready()
  const heard = vi.fn()
  client.on('status', heard)
  await Promise.all([client.close(), client.close()])
  await vi.waitFor(() => expect(server.streams).toBe(0))
  const before = server.requests.length
  for (const event of ['online', 'pageshow', 'visibilitychange', 'pagehide'] as const) page.happens(event)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([server.requests.length, client.status, client.isEnabled('checkout')]).toEqual([before, 'closed', true])
  expect(await client.ready()).toEqual({ status: 'stale', revision: 7 })
  expect(heard.mock.calls).toEqual([[{ from: 'ready', to: 'closed' }]])
})

describe('a stream', () => {
  async function streaming() {
    const server = await startTestServer(snapshot(7, FLAGS))
    const page = openPage()
    const client = openClient(page, { url: server.url })
    await client.ready()
    return { server, page, client }
  }

  test('is asked for past every cache', async () => {
    const { page } = await streaming()
    expect(page.fetched[0]?.init.cache).toBe('no-store')
  })

  test('that says nothing for 40 s is dead, and opened anew', async () => {
    const { server, page, client } = await streaming()
    page.passes(39_000)
    expect(server.asked('stream').length).toBe(1)
    page.passes(1_500)
    await vi.waitFor(() => expect(server.asked('stream').length).toBe(2))
    await vi.waitFor(() => expect([server.streams, client.status]).toEqual([1, 'ready']))
  })

  test('that was quiet for 20 s is opened anew when somebody looks at the page again, and another is not', async () => {
    const { server, page } = await streaming()
    page.happens('visibilitychange')
    page.passes(19_000)
    page.happens('visibilitychange')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.asked('stream').length).toBe(1)
    page.passes(2_000)
    page.happens('visibilitychange')
    await vi.waitFor(() => expect(server.asked('stream').length).toBe(2))
  })

  test('is not asked for again before the server wants to be', async () => {
    const { server, page } = await streaming()
    server.instead('stream', { status: 503, headers: { 'retry-after': '9' } })
    server.cut()
    await vi.waitFor(() => expect(server.asked('stream').length).toBe(2))
    await vi.waitFor(() => expect(page.underWay).toBe(0))
    page.passes(8_500)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.asked('stream').length).toBe(2)
    page.passes(1_000)
    await vi.waitFor(() => expect(server.asked('stream').length).toBe(3))
  })
})

test('who waits and says no time waits two seconds', async () => {
  const server = await startTestServer(snapshot(7, FLAGS))
  server.swallow = true
  const page = openPage()
  page.standsStill = true
  const client = openClient(page, { url: server.url })
  const heard = vi.fn()
  void client.ready().then(heard)
  page.passes(1_900)
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(heard).not.toHaveBeenCalled()
  page.passes(200)
  await vi.waitFor(() => expect(heard.mock.calls).toEqual([[{ status: 'timeout', revision: 0 }]]))
})

test('what was counted is left with the browser when the page is hidden', async () => {
  const server = await startTestServer(snapshot(7, FLAGS))
  const page = openPage()
  const client = openClient(page, { url: server.url })
  await client.ready()
  client.count('order')
  page.isHidden = true
  page.happens('visibilitychange')
  expect(page.beacons.map(({ body }) => JSON.parse(body).totals)).toEqual([[{ metric: 'order', n: 1 }]])
  expect(server.streams).toBe(1)
})
