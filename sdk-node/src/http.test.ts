import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ask } from './ask.ts'
import { createHttp, type Http } from './http.ts'

/** A real server, and the sockets that clients have opened to it. */
async function serving(answer: RequestListener): Promise<{ readonly url: URL; readonly sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server = createServer(answer)
  server.on('connection', (socket) => sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), sockets }
}

function client(): Http {
  const http = createHttp(undefined)
  onTestFinished(() => http.close())
  return http
}

const GET = { method: 'GET', headers: {} } as const

describe('an answer', () => {
  test('is one whatever its status', async () => {
    const { url } = await serving((_, response) => response.writeHead(418, { 'x-a': 'b' }).end('short and stout'))
    const reply = await client().call(url, { ...GET, signal: new AbortController().signal })
    expect([reply.status, reply.headers.get('X-A'), reply.headers.get('x-b')]).toEqual([418, 'b', null])
    expect(await ask(client(), url, GET)).toEqual({ kind: 'failed', failure: { kind: 'status', status: 418 } })
  })

  test('is read whole, in the characters it was written in', async () => {
    const text = '€'.repeat(100_000)
    const { url } = await serving((_, response) => response.end(text))
    expect(await ask(client(), url, GET)).toEqual({ kind: 'answered', status: 200, text })
  })

  test('that breaks off is a failure', async () => {
    const { url } = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      setTimeout(() => response.destroy(), 10)
    })
    expect(await ask(client(), url, GET)).toEqual({
      kind: 'failed',
      failure: { kind: 'network', message: expect.any(String) },
    })
  })

  test('that nobody reads may break off without an uncaught error', async () => {
    const { url, sockets } = await serving((_, response) => void response.writeHead(200).write('half'))
    await client().call(url, { ...GET, signal: new AbortController().signal })
    sockets[0]?.resetAndDestroy()
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true))
    await new Promise((resolve) => setTimeout(resolve, 20))
  })
})

test('when to come again is said in seconds or as a date, which is held against the clock of the server', async () => {
  const now = Date.now()
  const date = (ms: number): string => new Date(ms).toUTCString()
  const retryMs = async (headers: Record<string, string>): Promise<number | undefined> => {
    const { url } = await serving((_, response) => response.writeHead(503, headers).end())
    return (await client().call(url, { ...GET, signal: new AbortController().signal })).retryAfterMs
  }
  const elsewhere = now - 10 * 365 * 86_400_000
  expect(await retryMs({ 'retry-after': '7' })).toBe(7_000)
  expect(await retryMs({ date: date(elsewhere), 'retry-after': date(elsewhere + 30_000) })).toBe(30_000)
  expect(await retryMs({ date: date(now), 'retry-after': date(now - 30_000) })).toBe(0)
  expect(await retryMs({ 'retry-after': 'soon' })).toBe(undefined)
})

describe('an answer may take long', () => {
  /** What is answered when so many parts come so far apart. */
  function answered(parts: number, apartMs: number): ReturnType<typeof ask> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    let came = 0
    const http = createHttp(async (_, { signal }) => ({
      status: 200,
      headers: new Headers(),
      body: {
        getReader: () => ({
          async read() {
            vi.advanceTimersByTime(apartMs)
            signal.throwIfAborted()
            came += 1
            return came <= parts ? { done: false, value: Buffer.from('x') } : { done: true }
          },
          cancel: async () => undefined,
        }),
      },
    }))
    return ask(http, new URL('http://localhost/'), GET)
  }
  const failed = (message: string) => ({ kind: 'failed', failure: { kind: 'network', message } })

  test('as long as it goes on', async () => {
    expect(await answered(5, 9_000)).toEqual({ kind: 'answered', status: 200, text: 'xxxxx' })
    expect(await answered(5, 10_000)).toEqual(failed('no answer within 10 s'))
  })

  test('and not for ever', async () => {
    expect(await answered(100, 9_000)).toEqual(failed('no answer within 120 s'))
  })
})

test('an answer that does not end is given up before it takes the memory', async () => {
  const part = Buffer.alloc(1 << 20, 'x')
  const { url } = await serving((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(part));
    }
    response.on('drain', more)
    more()
  })
  expect(await ask(client(), url, GET)).toEqual({
    kind: 'failed',
    failure: { kind: 'network', message: 'the answer does not end' },
  })
})

test('a question that is not answered in time has failed, and so has not the next one', async () => {
  let slow = true
  const { url } = await serving((_, response) => {
    if (!slow) response.end('x')
  })
  const stop = new AbortController().signal
  expect(await ask(client(), url, { ...GET, stop, withinMs: 50 })).toEqual({
    kind: 'failed',
    failure: { kind: 'network', message: 'no answer within 0.05 s' },
  })
  slow = false
  expect(await ask(client(), url, { ...GET, stop })).toEqual({ kind: 'answered', status: 200, text: 'x' })
})

test('a question is given up when that is asked for, before or while it is under way', async () => {
  const { url } = await serving(() => undefined)
  const given = { kind: 'failed', failure: { kind: 'network', message: 'given up' } }
  expect(await ask(client(), url, { ...GET, stop: AbortSignal.abort() })).toEqual(given)
  const abort = new AbortController()
  const asked = ask(client(), url, { ...GET, stop: abort.signal })
  setTimeout(() => abort.abort(), 10)
  expect(await asked).toEqual(given)
})

test('says who asks and sends a body as JSON', async () => {
  const heard: unknown[] = []
  const { url } = await serving((request, response) => {
    request.on('data', (body: Buffer) => {
      const { 'user-agent': agent, 'content-type': type, 'content-length': length } = request.headers
      heard.push([request.method, agent, type, length, body.toString()])
      response.end()
    })
  })
  await ask(client(), url, { method: 'POST', headers: {}, body: '{"a":"ü"}' })
  expect(heard).toEqual([['POST', '@rampart/node/0.1.0', 'application/json', '10', '{"a":"ü"}']])
})

test('a connection is used again when its answer was read', async () => {
  const { url, sockets } = await serving((_, response) => response.end('x'))
  const http = client()
  for (let n = 0; n < 5; n++) await ask(http, url, GET)
  expect(sockets).toHaveLength(1)
})

test('no connection is a failure in words', async () => {
  const nobody = new URL('http://127.0.0.1:9/')
  expect(await ask(client(), nobody, GET)).toEqual({
    kind: 'failed',
    failure: { kind: 'network', message: expect.stringContaining('ECONNREFUSED') },
  })
})

test('an application may bring its own fetch', async () => {
  const { url } = await serving((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/' }).end()
    else response.writeHead(200, { 'retry-after': '1' }).end('hello')
  })
  const own = createHttp(fetch)
  expect(await ask(own, url, GET)).toEqual({ kind: 'answered', status: 200, text: 'hello' })
  expect(await ask(own, new URL('/moved', url), GET)).toEqual({
    kind: 'failed',
    failure: { kind: 'status', status: 302 },
  })
})
