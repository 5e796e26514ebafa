import { parseAck } from '@rampart/contract/wire'
import { compile } from '@rampart/core'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createAcks } from './acks.ts'
import { endpointsOf } from './endpoints.ts'
import { createHttp } from './http.ts'
import { identityOf } from './identity.ts'
import { createTestClock } from './test-clock.ts'
import { hints, snapshot } from './test-snapshots.ts'

const msw = setupServer()
beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
afterEach(() => msw.resetHandlers())
afterAll(() => msw.close())

/** Answers in this order, the last one for ever; gives revision and age of every acknowledgement. */
function answering(...statuses: readonly number[]): readonly unknown[] {
  const acks: unknown[] = []
  msw.use(
    http.post('http://flags.test/sdk/v1/acks', async ({ request }) => {
      const status = statuses[Math.min(acks.length, statuses.length - 1)] ?? 204
      const parsed = parseAck(await request.json())
      acks.push(parsed.ok ? [parsed.value.revision, parsed.value.appliedMsAgo] : parsed.problem)
      return new HttpResponse(null, { status })
    }),
  )
  return acks
}

function sender() {
  const clock = createTestClock()
  const identity = identityOf('i-1', { name: 'shop' })
  const acks = createAcks({
    http: createHttp(undefined),
    endpoints: endpointsOf(new URL('http://flags.test'), 'rmp_srv_test', identity),
    identity,
    clock,
    random: () => 0.5,
  })
  const apply = (revision: number, ackSpreadMs = 0, audience: 'server' | 'client' = 'server') =>
    acks.applied(compile(snapshot(revision, [], { hints: hints({ ackSpreadMs }), audience })))
  return { clock, acks, apply }
}

test('a revision is acknowledged at once', async () => {
  const acks = answering(204)
  const { clock, apply } = sender()
  apply(7)
  clock.advance(0)
  await vi.waitFor(() => expect(acks).toEqual([[7, 0]]))
})

test('a large fleet spreads its acknowledgements, and says how old they are', async () => {
  const acks = answering(204)
  const { clock, apply } = sender()
  apply(7, 4_000)
  clock.advance(1_999)
  expect(acks).toEqual([])
  clock.advance(1)
  await vi.waitFor(() => expect(acks).toEqual([[7, 2_000]]))
})

test('of several revisions the latest is acknowledged, in one request', async () => {
  const acks = answering(204)
  const { clock, apply } = sender()
  apply(7, 4_000)
  clock.advance(500)
  apply(8, 4_000)
  clock.advance(1_500)
  await vi.waitFor(() => expect(acks).toEqual([[8, 1_500]]))
})

test('one that comes while another is under way follows it', async () => {
  const acks = answering(204)
  const { clock, apply } = sender()
  apply(7)
  clock.advance(0)
  apply(8)
  await vi.waitFor(() => expect(clock.timers).toEqual([0]))
  clock.advance(0)
  await vi.waitFor(() =>
    expect(acks).toEqual([
      [7, 0],
      [8, 0],
    ]),
  )
})

test('a failed one is repeated until it is taken, with its true age', async () => {
  const acks = answering(503, 500, 204)
  const { clock, apply } = sender()
  apply(7)
  clock.advance(0)
  await vi.waitFor(() => expect(clock.timers).toEqual([500]))
  clock.advance(500)
  await vi.waitFor(() => expect(clock.timers).toEqual([1_000]))
  clock.advance(1_000)
  await vi.waitFor(() =>
    expect(acks).toEqual([
      [7, 0],
      [7, 500],
      [7, 1_500],
    ]),
  )
  expect(clock.timers).toEqual([])
})

test('one that will never be taken is not repeated', async () => {
  const acks = answering(404)
  const { clock, apply } = sender()
  apply(7)
  clock.advance(0)
  await vi.waitFor(() => expect(acks).toEqual([[7, 0]]))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(clock.timers).toEqual([])
})

test('public keys acknowledge nothing', () => {
  const { clock, apply } = sender()
  apply(7, 0, 'client')
  expect(clock.timers).toEqual([])
})

test('once stopped nothing is sent', () => {
  const { clock, acks, apply } = sender()
  apply(7, 4_000)
  acks.stop()
  expect(clock.timers).toEqual([])
})
