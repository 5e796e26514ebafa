import { SDK_PATHS } from '@rampart/contract/wire'
import { expect, onTestFinished, test, vi } from 'vitest'
import { holding, isEvent, isRevision, read } from './test-reader.ts'
import { change, config, flag, kill, segment, setShare, startTestServer } from './test-server.ts'

test('a stream begins with a put and goes on with patches', async () => {
  const { url, store, keys } = await startTestServer()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.server })
  await stream.find(isEvent('put'))
  await setShare(store, 10)
  await stream.find(isEvent('patch'))
  expect(stream.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  expect(stream.events).toEqual([
    {
      id: '1',
      event: 'put',
      data: {
        format: 1,
        project: 'shop',
        environment: 'production',
        audience: 'server',
        revision: 1,
        flags: [
          {
            key: 'checkout',
            version: 1,
            type: 'boolean',
            hash: 'rampart-1',
            on: true,
            off: 0,
            variations: ['off', 'on'],
            values: [false, true],
            rules: [],
            serve: { to: 0 },
          },
        ],
        segments: [],
        layers: [],
        watches: [],
        salt: 'salt',
        hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
      },
    },
    {
      id: '2',
      event: 'patch',
      data: {
        format: 1,
        from: 1,
        revision: 2,
        upserts: {
          flags: [
            {
              key: 'checkout',
              version: 2,
              type: 'boolean',
              hash: 'rampart-1',
              on: true,
              off: 0,
              variations: ['off', 'on'],
              values: [false, true],
              rules: [],
              serve: { to: 1, rollout: [10, 0] },
            },
          ],
        },
        removals: {},
      },
    },
  ])
})

test('a kill is sent at once and says that it is urgent', async () => {
  // The next ordinary change would have to wait for a timer, and here none ever comes.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { url, store, keys } = await startTestServer()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.server })
  await stream.find(isEvent('put'))
  await setShare(store, 10)
  await stream.find(isRevision(2))
  await kill(store)
  const { data } = await stream.find(isRevision(3))
  expect(data).toMatchObject({ from: 2, revision: 3, urgent: true, upserts: { flags: [{ killed: true }] } })
})

test('every stream of an audience gets the same bytes', async () => {
  const { url, store, keys } = await startTestServer()
  const streams = await Promise.all(Array.from({ length: 5 }, () => read(url + SDK_PATHS.stream, { key: keys.server })))
  await Promise.all(streams.map((stream) => stream.find(isEvent('put'))))
  for (const share of [1, 10, 50]) await setShare(store, share)
  await Promise.all(streams.map((stream) => stream.find(isRevision(4))))
  const [first, ...others] = streams.map((stream) => stream.text)
  expect(others).toEqual(Array(4).fill(first))
})

test('a burst of 200 commits ends in the state of the snapshot, in fewer patches', async () => {
  const { url, store, keys } = await startTestServer()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.server })
  await stream.find(isEvent('put'))
  const commits = Array.from({ length: 200 }, (_, n) => {
    const key = `flag-${n % 20}`
    if (n % 7 === 0) {
      const everyone = segment(`segment-${n % 3}`, { included: [`account-${n}`] })
      return change(store, [{ put: 'segment', project: 'shop', segment: everyone }], { segments: [everyone.key] })
    }
    return change(
      store,
      [
        ...(n < 20 ? [{ put: 'flag' as const, flag: flag(key) }] : []),
        { put: 'config', config: config(n < 20 ? key : 'checkout', { on: n % 2 === 0 }) },
      ],
      { flags: [n < 20 ? key : 'checkout'], urgent: n % 50 === 0 },
    )
  })
  await Promise.all(commits)
  await stream.find(isRevision(201))
  const snapshot = await fetch(url + SDK_PATHS.snapshot, { headers: { authorization: `Bearer ${keys.server}` } })
  const held = holding(stream.events).snapshot
  const byKey = (a: { readonly key: string }, b: { readonly key: string }) => a.key.localeCompare(b.key)
  const truth = await snapshot.json()
  expect({ ...held, flags: held.flags.toSorted(byKey), segments: held.segments.toSorted(byKey) }).toEqual({
    ...truth,
    flags: truth.flags.toSorted(byKey),
    segments: truth.segments.toSorted(byKey),
  })
  expect(stream.events.length).toBeLessThan(100)
  const revisions = stream.events.filter(({ id }) => id !== undefined).map(({ id }) => Number(id))
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b))
})

