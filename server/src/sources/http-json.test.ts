import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StoredSource } from '../store/store.ts'
import { addressPolicy } from './addresses.ts'
import type { HttpGuard } from './guard-source.ts'
import { addressOf, httpJson } from './http-json.ts'
import type { Ask } from './reading.ts'

const NOON = Date.parse('2026-03-02T12:00:00.000Z')
const open = addressPolicy('all')
const signal = new AbortController().signal
const window = { from: NOON, to: NOON + 30_000 }

const FIGURES = {
  checkout: { on: { errors: 3, requests: 412 }, off: { errors: 31, requests: 4120 } },
  queue: { length: 17 },
  rate: null,
  share: 'NaN',
}

function guard(over: Partial<HttpGuard> = {}): HttpGuard {
  return {
    kind: 'http',
    url: 'https://figures.example.com/shop',
    events: '/checkout/{arm}/errors',
    total: '/checkout/{arm}/requests',
    ...over,
  }
}

function ask(source: HttpGuard, over: Partial<Ask> = {}): Ask {
  return {
    guard: { take: 'first', source },
    arms: { treatment: 'on', control: 'off' },
    bounds: [],
    window,
    ...over,
  }
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function reading(source: Partial<HttpGuard>, body: unknown = FIGURES, over: Partial<Ask> = {}) {
  const url = await serve((_, response) => void response.end(typeof body === 'string' ? body : JSON.stringify(body)))
  return httpJson(undefined, open).read(ask(guard({ url, ...source }), over), signal)
}

function stored(url: string, over: Partial<StoredSource['source']> = {}): StoredSource {
  return {
    source: {
      key: 'shop',
      kind: 'http',
      url,
      auth: { kind: 'bearer' },
      ca: null,
      every: 'PT30S',
      timeout: 'PT1S',
      version: 1,
      ...over,
    },
    secret: 's3cret',
  }
}

describe('a document', () => {
  test('has counters of both arms where its pointers lead', async () => {
    const of = (counts: 'events' | 'total', arm: 'treatment' | 'control', value: number) => ({
      id: `${counts} ${arm}`,
      counts,
      bound: null,
      arm,
      instance: '',
      value,
    })
    expect(await reading({})).toEqual({
      kind: 'counters',
      counters: [
        of('events', 'treatment', 3),
        of('total', 'treatment', 412),
        of('events', 'control', 31),
        of('total', 'control', 4120),
      ],
    })
  })

  test('has counts of the time that its address names', async () => {
    const asked: (string | undefined)[] = []
    const url = await serve((request, response) => {
      asked.push(request.url)
      response.end(JSON.stringify(FIGURES))
    })
    const source = guard({ url: `${url}/counts?from={from}&to={to}` })
    expect(await httpJson(undefined, open).read(ask(source), signal)).toEqual({
      kind: 'window',
      ...window,
      strata: [{ instance: '', treatment: { events: 3, total: 412 }, control: { events: 31, total: 4120 } }],
    })
    expect(asked).toEqual(['/counts?from=2026-03-02T12%3A00%3A00.000Z&to=2026-03-02T12%3A00%3A30.000Z'])
  })

  test('of a whole service has one arm', async () => {
    const read = await reading({ events: '/checkout/off/errors', total: '/checkout/off/requests' })
    expect(read.kind === 'counters' && read.counters.map(({ arm, value }) => [arm, value])).toEqual([
      ['treatment', 31],
      ['treatment', 4120],
    ])
  })

  test('may call the arms by other names', async () => {
    const body = { 'a/b': { errors: 1, requests: 2 }, c: { errors: 3, requests: 4 } }
    const pointers = { events: '/{arm}/errors', total: '/{arm}/requests' }
    const read = await reading(pointers, body, { arms: { treatment: 'a/b', control: 'c' } })
    expect(read.kind === 'counters' && read.counters.map(({ value }) => value)).toEqual([1, 2, 3, 4])
  })

  test('has a gauge', async () => {
    const gauge = { guard: { take: 'gauge', source: guard() } } as const
    const url = await serve((_, response) => void response.end(JSON.stringify(FIGURES)))
    const source = guard({ url, events: '/queue/length', total: '' })
    expect(
      await httpJson(undefined, open).read(ask(source, { ...gauge, guard: { take: 'gauge', source } }), signal),
    ).toEqual({
      kind: 'gauge',
      value: 17,
    })
  })

  test.each([
    ['a place that is not there', { events: '/checkout/{arm}/failures' }, 'there is no /checkout/on/failures'],
    ['null', { events: '/rate', total: '/rate' }, '/rate is null, not a number'],
    ['NaN as a text', { events: '/share', total: '/share' }, '/share is "NaN", not a number'],
  ])('without figures is no data: %s', async (_, source, words) => {
    expect(await reading(source)).toEqual({ kind: 'no_data', words })
  })

  test.each([
    ['a page', '<html>', 'unreadable', 'answered with something that is not JSON'],
    ['nothing', '', 'unreadable', 'answered with something that is not JSON'],
  ])('is not %s', async (_, body, failure, words) => {
    expect(await reading({}, body)).toMatchObject({ kind: 'error', failure, words: expect.stringContaining(words) })
  })
})

test.each([
  [204, { kind: 'no_data' }],
  [401, { kind: 'error', failure: 'refused' }],
  [403, { kind: 'error', failure: 'refused' }],
  [404, { kind: 'error', failure: 'unreadable' }],
  [500, { kind: 'error', failure: 'unreadable' }],
])('an answer of %d is %j', async (status, expected) => {
  const url = await serve((_, response) => void response.writeHead(status).end())
  expect(await httpJson(undefined, open).read(ask(guard({ url })), signal)).toMatchObject(expected)
})

describe('a guard that names a source', () => {
  test('is asked below its address, with its credential', async () => {
    const asked: unknown[] = []
    const url = await serve((request, response) => {
      asked.push([request.url, request.headers.authorization])
      response.end(JSON.stringify(FIGURES))
    })
    await httpJson(stored(`${url}/figures`), open).read(ask(guard({ name: 'shop', url: 'checkout?d=1' })), signal)
    expect(asked).toEqual([['/figures/checkout?d=1', 'Bearer s3cret']])
  })

  test.each([
    'https://elsewhere.example.com/',
    '//elsewhere.example.com/x',
    'https://figures.example.com:444/',
    'http://figures.example.com/',
  ])('sends its credential nowhere else, not to %s', (url) => {
    const words = addressOf(guard({ name: 'shop', url }), stored('https://figures.example.com'), null)
    expect(words).toContain('is not the address of shop')
  })
})

test.each([
  ['shop/counts', 'is no address'],
  ['file:///etc/passwd', 'is no address of http or https'],
  ['https://user:pw@figures.example.com/', 'a credential belongs into a metric source'],
])('%s cannot be asked', (url, words) => {
  expect(addressOf(guard({ url }), undefined, null)).toContain(words)
})
