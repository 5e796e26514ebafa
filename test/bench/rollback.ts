import { createClient, type FlagClient } from '@rampart/node'
import { build } from '../../scripts/build.mjs'
import { type Demo, inEnvironment, inProject, startDemo } from '../support/demo.ts'
import { reported } from '../support/outcomes.ts'
import { until } from '../support/processes.ts'
import type { Row } from './row.ts'

/** Flags that each go bad once, one after the other. */
const FLAGS = 60
const APART_MS = 250
/** Users of each flag in a second; half of them have the new variation. */
const USERS_PER_SECOND = 40
const EVERY_MS = 50
const POLL_MS = 2_000

/** From the moment a guard trips until an SDK serves the old variation again, and from the first bad outcome until then. */
const STREAMED_MS = 2_000
const POLLED_MS = POLL_MS + 1_000
const OUTCOME_MS = 20_000

interface Watched {
  readonly flag: string
  readonly ramp: string
  /** Someone who has the new variation as long as the ramp lasts. */
  readonly someone: string
  turnedBadAt: number
  streamedAt: number
  polledAt: number
}

/** How fast harm that has begun is taken back, with the pace of ticks, flushes and polls that everybody gets. */
export async function run(): Promise<readonly Row[]> {
  build()
  const demo = await startDemo()
  const sdk = (transport: 'stream' | { readonly poll: number }) =>
    createClient({ url: demo.url, key: demo.serverKey, cacheFile: false, logger: 'silent', transport })
  const streaming = sdk('stream')
  const polling = sdk({ poll: POLL_MS })
  let timer: NodeJS.Timeout | undefined
  try {
    await Promise.all([streaming.ready(), polling.ready()])
    await reported(demo, ...Array.from({ length: FLAGS }, (_, i) => errorOf(`bad-${i}`)))
    const watched = await Promise.all(Array.from({ length: FLAGS }, (_, i) => startOne(demo, streaming, `bad-${i}`)))
    await until(() => (watched.every(({ flag, someone }) => polling.isEnabled(flag, someone)) ? true : undefined))
    hear(streaming, watched, 'streamedAt')
    hear(polling, watched, 'polledAt')
    timer = setInterval(() => visit(streaming, watched), EVERY_MS)
    for (const one of watched) {
      await new Promise((resolve) => setTimeout(resolve, APART_MS))
      one.turnedBadAt = Date.now()
    }
    await until(() => (watched.every((one) => one.streamedAt > 0 && one.polledAt > 0) ? true : undefined), 120_000)
    const trips = await Promise.all(watched.map(async ({ ramp }) => trippedAt(demo, ramp)))
    const since = (of: (one: Watched, i: number) => number) => watched.map(of).sort((a, b) => a - b)
    return [
      row(
        'trip to visible change, streaming, p99',
        quantile(
          since((w, i) => w.streamedAt - (trips[i] ?? 0)),
          0.99,
        ),
        STREAMED_MS,
      ),
      row(
        `trip to visible change, polling each ${POLL_MS} ms, worst`,
        quantile(
          since((w, i) => w.polledAt - (trips[i] ?? 0)),
          1,
        ),
        POLLED_MS,
      ),
      row(
        'first bad outcome to visible change at defaults, p95',
        quantile(
          since((w) => w.streamedAt - w.turnedBadAt),
          0.95,
        ),
        OUTCOME_MS,
      ),
    ]
  } finally {
    clearInterval(timer)
    await Promise.all([streaming.close(), polling.close()])
    await demo.close()
  }
}

async function startOne(demo: Demo, client: FlagClient, flag: string): Promise<Watched> {
  const of = { params: { ...inEnvironment.params, flag } }
  await demo.api.createFlag({ ...inProject, body: { key: flag } })
  await demo.api.setRollout({ ...of, body: { percent: 0, variation: 'on' } })
  await demo.api.switchFlag({ ...of, body: { on: true } })
  const { body } = await demo.api.startRamp({ ...of, body: { steps: '50%:10m,100%', guards: [errorOf(flag)] } })
  const someone = await until(() =>
    Array.from({ length: 50 }, (_, i) => `u${i}`).find((u) => client.isEnabled(flag, u)),
  )
  return { flag, ramp: body.item.id, someone, turnedBadAt: Number.POSITIVE_INFINITY, streamedAt: 0, polledAt: 0 }
}

function hear(client: FlagClient, watched: readonly Watched[], when: 'streamedAt' | 'polledAt'): void {
  client.on('change', () => {
    for (const one of watched) if (one[when] === 0 && !client.isEnabled(one.flag, one.someone)) one[when] = Date.now()
  })
}

/** Each flag has errors of its own: an error counts in every ramp that asks for it. */
function errorOf(flag: string): string {
  return `error.${flag.replace('-', '_')}`
}

let users = 0

/** New users come to every flag; where it has gone bad, half of those with the new variation fail, and else one in fifty. */
function visit(client: FlagClient, watched: readonly Watched[]): void {
  for (const { flag, turnedBadAt } of watched) {
    const isBad = Date.now() >= turnedBadAt
    for (let n = 0; n < (USERS_PER_SECOND * EVERY_MS) / 1_000; n += 1) {
      users += 1
      const user = `user-${users}`
      const isNew = client.isEnabled(flag, user)
      if (Math.random() < (isNew && isBad ? 0.5 : 0.02)) client.count(errorOf(flag), user)
    }
  }
}

async function trippedAt(demo: Demo, id: string): Promise<number> {
  const { end } = (await demo.api.getRamp({ params: { ...inProject.params, id } })).body
  return Date.parse(end?.at ?? '')
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.ceil(q * sorted.length) - 1] ?? Number.POSITIVE_INFINITY
}

function row(goal: string, measured: number, limit: number): Row {
  return {
    goal: `${goal} of ${FLAGS}`,
    measured: `${(measured / 1_000).toFixed(2)} s`,
    limit: `${limit / 1_000} s`,
    ok: measured <= limit,
  }
}
