import { formatEvent } from '@rampart/contract/wire'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { endpointsOf } from '../endpoints.ts'
import { createHttp } from '../http.ts'
import { identityOf } from '../identity.ts'
import { flag, patch, snapshot } from '../test-snapshots.ts'
import { openStream } from './stream.ts'

const msw = setupServer()
beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
afterEach(() => msw.resetHandlers())
afterAll(() => msw.close())

const endpoints = endpointsOf(new URL('http://flags.test'), 'rmp_srv_test', identityOf('i-1', { name: 'shop' }))
const STREAM = 'http://flags.test/sdk/v1/stream'
const PUT = formatEvent({ id: 7, event: 'put', data: JSON.stringify(snapshot(7, [flag('checkout')])) })
const encoder = new TextEncoder()

/** A stream whose server says what the test enqueues. */
function said() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const requests: Request[] = []
  msw.use(
    http.get(STREAM, ({ request }) => {
      requests.push(request)
      const body = new ReadableStream<Uint8Array>({
        start(started) {
          controller = started
          // The mock sends its headers with the first bytes of the body.
          started.enqueue(encoder.encode(':\n\n'))
        },
      })
      return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } })
    }),
  )
  return {
    requests,
    say: (text: string) => controller?.enqueue(encoder.encode(text)),
    end: () => controller?.close(),
    breakOff: () => controller?.error(new Error('reset')),
  }
}

/** Opens the stream and writes down what it delivers, bytes apart. */
function opened(lastEventId?: number) {
  const heard: unknown[] = []
  let bytes = 0
  const close = openStream(createHttp(undefined), endpoints, lastEventId, {
    opened: () => heard.push('opened'),
    bytes: () => {
      bytes += 1
    },
    pinged: () => heard.push('pinged'),
    put: (document) => heard.push(document),
    patch: (document) => heard.push(document),
    closing: (notice) => heard.push(notice),
    failed: (failure) => heard.push(failure),
  })
  const eventually = (expected: readonly unknown[]) =>
    vi.waitFor(() => expect(heard).toEqual(expected), { interval: 5 })
  return { heard, close, eventually, bytes: () => bytes }
}

describe('an open stream', () => {
  test('delivers documents, however they are cut into pieces', async () => {
    const server = said()
    const stream = opened()
    await stream.eventually(['opened'])
    const change = patch(7, 8, [flag('checkout', { on: false })])
    const text = PUT + formatEvent({ id: 8, event: 'patch', data: JSON.stringify(change) })
    server.say(text.slice(0, 100))
    server.say(text.slice(100, 120))
    server.say(text.slice(120))
    await stream.eventually(['opened', snapshot(7, [flag('checkout')]), change])
    stream.close()
  })

  test('says who asks, by which key and after which revision', async () => {
    const server = said()
    const stream = opened(7)
    await stream.eventually(['opened'])
    const [request] = server.requests
    expect(request?.url).toBe(`${STREAM}?instance=i-1&app=shop`)
    expect(request?.headers.get('authorization')).toBe('Bearer rmp_srv_test')
    expect(request?.headers.get('accept')).toBe('text/event-stream')
    expect(request?.headers.get('last-event-id')).toBe('7')
    stream.close()
  })

  test('tells of every byte, also of those that mean nothing', async () => {
    const server = said()
    const stream = opened()
    await stream.eventually(['opened'])
    server.say(formatEvent({ event: 'ping', data: '{}' }))
    await vi.waitFor(() => expect(stream.bytes()).toBe(2))
    server.say(': comment\n\n')
    await vi.waitFor(() => expect(stream.bytes()).toBe(3))
    server.say(formatEvent({ event: 'put', data: '' }).slice(0, 3))
    await vi.waitFor(() => expect(stream.bytes()).toBe(4))
    expect(stream.heard).toEqual(['opened', 'pinged'])
    stream.close()
  })

  test('passes on when the server asks to leave, and nothing after that', async () => {
    const server = said()
    const stream = opened()
    await stream.eventually(['opened'])
    server.say(formatEvent({ event: 'close', data: '{"reason":"drain","retryMs":1500}' }) + PUT)
    await stream.eventually(['opened', { reason: 'drain', retryMs: 1500 }])
    await expect.poll(() => stream.heard.length).toBe(2)
  })

  test('is silent once it was closed', async () => {
    const server = said()
    const stream = opened()
    await stream.eventually(['opened'])
    server.say(PUT)
    stream.close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(stream.heard).toEqual(['opened'])
  })
})

describe('a stream fails once, and does not come back by itself, when', () => {
  test('the server ends it', async () => {
    const server = said()
    const stream = opened()
    await stream.eventually(['opened'])
    server.end()
    await stream.eventually(['opened', { kind: 'ended' }])
    expect(server.requests).toHaveLength(1)
  })

  test('it breaks off', async () => {
    const server = said()
    const stream = opened()
    await stream.eventually(['opened'])
    server.breakOff()
    await stream.eventually(['opened', { kind: 'network', message: expect.any(String) }])
  })

  test('there is no connection', async () => {
    msw.use(http.get(STREAM, () => HttpResponse.error()))
    await opened().eventually([{ kind: 'network', message: expect.any(String) }])
  })

  test.each([204, 301, 401, 404, 500])('the answer is %i', async (status) => {
    msw.use(http.get(STREAM, () => new HttpResponse(null, { status })))
    await opened().eventually([{ kind: 'status', status }])
  })

  test('the server is busy and says how long', async () => {
    msw.use(http.get(STREAM, () => new HttpResponse(null, { status: 503, headers: { 'retry-after': '7' } })))
    await opened().eventually([{ kind: 'status', status: 503, retryAfterMs: 7_000 }])
  })

  test('something else answers than a stream', async () => {
    msw.use(http.get(STREAM, () => HttpResponse.html('<p>Please sign in to this network')))
    await opened().eventually([{ kind: 'unreadable', problem: 'the answer is not an event stream' }])
  })

  test.each([
    ['is no JSON', formatEvent({ event: 'put', data: '{' })],
    ['is no snapshot', formatEvent({ event: 'put', data: '{"format":1}' })],
    ['is of another format', formatEvent({ event: 'put', data: JSON.stringify({ ...snapshot(1, []), format: 2 }) })],
    ['is no patch', formatEvent({ event: 'patch', data: '[]' })],
  ])('a document %s', async (_, text) => {
    const server = said()
    const stream = opened()
    await stream.eventually(['opened'])
    server.say(text)
    await stream.eventually(['opened', { kind: 'unreadable', problem: expect.any(String) }])
  })

  test('what is delivered cannot be handled', async () => {
    const server = said()
    const failures: unknown[] = []
    openStream(createHttp(undefined), endpoints, undefined, {
      opened: () => undefined,
      bytes: () => undefined,
      pinged: () => undefined,
      put: () => {
        throw new Error('no')
      },
      patch: () => undefined,
      closing: () => undefined,
      failed: (failure) => failures.push(failure),
    })
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    server.say(PUT)
    await vi.waitFor(() => expect(failures).toEqual([{ kind: 'unreadable', problem: 'no' }]))
  })
})
