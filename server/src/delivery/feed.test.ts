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
import { change, config, flag, kill, PLACE, ramp, seed, segment, setShare } from './test-server.ts'

/** Keeps what it is sent. */
function listener(): EventStream & { readonly sent: string[] } {
  const sent: string[] = []
  return {
    sent,
    isCompressed: false,
    send: (bytes) => void sent.push(bytes.toString()),
    sendState: (bytes) => void sent.push(bytes.toString()),
    close: () => undefined,
    onClosed: () => undefined,
  }
}

function revisions({ sent }: { readonly sent: readonly string[] }): readonly (string | undefined)[] {
  return sent.map((text) => /^id: (\d+)/.exec(text)?.[1])
}

const ended = { at: '2026-01-02T00:00:00.000Z', by: 'person' as const, cause: null }

function openFeed(store: Pick<Store, 'environmentState' | 'stateSince' | 'changesSince'>, clock = { now: () => 0 }) {
  const hints = { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 }
  return Feed.open({ store, ref: PLACE, clock, log: pino({ enabled: false }), hints: () => hints })
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
  const reading: Pick<Store, 'environmentState' | 'stateSince' | 'changesSince'> = {
    environmentState: (ref) => (outage.isOn ? Promise.reject(new Error('disk')) : store.environmentState(ref)),
    stateSince: (ref, revision) => (outage.isOn ? Promise.reject(new Error('disk')) : store.stateSince(ref, revision)),
    changesSince: (ref, revision) =>
      outage.isOn ? Promise.reject(new Error('disk')) : store.changesSince(ref, revision),
  }
  const clock = { time: 1_000_000, now: () => clock.time }
  const feed = await openFeed(reading, clock)
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

test('who comes new is given what waits to go out, and what there is while the store cannot be read', async () => {
  const { store, feed, outage, settle } = await setUp()
  await setShare(store, 1)
  await settle()
  await setShare(store, 2)
  const first = listener()
  await feed.join(first, 'server', undefined)
  expect(revisions(first)).toEqual(['3'])
  await setShare(store, 3)
  outage.isOn = true
  const second = listener()
  await feed.join(second, 'server', undefined)
  expect(revisions(second)).toEqual(['3'])
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
  vi.spyOn(store, 'stateSince').mockResolvedValue('gone')
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

test('a snapshot that was brought up to date change by change is what the whole environment gives', async () => {
  const { store, feed, settle, pass } = await setUp()
  const flags = ['a', 'b', 'c'].map((key) => flag(key, { clientSide: key !== 'c' }))
  const asks = { prerequisites: [{ flag: 'a', variations: ['on'] }] }
  const when = { segment: 'beta' }
  const ruled = { rules: [{ id: 'r', name: null, paused: false, when, serve: { variation: 'on' } }] }
  await change(
    store,
    flags.flatMap((one) => [
      { put: 'flag' as const, flag: one },
      { put: 'config' as const, config: config(one.key, one.key === 'b' ? asks : {}) },
    ]),
    { flags: ['a', 'b', 'c'] },
  )
  const turned = { ...flag('a', { clientSide: true, version: 2 }) }
  const steps: (() => Promise<unknown>)[] = [
    () => change(store, [{ put: 'segment', project: 'shop', segment: segment('beta') }], { segments: ['beta'] }),
    () => change(store, [{ put: 'config', config: config('a', ruled) }], { flags: ['a'] }),
    // The variations of a flag that others ask for change their places.
    () =>
      change(store, [{ put: 'flag', flag: { ...turned, variations: turned.variations.toReversed() } }], {
        flags: ['a'],
      }),
    () => change(store, [{ put: 'ramp', ramp: ramp() }], { watches: ['r_1'] }),
    () =>
      change(store, [{ put: 'segment', project: 'shop', segment: segment('beta', { included: ['anna'] }) }], {
        segments: ['beta'],
      }),
    () => change(store, [{ put: 'config', config: config('a') }], { flags: ['a'] }),
    () => change(store, [{ remove: 'segment', project: 'shop', key: 'beta' }], { segments: ['beta'] }),
    async () => {
      const { revision: _, ...environment } = (await store.environment(PLACE)) ?? { revision: 0 }
      const edited = { ...environment, privateAttributes: ['country'] } as never
      await change(store, [{ put: 'environment_settings', environment: edited }], {})
    },
    () => change(store, [{ put: 'ramp', ramp: ramp({ state: 'cancelled', end: ended }) }], { watches: ['r_1'] }),
  ]
  for (const make of steps) {
    await make()
    await settle()
    await pass(50)
    const whole = await openFeed(store)
    expect(await feed.snapshot('server')).toEqual(await whole.snapshot('server'))
    expect(await feed.snapshot('client')).toEqual(await whole.snapshot('client'))
  }
  expect((await feed.snapshot('client')).flags.map(({ key }) => key)).toEqual(['a', 'b'])
})

test('what has not changed is not built again', async () => {
  const { store, feed, settle } = await setUp()
  await change(
    store,
    [
      { put: 'flag', flag: flag('other') },
      { put: 'config', config: config('other') },
    ],
    { flags: ['other'] },
  )
  await settle()
  const before = (await feed.snapshot('server')).flags
  await setShare(store, 7)
  await settle()
  const after = (await feed.snapshot('server')).flags
  expect(after.map((one, i) => [one.key, one === before[i]])).toEqual([
    ['checkout', false],
    ['other', true],
  ])
})
