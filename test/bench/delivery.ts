import { setTimeout as pause } from 'node:timers/promises'
import { build } from '../../scripts/build.mjs'
import { type Demo, ENVIRONMENT, FLAG, ofFlag, startDemo } from '../support/demo.ts'
import { type Fleet, startFleet, startFloor } from './delivery/fleet.ts'
import { processorSeconds, requireOpenFiles, residentBytes } from './delivery/process-figures.ts'
import type { Row } from './row.ts'

const STREAMS = 10_000
const WARM_UPS = 2
const ROUNDS = 11
/** Connections that come and go before memory is looked at: what a process grows by once is no stream's. */
const FIRST_STREAMS = 500
const KIB = 1024

/** What one way of writing came to, in milliseconds from the answer until so many of the streams had applied the change. */
interface Round {
  readonly p50: number
  readonly p99: number
  readonly last: number
}

interface Side {
  readonly fleet: Fleet
  readonly pid: number
  /** Makes a change and answers when whoever asked for it has its answer. */
  readonly strike: () => Promise<unknown>
  /** Takes it back, where there is something to take back. */
  readonly undo?: () => Promise<unknown>
}

/**
 * A kill on its way to ten thousand streams, in turns with the floor: Node's own server that writes the same bytes to as many
 * responses. Server, floor and either's streams are processes of their own on this machine. Then the server is killed and
 * all of them come back.
 */
export async function run(): Promise<readonly Row[]> {
  requireOpenFiles(STREAMS + 500)
  build()
  const demo = await startDemo()
  const floor = await startFloor()
  const [ours, theirs] = [startFleet(demo.url, demo.serverKey), startFleet(floor.url, demo.serverKey)]
  try {
    const killUrl = await killUrlOf(demo)
    const post =
      (url: string, body = '') =>
      async () =>
        (await fetch(url, { method: 'POST', body })).text()
    const bytes = await oneKill(ours, post(killUrl), demo)
    await post(`${floor.url}/put`, bytes.put)()
    await theirs.open(FIRST_STREAMS)
    await theirs.close()

    const sides = {
      ours: {
        fleet: ours,
        pid: demo.pid(),
        strike: post(killUrl),
        undo: () => demo.api.restoreFlag({ ...ofFlag, body: {} }),
      },
      floor: { fleet: theirs, pid: floor.pid, strike: post(floor.url, bytes.event) },
    }
    const idle = { ours: await settled(sides.ours.pid), floor: await settled(sides.floor.pid) }
    await ours.open(STREAMS)
    await theirs.open(STREAMS)
    const rounds = await inTurns(sides)
    const memory = {
      ours: ((await settled(sides.ours.pid)) - idle.ours) / STREAMS,
      floor: ((await settled(sides.floor.pid)) - idle.floor) / STREAMS,
    }
    await theirs.close()
    return [...timeRows(rounds), memoryRow(memory), ...(await stormRows(demo, ours))]
  } finally {
    ours.end()
    theirs.end()
    floor.end()
    await demo.close()
  }
}

async function killUrlOf(demo: Demo): Promise<string> {
  const scopes = [`kill@demo/${ENVIRONMENT}/${FLAG}`]
  const token = await demo.api.createToken({ body: { kind: 'kill-url', name: 'bench', scopes } })
  return token.body.url ?? ''
}

/** What a stream begins with, and what a kill sends: the bytes that the floor sends too. */
async function oneKill(fleet: Fleet, kill: () => Promise<unknown>, demo: Demo) {
  const put = await fleet.open(FIRST_STREAMS)
  const killed = fleet.change()
  await kill()
  const { event } = await killed
  await demo.api.restoreFlag({ ...ofFlag, body: {} })
  await fleet.close()
  return { put, event }
}

/** Memory once garbage had time to be collected. */
async function settled(pid: number): Promise<number> {
  await pause(2_000)
  return residentBytes(pid)
}

async function inTurns({ ours, floor }: { readonly ours: Side; readonly floor: Side }) {
  const rounds: { ours: Round; floor: Round; processor: number }[] = []
  for (let n = 0; n < WARM_UPS + ROUNDS; n += 1) {
    const before = processorSeconds(ours.pid)
    const measured = {
      ours: await strike(ours),
      processor: processorSeconds(ours.pid) - before,
      floor: await strike(floor),
    }
    if (n >= WARM_UPS) rounds.push(measured)
  }
  return rounds
}

async function strike({ fleet, strike: make, undo }: Side): Promise<Round> {
  const changed = fleet.change()
  await make()
  const answered = process.hrtime.bigint()
  const { p50, p99, last } = await changed
  const since = (time: string): number => Math.max(0, Number(BigInt(time) - answered) / 1e6)
  if (undo !== undefined) {
    const undone = fleet.change()
    await undo()
    await undone
  }
  await pause(100)
  return { p50: since(p50), p99: since(p99), last: since(last) }
}

function timeRows(
  rounds: readonly { readonly ours: Round; readonly floor: Round; readonly processor: number }[],
): Row[] {
  const compare = (which: keyof Round, limit: number, says: string): Row => {
    const [ours, floor] = [median(rounds.map((one) => one.ours[which])), median(rounds.map((one) => one.floor[which]))]
    const measured = `${(ours / floor).toFixed(2)} × floor (${ours.toFixed(0)} and ${floor.toFixed(0)} ms)`
    return { goal: `kill to ${STREAMS} streams, ${says}`, measured, limit: `${limit}`, ok: ours <= limit * floor }
  }
  return [
    compare('p99', 1.2, `p99, median of ${rounds.length}`),
    compare('last', 1.5, `the last of them, median of ${rounds.length}`),
  ]
}

function memoryRow({ ours, floor }: { readonly ours: number; readonly floor: number }): Row {
  return {
    goal: 'server memory a stream',
    measured: `${(ours / KIB).toFixed(1)} KiB (floor ${(floor / KIB).toFixed(1)})`,
    limit: 'floor + 5 KiB',
    ok: ours <= floor + 5 * KIB,
  }
}

/** The server dies and comes back; every client does within a second of finding it gone. */
async function stormRows(demo: Demo, fleet: Fleet): Promise<Row[]> {
  await demo.kill()
  const served = fleet.served()
  await demo.restart()
  const ready = process.hrtime.bigint()
  const readiness = watchReadiness(demo.url)
  const { last, refused } = await served
  const { failures, slowestMs } = await readiness.stop()
  const ms = Number(BigInt(last) - ready) / 1e6
  return [
    {
      goal: `${STREAMS} streams served again after a restart`,
      measured: `${(ms / 1_000).toFixed(1)} s (${refused} told to wait)`,
      limit: '10 s',
      ok: ms <= 10_000,
    },
    {
      goal: 'readiness failing meanwhile',
      measured: `${failures} times, slowest ${slowestMs.toFixed(0)} ms`,
      limit: 'never, 1 s',
      ok: failures === 0 && slowestMs <= 1_000,
    },
  ]
}

function watchReadiness(url: string) {
  let failures = 0
  let slowestMs = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      const began = performance.now()
      const isReady = await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (!isReady) failures += 1
      slowestMs = Math.max(slowestMs, performance.now() - began)
      await pause(50)
    }
  })()
  return {
    async stop() {
      isOver = true
      await watching
      return { failures, slowestMs }
    },
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
