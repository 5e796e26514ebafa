import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, startDemo } from '../support/demo.ts'
import { answerOf } from '../support/faulty-proxy.ts'
import { expectBridged, type Outage, type OutageReport, outage, sayFigures } from '../support/outage.ts'

/*
 * Every way to be away that docs/reliability.md has a row for, to real processes over real sockets. They run at the same time, since most
 * of it is waiting: the longest waits for a silence of 40 s to be taken for an end.
 */

const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n'
const NOISE = Uint8Array.from({ length: 4_096 }, (_, i) => (i * 167 + 13) % 256)

/** Noticed by two clients in the same way: one line each when it begins and when it is over. */
const BRIDGED: Readonly<Record<string, Outage>> = {
  'the server asks for patience with a 429': { begin: (proxy) => proxy.set(answerOf(429, { 'retry-after': '2' })) },
  'nobody answers a client that polls': {
    begin: (proxy) => proxy.set({ kind: 'refuses' }),
    transport: { poll: 1_000 },
  },
  'the server answers 500': { begin: (proxy) => proxy.set(answerOf(500)) },
  'a 503 says when to come again': { begin: (proxy) => proxy.set(answerOf(503, { 'retry-after': '1' })) },
  'the answer is no HTTP': { begin: (proxy) => proxy.set({ kind: 'answers', bytes: NOISE }) },
  'a page to sign in to the network answers': {
    begin: (proxy) => proxy.set(answerOf(200, { 'content-type': 'text/html' }, '<p>Please sign in')),
  },
  'events are garbage': {
    begin: (proxy) =>
      proxy.set({
        kind: 'answers',
        bytes: `${STREAM_HEAD}event: put\ndata: {"format":1,"fl\n\nevent: patch\ndata: ☃\n\n`,
      }),
  },
  'connections are taken and nobody speaks': { begin: (proxy) => proxy.set({ kind: 'hangs' }), noticedMs: 60_000 },
  'connections are half open': { begin: (proxy) => proxy.set({ kind: 'is half-open' }), noticedMs: 90_000 },
}

/** A person has to do something about it, so that it is said as an error, and tried again seldom. */
const REFUSED: Readonly<Record<string, Outage>> = {
  'the key is not known': { begin: (proxy) => proxy.set(answerOf(401)), wellMs: 150_000 },
  'the key is forbidden': { begin: (proxy) => proxy.set(answerOf(403)), wellMs: 150_000 },
}

/** Slow, and nothing more than that. */
const SLOW: Readonly<Record<string, Outage>> = {
  'bytes come one after the other': {
    begin: (proxy) => proxy.set({ kind: 'drips', bytesPerSecond: 1_000 }),
    noticedMs: null,
    wellMs: 90_000,
  },
  'everything comes late': {
    begin: (proxy) => proxy.set({ kind: 'delays', ms: 2_000 }),
    noticedMs: null,
    wellMs: 90_000,
  },
}

const BUFFERED: Outage = {
  begin: (proxy) => proxy.set({ kind: 'buffers' }),
  // It stays: changes come all the same.
  end: async () => undefined,
  noticedMs: null,
  wellMs: 90_000,
}

let demo: Demo
const reports = new Map<string, Promise<OutageReport>>()

beforeAll(async () => {
  demo = await startDemo()
  const all = { ...BRIDGED, ...REFUSED, ...SLOW, 'a proxy collects answers': BUFFERED }
  for (const [i, [words, what]] of Object.entries(all).entries()) {
    const report = outage(demo, `flag-${i}`, what)
    // who asks for it hears of its failure
    report.catch(() => undefined)
    reports.set(words, report)
  }
})

afterAll(async () => {
  await sayFigures(reports)
  await demo.close()
})

test.each(Object.keys(BRIDGED))(
  'while %s the last known values are served, and nobody is told twice',
  async (words) => {
    expectBridged(await reports.get(words))
  },
)

test.each(Object.keys(REFUSED))(
  'while %s the last known values are served, and it needs no restart when it is again',
  async (words) => {
    expectBridged(await reports.get(words), 'error')
  },
)

test.each(Object.keys(SLOW))('when %s nobody is told, and everything arrives', async (words) => {
  expect(await reports.get(words)).toMatchObject({
    held: { status: 'ready', ready: 'ready', answers: [true, true] },
    started: { ready: 'timeout', readyInTime: true, answers: [false, true] },
    madeByQuestions: 0,
    heardOfChange: true,
    said: { held: [], started: [] },
    process: { code: 0, answer: 'timeout true' },
  })
})

test('when a proxy collects answers, polls bring the changes', async () => {
  expect(await reports.get('a proxy collects answers')).toMatchObject({
    started: { ready: 'timeout', readyInTime: true, answers: [false, true] },
    madeByQuestions: 0,
    heardOfChange: true,
    said: { held: [expect.stringMatching(/^warn: /), expect.stringMatching(/^info: /)], started: [] },
    process: { code: 0, answer: 'timeout true' },
  })
})
