import { SDK_PATHS } from '@rampart/contract/wire'
import { expect, test } from 'vitest'
import { isEvent, isRevision, read } from './test-reader.ts'
import { kill, PLACE, setShare, startTestServer, type TestServer } from './test-server.ts'

function instance(n: number): string {
  return `6f1c5a52-0000-4000-8000-00000000000${n}`
}

async function connect(server: TestServer, n: number, held?: number) {
  return read(server.url + SDK_PATHS.stream, {
    key: server.keys.server,
    query: `?instance=${instance(n)}&app=shop&version=1`,
    ...(held !== undefined && { held }),
  })
}

async function acknowledge(server: TestServer, n: number, revision: number, appliedMsAgo = 0): Promise<void> {
  await fetch(server.url + SDK_PATHS.acks, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.keys.server}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      format: 1,
      instance: instance(n),
      revision,
      appliedMsAgo,
      sdk: { name: '@rampart/node', version: '0.1.0' },
    }),
  })
}

test('a wait ends as soon as every connected instance holds the change', async () => {
  const server = await startTestServer()
  const streams = await Promise.all([connect(server, 1), connect(server, 2)])
  await Promise.all(streams.map((stream) => stream.find(isEvent('put'))))
  const revision = await kill(server.store)
  const waiting = server.delivery.waitForPropagation(PLACE, revision, { timeoutMs: 10_000 })
  await Promise.all(streams.map((stream) => stream.find(isRevision(revision))))
  await acknowledge(server, 1, revision)
  expect(await server.delivery.propagation(PLACE, revision)).toEqual({
    instances: 2,
    holding: 1,
    slowestMs: expect.any(Number),
    behind: [`shop ${instance(2)}`],
  })
  await acknowledge(server, 2, revision)
  expect(await waiting).toEqual({ instances: 2, holding: 2, slowestMs: expect.any(Number), behind: [] })
})

test('a wait that is over names who is behind', async () => {
  const server = await startTestServer()
  await connect(server, 1)
  const revision = await setShare(server.store, 10)
  expect(await server.delivery.waitForPropagation(PLACE, revision, { timeoutMs: 30 })).toEqual({
    instances: 1,
    holding: 0,
    slowestMs: null,
    behind: [`shop ${instance(1)}`],
  })
})

test('a wait ends with the request it belongs to', async () => {
  const server = await startTestServer()
  await connect(server, 1)
  const revision = await setShare(server.store, 10)
  const abort = new AbortController()
  const waiting = server.delivery.waitForPropagation(PLACE, revision, { timeoutMs: 60_000, signal: abort.signal })
  abort.abort()
  expect((await waiting).holding).toBe(0)
})

test('an instance that leaves is waited for no longer', async () => {
  const server = await startTestServer()
  const streams = await Promise.all([connect(server, 1), connect(server, 2)])
  await Promise.all(streams.map((stream) => stream.find(isEvent('put'))))
  const revision = await setShare(server.store, 10)
  await acknowledge(server, 1, revision)
  const waiting = server.delivery.waitForPropagation(PLACE, revision, { timeoutMs: 10_000 })
  streams[1]?.close()
  expect(await waiting).toMatchObject({ instances: 1, holding: 1, behind: [] })
})

test('who comes back with Last-Event-ID holds that revision without saying so again', async () => {
  const server = await startTestServer()
  const revision = await setShare(server.store, 10)
  const stream = await connect(server, 1, revision)
  await stream.find(isEvent('ping'))
  expect(await server.delivery.propagation(PLACE, revision)).toEqual({
    instances: 1,
    holding: 1,
    slowestMs: null,
    behind: [],
  })
})

test('who polls holds the revision that it asks about', async () => {
  const server = await startTestServer()
  const poll = (tag: string) =>
    fetch(`${server.url}${SDK_PATHS.snapshot}?instance=${instance(1)}`, {
      headers: { authorization: `Bearer ${server.keys.server}`, 'if-none-match': tag },
    })
  await poll('"1"')
  const revision = await setShare(server.store, 10)
  expect(await server.delivery.propagation(PLACE, revision)).toMatchObject({ instances: 1, holding: 0 })
  await poll('"2"')
  expect(await server.delivery.propagation(PLACE, revision)).toMatchObject({ instances: 1, holding: 1 })
})

test('nobody is there, so nobody is waited for', async () => {
  const server = await startTestServer()
  const nobody = { instances: 0, holding: 0, slowestMs: null, behind: [] }
  expect(await server.delivery.waitForPropagation(PLACE, 1, { timeoutMs: 60_000 })).toEqual(nobody)
})
