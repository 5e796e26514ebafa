import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import type { EventStream } from './event-stream.ts'
import { Feed } from './feed.ts'
import { holding } from './test-reader.ts'
import { change, config, kill, PLACE, seed, setShare } from './test-server.ts'

/** Keeps what it is sent. */
function listener(): EventStream & { readonly sent: string[] } {
  const sent: string[] = []
  return {
    sent,
    send: (bytes) => void sent.push(bytes.toString()),
    sendState: (bytes) => void sent.push(bytes.toString()),
    close: () => undefined,
    onClosed: () => undefined,
  }
}

function revisions({ sent }: { readonly sent: readonly string[] }): readonly (string | undefined)[] {
  return sent.map((text) => /^id: (\d+)/.exec(text)?.[1])
}

/** A feed on a real store, on a clock that stands until it is moved. */
async function setUp() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const folder = mkdtempSync(join(tmpdir(), 'rampart-'))
  const file = join(folder, 'test.db')
  const store = await openSqliteStore({ file })
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await seed(store)
  const outage = { isOn: false }
  const reading: Pick<Store, 'environmentState' | 'changesSince'> = {
    environmentState: (ref) => (outage.isOn ? Promise.reject(new Error('disk')) : store.environmentState(ref)),
    changesSince: (ref, revision) =>
      outage.isOn ? Promise.reject(new Error('disk')) : store.changesSince(ref, revision),
  }
  const clock = { time: 1_000_000, now: () => clock.time }
  const feed = await Feed.open({
    store: reading,
    ref: PLACE,
    clock,
    log: pino({ enabled: false }),
    hints: () => ({ flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 }),
  })
  store.subscribe(() => feed.noticed())
  const stream = listener()
  await feed.join(stream, 'server', undefined)
  /** Lets everything happen that needs no time. */
  const settle = async () => {
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const pass = async (ms: number) => {
    clock.time += ms
    vi.advanceTimersByTime(ms)
    await settle()
  }
  return { file, store, feed, stream, outage, settle, pass }
}

test('the first change after a pause goes out at once, the next ones together after 50 ms', async () => {
  const { store, stream, settle, pass } = await setUp()
  await setShare(store, 1)
  await settle()
  expect(revisions(stream)).toEqual(['1', '2'])
  await setShare(store, 2)
  await setShare(store, 3)
  await pass(49)
  expect(revisions(stream)).toEqual(['1', '2'])
  await pass(1)
  expect(revisions(stream)).toEqual(['1', '2', '4'])
  expect(JSON.parse(stream.sent[2]?.split('data: ')[1] ?? '')).toMatchObject({ from: 2, revision: 4 })
})

test('a kill does not wait, and takes along what waited', async () => {
  const { store, stream, settle, pass } = await setUp()
  await setShare(store, 1)
  await settle()
  await setShare(store, 2)
  await kill(store)
  await settle()
  expect(revisions(stream)).toEqual(['1', '2', '4'])
  expect(stream.sent[2]).toContain('"urgent":true')
  await pass(1_000)
  expect(stream.sent.length).toBe(3)
})

test('a change is not lost when the store cannot be read for a while', async () => {
  const { store, stream, outage, settle, pass } = await setUp()
  outage.isOn = true
  await setShare(store, 1)
  await settle()
  await pass(1_000)
  expect(revisions(stream)).toEqual(['1'])
  outage.isOn = false
  await pass(1_000)
  expect(revisions(stream)).toEqual(['1', '2'])
})

test('streams that join while changes are made end up with the same state, without a gap', async () => {
  const { store, feed, settle, pass } = await setUp()
  const streams = Array.from({ length: 40 }, listener)
  await Promise.all(
    streams.map(async (stream, n) => {
      const joining = feed.join(stream, 'server', n % 2 === 0 ? undefined : 1)
      if (n % 4 === 0) await kill(store)
      else
        await change(store, [{ put: 'config', config: config('checkout', { on: n % 3 === 0 }) }], {
          flags: ['checkout'],
        })
      await joining
    }),
  )
  await settle()
  await pass(50)
  const truth = JSON.parse((await feed.told('server')).body.toString())
  for (const [n, { sent }] of streams.entries()) {
    const events = sent.map((text) => ({
      id: /^id: (\d+)/.exec(text)?.[1],
      event: /event: (\w+)/.exec(text)?.[1] ?? '',
      data: JSON.parse(text.split('data: ')[1] ?? ''),
    }))
    const before =
      n % 2 === 0 ? undefined : holding([{ id: '1', event: 'put', data: { ...truth, revision: 1, flags: [] } }])
    expect(holding(events, before).snapshot).toEqual(truth)
  }
})

test('who came with the same revision is sent the same bytes', async () => {
  const { store, feed, settle } = await setUp()
  await setShare(store, 1)
  await settle()
  const [a, b] = [listener(), listener()]
  await feed.join(a, 'server', 1)
  await feed.join(b, 'server', 1)
  expect(a.sent).toEqual(b.sent)
  expect(revisions(a)).toEqual(['2'])
})

test('a state that goes back, as when a back-up is restored, is put to everyone', async () => {
  const { store, feed, stream, settle } = await setUp()
  await setShare(store, 1)
  await settle()
  const older = JSON.parse((await feed.told('server')).body.toString())
  expect(older.revision).toBe(2)
  const state = await store.environmentState(PLACE)
  vi.spyOn(store, 'environmentState').mockResolvedValue(
    state && { ...state, environment: { ...state.environment, revision: 1 } },
  )
  feed.noticed()
  await feed.told('server')
  expect(stream.sent.at(-1)).toMatch(/^id: 1\nevent: put\n/)
})

test('who holds more than is known here is answered by what the store has: another server made it', async () => {
  const { file, feed } = await setUp()
  const other = await openSqliteStore({ file })
  onTestFinished(() => other.close())
  await setShare(other, 1)
  expect((await feed.told('server')).revision).toBe(1)
  expect((await feed.told('server', 2)).revision).toBe(2)
})
