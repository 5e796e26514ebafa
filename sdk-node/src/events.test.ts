import { type EventsBatch, parseEventsBatch } from '@rampart/contract/wire'
import { createTally, recordOutcome } from '@rampart/core'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createConfigurationOwner } from './configuration-owner.ts'
import { endpointsOf } from './endpoints.ts'
import { createEvents } from './events.ts'
import { createHttp } from './http.ts'
import { identityOf } from './identity.ts'
import { createLog } from './logger.ts'
import { createTestClock } from './test-clock.ts'
import { createTestLog } from './test-log.ts'
import { flag, hints, snapshot, watch } from './test-snapshots.ts'

const msw = setupServer()
beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
afterEach(() => msw.resetHandlers())
afterAll(() => msw.close())

const EVENTS = 'http://flags.test/sdk/v1/events'
const ACCEPTED: Answer = { status: 202, body: { duplicate: false } }
type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: object }

/** Answers in this order, the last one for ever, and keeps the bodies as text. */
function answering(...answers: readonly Answer[]): readonly string[] {
  const bodies: string[] = []
  msw.use(
    http.post(EVENTS, async ({ request }) => {
      const { status, headers, body } = answers[Math.min(bodies.length, answers.length - 1)] ?? ACCEPTED
      bodies.push(await request.text())
      return HttpResponse.json(body ?? {}, { status, ...(headers && { headers }) })
    }),
  )
  return bodies
}

function sender({ flushMs, watches = [] }: { flushMs?: number; watches?: ReturnType<typeof watch>[] } = {}) {
  const clock = createTestClock()
  const owner = createConfigurationOwner()
  const taken = owner.takeSnapshot(snapshot(7, [flag('checkout')], { watches, hints: hints() }))
  const tally = createTally(clock.now())
  const log = createTestLog()
  const events = createEvents({
    http: createHttp(undefined),
    endpoints: endpointsOf(new URL('http://flags.test'), 'rmp_srv_test', identityOf('i-1', undefined)),
    identity: identityOf('i-1', undefined),
    owner,
    tally,
    clock,
    random: () => 0.5,
    log: createLog(log),
    flushMs,
  })
  if (taken.kind === 'applied') events.applied(taken.configuration)
  const count = (metric: string) => {
    if (owner.current) recordOutcome(tally, owner.current, metric, 'user-1', 1, clock.now())
  }
  return { clock, events, log, count }
}

function read(body: string | undefined): EventsBatch {
  const parsed = parseEventsBatch(JSON.parse(body ?? ''))
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.value
}

const metricsIn = (body: string | undefined) => read(body).totals?.map(({ metric, n }) => [metric, n])

describe('what was counted', () => {
  test('is sent at the hinted interval', async () => {
    const bodies = answering(ACCEPTED)
    const { clock, count } = sender()
    count('order')
    clock.advance(29_999)
    expect(bodies).toEqual([])
    clock.advance(1)
    await vi.waitFor(() => expect(bodies).toHaveLength(1))
    expect(read(bodies[0])).toEqual({
      format: 1,
      batch: expect.stringMatching(/^[0-9a-f-]{36}$/),
      instance: 'i-1',
      sdk: { name: '@rampart/node', version: '0.1.0' },
      revision: 7,
      spanMs: 30_000,
      evaluations: [],
      totals: [{ metric: 'order', n: 1 }],
    })
  })

  test('is sent every 2 s while a ramp watches', async () => {
    const { clock } = sender({ watches: [watch('checkout', 10)] })
    expect(clock.timers).toEqual([2_000])
  })

  test('is sent at the interval that the application wants, but never later than a ramp needs', () => {
    expect(sender({ flushMs: 5_000 }).clock.timers).toEqual([5_000])
    expect(sender({ flushMs: 5_000, watches: [watch('checkout', 10)] }).clock.timers).toEqual([2_000])
  })

  test('is not sent when it is nothing', async () => {
    const bodies = answering(ACCEPTED)
    const { clock, events } = sender()
    await events.flush()
    expect(bodies).toEqual([])
    expect(clock.timers).toEqual([30_000])
  })

  test('is followed by what was counted while it was sent', async () => {
    const bodies = answering(ACCEPTED)
    const { events, count } = sender()
    count('order')
    const first = events.flush()
    count('refund')
    await Promise.all([first, events.flush()])
    expect(bodies.map(metricsIn)).toEqual([[['order', 1]], [['refund', 1]]])
  })
})

describe('a batch that was not taken', () => {
  test.each([500, 503, 429, 408, 401])('is sent again with the same bytes after a %i', async (status) => {
    const bodies = answering({ status }, ACCEPTED)
    const { clock, events, count } = sender()
    count('order')
    await events.flush()
    count('order')
    clock.advance(180_000)
    await vi.waitFor(() => expect(bodies).toHaveLength(3))
    expect(bodies[1]).toBe(bodies[0])
    expect(metricsIn(bodies[2])).toEqual([['order', 1]])
    expect(read(bodies[2]).batch).not.toBe(read(bodies[0]).batch)
  })

  test('waits as long as Retry-After says', async () => {
    answering({ status: 503, headers: { 'retry-after': '20' } })
    const { clock, events, count } = sender()
    count('order')
    await events.flush()
    expect(clock.timers).toEqual([20_500])
  })

  test('waits longer each time, while the tally counts on', async () => {
    const bodies = answering({ status: 500 })
    const { clock, events, count } = sender()
    count('order')
    const waits: (number | undefined)[] = []
    for (let n = 0; n < 7; n++) {
      await events.flush()
      waits.push(clock.timers[0])
      count('order')
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
    expect(new Set(bodies).size).toBe(1)
  })

  test('is dropped, and said once, when the server will never take it', async () => {
    const bodies = answering({ status: 422 })
    const { events, log, count } = sender()
    count('order')
    await events.flush()
    count('refund')
    await events.flush()
    expect(bodies.map(metricsIn)).toEqual([[['order', 1]], [['refund', 1]]])
    expect(log.lines).toEqual(['warn: rampart: the server does not take what was counted (status 422); it is dropped'])
  })
})

test('once stopped nothing is sent and nothing waits', async () => {
  const bodies = answering(ACCEPTED)
  const { clock, events, count } = sender()
  count('order')
  events.stop()
  await events.flush()
  expect(bodies).toEqual([])
  expect(clock.timers).toEqual([])
})