test('who comes back after a restart gets what was missed, and nothing else', async () => {
  const first = await startTestServer()
  const before = await read(first.url + SDK_PATHS.stream, { key: first.keys.server })
  await before.find(isEvent('put'))
  const held = holding(before.events)
  const second = await first.restart()
  await before.ended
  await change(
    second.store,
    [
      { put: 'flag', flag: flag('new') },
      { put: 'config', config: config('new') },
    ],
    {
      flags: ['new'],
    },
  )
  await setShare(second.store, 5)
  const third = await second.restart()
  const after = await read(third.url + SDK_PATHS.stream, { key: third.keys.server, held: 1 })
  const { event, id } = await after.find(isRevision(3))
  expect({ event, id, n: after.events.length }).toEqual({ event: 'patch', id: '3', n: 1 })
  expect(holding(after.events, held).snapshot.flags.map(({ key, serve }) => [key, serve])).toEqual([
    ['checkout', { to: 1, rollout: [5, 0] }],
    ['new', { to: 0 }],
  ])
})

test('who has missed nothing gets a ping', async () => {
  const { url, keys } = await startTestServer()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.server, held: 1 })
  await stream.find(isEvent('ping'))
  expect(stream.events).toEqual([{ id: undefined, event: 'ping', data: {} }])
})

test('who holds a revision from before the log begins gets everything again', async () => {
  const { url, store, keys } = await startTestServer()
  for (const share of [1, 2, 3, 4]) await setShare(store, share)
  await store.sweep(Date.now() + 1, { revisions: 2, ms: 0 })
  const events = async (held: number) => {
    const stream = await read(url + SDK_PATHS.stream, { key: keys.server, held })
    await stream.find(isRevision(5))
    return stream.events.map(({ event }) => event)
  }
  expect(await events(1)).toEqual(['put'])
  expect(await events(3)).toEqual(['patch'])
})

test('who is ahead, as after a back-up was restored, gets everything again', async () => {
  const { url, keys } = await startTestServer()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.server, held: 99 })
  expect(await stream.find(({ id }) => id !== undefined)).toMatchObject({ id: '1', event: 'put' })
})

test('a reader that does not read is dropped, and the others are not held up', async () => {
  const { url, store, keys } = await startTestServer()
  const slow = await read(url + SDK_PATHS.stream, { key: keys.server })
  const quick = await read(url + SDK_PATHS.stream, { key: keys.server })
  await Promise.all([slow.find(isEvent('put')), quick.find(isEvent('put'))])
  slow.pause()
  let revision = 1
  // The kernel takes some megabytes of what is unread before it is this process that has to keep it.
  for (let n = 0; n < 12; n += 1) {
    const included = Array.from({ length: 40_000 }, (_, i) => `account-${n}-${i}-of-a-long-list`)
    revision = await change(store, [{ put: 'segment', project: 'shop', segment: segment('large', { included }) }], {
      segments: ['large'],
      urgent: true,
    })
    await quick.find(isRevision(revision))
  }
  slow.resume()
  await slow.ended
  expect(slow.events.some(isRevision(revision))).toBe(false)
  expect(holding(quick.events).snapshot.segments[0]?.included?.[0]).toBe('account-11-0-of-a-long-list')
  expect(quick.events.some(isEvent('close'))).toBe(false)
})

test('a snapshot larger than the limit of unread bytes reaches its reader', async () => {
  const { url, store, keys } = await startTestServer()
  const included = Array.from({ length: 100_000 }, (_, i) => `account-${i}-of-a-very-long-list-of-accounts`)
  await change(store, [{ put: 'segment', project: 'shop', segment: segment('large', { included }) }], {
    segments: ['large'],
  })
  const stream = await read(url + SDK_PATHS.stream, { key: keys.server })
  await setShare(store, 7)
  await stream.find(isRevision(3))
  expect(holding(stream.events).snapshot.segments[0]?.included?.length).toBe(100_000)
})

test('when its key is revoked a stream is told so and ends', async () => {
  const { url, delivery, keys } = await startTestServer()
  const [revoked, other] = await Promise.all([
    read(url + SDK_PATHS.stream, { key: keys.server }),
    read(url + SDK_PATHS.stream, { key: keys.client }),
  ])
  await Promise.all([revoked.find(isEvent('put')), other.find(isEvent('put'))])
  delivery.keyRevoked('k_server')
  await revoked.ended
  expect(revoked.events.at(-1)).toMatchObject({ event: 'close', data: { reason: 'revoked' } })
  expect(other.events.length).toBe(1)
})

