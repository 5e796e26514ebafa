import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { endpointsOf } from '../endpoints.ts'
import { createHttp } from '../http.ts'
import { identityOf } from '../identity.ts'
import { flag, snapshot } from '../test-snapshots.ts'
import { poll } from './poll.ts'

const msw = setupServer()
beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
afterEach(() => msw.resetHandlers())
afterAll(() => msw.close())

const endpoints = endpointsOf(new URL('http://flags.test'), 'rmp_srv_test', identityOf('i-1', undefined))
const SNAPSHOT = 'http://flags.test/sdk/v1/snapshot'
const ask = (held?: number, stop = new AbortController().signal) => poll(createHttp(undefined), endpoints, held, stop)

test('gives the snapshot', async () => {
  msw.use(http.get(SNAPSHOT, () => HttpResponse.json(snapshot(7, [flag('checkout')]))))
  expect(await ask()).toEqual({ kind: 'snapshot', snapshot: snapshot(7, [flag('checkout')]) })
})

test('asks only for what is newer than what is held', async () => {
  const asked: unknown[] = []
  msw.use(
    http.get(SNAPSHOT, ({ request }) => {
      asked.push([request.headers.get('if-none-match'), request.headers.get('authorization'), request.url])
      return new HttpResponse(null, { status: 304 })
    }),
  )
  expect(await ask(7)).toEqual({ kind: 'unchanged' })
  expect(asked).toEqual([['"7"', 'Bearer rmp_srv_test', `${SNAPSHOT}?instance=i-1`]])
})

test.each([
  [401, {}, { kind: 'status', status: 401 }],
  [429, { 'retry-after': '3' }, { kind: 'status', status: 429, retryAfterMs: 3_000 }],
  [503, { 'retry-after': 'soon' }, { kind: 'status', status: 503 }],
])('answer %i fails with what was said', async (status, headers, failure) => {
  msw.use(http.get(SNAPSHOT, () => HttpResponse.json({ code: 'x' }, { status, headers })))
  expect(await ask()).toEqual({ kind: 'failed', failure })
})

test('Retry-After may be a date', async () => {
  const date = new Date(Date.now() + 60_000).toUTCString()
  msw.use(http.get(SNAPSHOT, () => new HttpResponse(null, { status: 503, headers: { 'retry-after': date } })))
  const polled = await ask()
  expect(polled).toEqual({ kind: 'failed', failure: { kind: 'status', status: 503, retryAfterMs: expect.any(Number) } })
  const asked = polled.kind === 'failed' && polled.failure.kind === 'status' ? polled.failure.retryAfterMs : 0
  expect(asked).toBeGreaterThan(50_000)
  expect(asked).toBeLessThanOrEqual(60_000)
})

test.each(['<html>', '{}', '[]', ''])('an answer that is no snapshot fails: %j', async (body) => {
  msw.use(http.get(SNAPSHOT, () => HttpResponse.text(body)))
  expect(await ask()).toEqual({ kind: 'failed', failure: { kind: 'unreadable', problem: expect.any(String) } })
})

test('no connection fails with its cause', async () => {
  msw.use(http.get(SNAPSHOT, () => HttpResponse.error()))
  expect(await ask()).toEqual({ kind: 'failed', failure: { kind: 'network', message: expect.stringMatching(/./) } })
})

test('one that is given up fails', async () => {
  const abort = new AbortController()
  msw.use(http.get(SNAPSHOT, () => new Promise<never>(() => {})))
  const asked = ask(undefined, abort.signal)
  setTimeout(() => abort.abort(), 10)
  expect(await asked).toEqual({ kind: 'failed', failure: { kind: 'network', message: 'given up' } })
})
