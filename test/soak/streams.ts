import { setTimeout as pause } from 'node:timers/promises'
import { build } from '../../scripts/build.mjs'
import { startFleet } from '../bench/delivery/fleet.ts'
import { processorSeconds, requireOpenFiles, residentBytes } from '../bench/delivery/process-figures.ts'
import { type Demo, ofFlag, startDemo } from '../support/demo.ts'
import type { Proof } from './proof.ts'

/*
 * The pace of the busiest deployers that are known, 136,000 changes a day, towards ten thousand streams that acknowledge what
 * they hold as the server's hints ask, for ten minutes.
 */

const STREAMS = 10_000
const A_SECOND = 1.6
const PARTS = 10
const PART_S = 60
/** A client that holds a change later than this is behind. */
const BEHIND_MS = 5_000
/** `hints.ackSpreadMs` for so many: each says every half minute which revision it holds, if it has a new one. */
const ACKS_A_SECOND = STREAMS / 30

interface Figures {
  readonly changes: number
  readonly seconds: number
  readonly processor: number
  readonly behind: number
  readonly slowestMs: number
  readonly memory: number
}

export const proof: Proof<Figures> = {
  parts: (scale) => Array.from({ length: Math.max(1, Math.round(PARTS * scale)) }, (_, n) => `minute ${n + 1}`),

  async run() {
    requireOpenFiles(STREAMS + 500)
    build()
    const demo = await startDemo()
    const fleet = startFleet(demo.url, demo.serverKey)
    try {
      await fleet.open(STREAMS)
      return await keepPace(demo, fleet)
    } finally {
      fleet.end()
      await demo.close()
    }
  },

  rows(figures) {
    const sum = (of: (one: Figures) => number): number => figures.reduce((all, one) => all + of(one), 0)
    const seconds = sum((one) => one.seconds)
    const rate = sum((one) => one.changes) / seconds
    const load = sum((one) => one.processor) / seconds
    const behind = sum((one) => one.behind)
    const slowest = Math.max(...figures.map((one) => one.slowestMs))
    const memory = Math.max(...figures.map((one) => one.memory)) / 1024 / 1024
    return [
      {
        goal: `changes towards ${STREAMS} streams, for ${Math.round(seconds)} s`,
        measured: `${rate.toFixed(2)} a second`,
        limit: `${A_SECOND} a second`,
        ok: rate >= A_SECOND * 0.99,
      },
      {
        goal: 'processor time of the server, with acknowledgements',
        measured: `${load.toFixed(2)} of a core`,
        limit: '0.5',
        ok: load < 0.5,
      },
      {
        goal: 'changes that some stream did not have in time',
        measured: `${behind} (slowest ${slowest.toFixed(0)} ms after its answer)`,
        limit: `0, ${BEHIND_MS} ms`,
        ok: behind === 0,
      },
      { goal: 'server memory', measured: `${memory.toFixed(0)} MiB`, limit: '768 MiB', ok: memory <= 768 },
    ]
  },
}

async function keepPace(demo: Demo, fleet: ReturnType<typeof startFleet>): Promise<Figures> {
  const total = Math.ceil(PART_S * A_SECOND)
  const acks = acknowledge(demo)
  const before = processorSeconds(demo.pid())
  const began = performance.now()
  let behind = 0
  let slowestMs = 0
  for (let n = 0; n < total; n += 1) {
    await pause(Math.max(0, began + (n * 1_000) / A_SECOND - performance.now()))
    const changed = fleet.change()
    await demo.api.setRollout({ ...ofFlag, body: { percent: (n % 99) + 0.5, variation: 'on' } })
    const answered = process.hrtime.bigint()
    const { last } = await changed
    const ms = Number(BigInt(last) - answered) / 1e6
    slowestMs = Math.max(slowestMs, ms)
    if (ms > BEHIND_MS) behind += 1
  }
  const seconds = (performance.now() - began) / 1_000
  const processor = processorSeconds(demo.pid()) - before
  await acks.stop()
  return { changes: total, seconds, processor, behind, slowestMs, memory: residentBytes(demo.pid()) }
}

/** What the fleet's acknowledgements ask of the server, at the pace of its hints and from as many instances. */
function acknowledge({ url, serverKey }: Demo) {
  let isOver = false
  let n = 0
  const one = async (): Promise<void> => {
    n += 1
    const answer = await fetch(`${url}/sdk/v1/acks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        format: 1,
        instance: `instance-${n % STREAMS}`,
        revision: 1 + n,
        appliedMsAgo: 10_000,
        sdk: { name: '@rampart/node', version: '0.1.0' },
      }),
    })
    await answer.arrayBuffer()
  }
  const sending = (async () => {
    const began = performance.now()
    while (!isOver) {
      const due = Math.floor(((performance.now() - began) / 1_000) * ACKS_A_SECOND)
      await Promise.all(Array.from({ length: Math.min(50, due - n) }, one))
      await pause(20)
    }
  })()
  return {
    async stop() {
      isOver = true
      await sending
    },
  }
}