test('a server that goes away says when to come back, spread over some time', async () => {
  const { url, delivery, keys } = await startTestServer()
  const streams = await Promise.all(Array.from({ length: 8 }, () => read(url + SDK_PATHS.stream, { key: keys.server })))
  await Promise.all(streams.map((stream) => stream.find(isEvent('put'))))
  await delivery.drain()
  await Promise.all(streams.map((stream) => stream.ended))
  const last = streams.map((stream) => stream.events.at(-1))
  for (const event of last) {
    expect(event).toEqual({ id: undefined, event: 'close', data: { reason: 'drain', retryMs: expect.any(Number) } })
  }
  expect(new Set(last.map((event) => JSON.stringify(event?.data))).size).toBeGreaterThan(1)
  const late = await read(url + SDK_PATHS.stream, { key: keys.server })
  expect([late.status, late.headers['retry-after']]).toEqual([503, '1'])
})

test('a browser sees only what it may, and hears of nothing else', async () => {
  const { url, store, keys } = await startTestServer()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.client })
  await stream.find(isEvent('put'))
  await setShare(store, 10)
  const made = await change(
    store,
    [
      { put: 'flag', flag: flag('banner', { clientSide: true }) },
      { put: 'config', config: config('banner') },
    ],
    { flags: ['banner'] },
  )
  await stream.find(isRevision(made))
  expect(stream.text).not.toContain('checkout')
  expect(stream.events.map(({ id, event }) => [id, event])).toEqual([
    ['1', 'put'],
    ['3', 'patch'],
  ])
  expect(stream.events[1]?.data).toMatchObject({ from: 1, revision: 3, upserts: { flags: [{ key: 'banner' }] } })
})

test('heartbeats come every 15 s with data and without an id', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { url, keys } = await startTestServer()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.server })
  await stream.find(isEvent('put'))
  vi.advanceTimersByTime(30_000)
  await stream.find(isEvent('ping'))
  await stream.find(() => stream.events.length === 3)
  expect(stream.text.slice(stream.text.indexOf('event: ping'))).toBe('event: ping\ndata: {}\n\n'.repeat(2))
})

test('a stream needs an SDK key and a connection of its own', async () => {
  const { url, keys } = await startTestServer()
  const ask = async (method: string, key: string) => {
    const response = await fetch(url + SDK_PATHS.stream, { method, headers: { authorization: `Bearer ${key}` } })
    return response.status
  }
  expect(await ask('GET', keys.token)).toBe(403)
  expect(await ask('GET', 'rmp_srv_nonsense')).toBe(401)
  expect(await ask('HEAD', keys.server)).toBe(405)
})

test('whoever takes gzip gets a compressed configuration and, as soon as they are sent, the events after it', async () => {
  const { url, store, keys } = await startTestServer()
  const included = Array.from({ length: 2_000 }, (_, i) => `account-${i}-of-a-long-list`)
  await change(store, [{ put: 'segment', project: 'shop', segment: segment('large', { included }) }], {
    segments: ['large'],
  })
  const headers = { authorization: `Bearer ${keys.server}`, 'accept-encoding': 'gzip' }
  const [stream, plain] = await Promise.all([
    fetch(url + SDK_PATHS.stream, { headers }),
    read(url + SDK_PATHS.stream, { key: keys.server }),
  ])
  expect(stream.headers.get('content-encoding')).toBe('gzip')
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  onTestFinished(() => reader?.cancel())
  let text = ''
  const until = async (part: string) => {
    while (!text.includes(part)) text += (await reader?.read())?.value ?? ''
  }
  await until('account-1999')
  await setShare(store, 10)
  await Promise.all([until('"rollout":[10,0]'), plain.find(isRevision(3))])
  await until('\n\n')
  expect(text).toBe(plain.text)
})

test('a compressed snapshot is the same snapshot, with a weak tag that is as good', async () => {
  const { url, store, keys } = await startTestServer()
  const included = Array.from({ length: 2_000 }, (_, i) => `account-${i}-of-a-long-list`)
  await change(store, [{ put: 'segment', project: 'shop', segment: segment('large', { included }) }], {
    segments: ['large'],
  })
  const ask = (headers: Record<string, string>) =>
    fetch(url + SDK_PATHS.snapshot, { headers: { authorization: `Bearer ${keys.server}`, ...headers } })
  const [zipped, plain] = [await ask({ 'accept-encoding': 'gzip' }), await ask({ 'accept-encoding': 'identity' })]
  expect([zipped.headers.get('content-encoding'), zipped.headers.get('etag')]).toEqual(['gzip', 'W/"2"'])
  expect([plain.headers.get('content-encoding'), plain.headers.get('etag')]).toEqual([null, '"2"'])
  expect(Number(zipped.headers.get('content-length') ?? 0)).toBeLessThan(20_000)
  expect(await zipped.json()).toEqual(await plain.json())
  expect((await ask({ 'if-none-match': 'W/"2"' })).status).toBe(304)
})
