import { randomBytes, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { SDK_PATHS } from '@rampart/contract/wire'
import { type Demo, ENVIRONMENT, PROJECT } from '../../support/demo.ts'
import { residentBytes } from '../delivery/process-figures.ts'
import type { Row } from '../row.ts'

const INSTANCES = 100
const ROWS = 200
const EVERY_MS = 1_000
const SECONDS = 50
/** Each instance reports of one of them. None meets so many units that it lets half of them go: all of them have to be counted. */
const RAMPS = 5
const IDLE_MS = 8_000
const MIB = 1024 * 1024
/** Two caches of 64 MB, the queue, and what a server has anyway. */
const MEMORY_LIMIT = 512 * MIB

interface Ramped {
  readonly flag: string
  readonly id: string
}

/**
 * Outcomes of a fleet under ramps: each instance sends what 200 new units came to, once a second, whether or not the server
 * keeps up. Beside it somebody reads the snapshot, over and over.
 */
export async function ingestion(demo: Demo): Promise<readonly Row[]> {
  const ramps = await Promise.all(Array.from({ length: RAMPS }, (_, n) => startRamp(demo, `flag-${n}`)))
  const readers = new Agent({ keepAlive: true, maxSockets: 1 })
  const senders = new Agent({ keepAlive: true, maxSockets: INSTANCES })
  const read = (): Promise<number> => ask(demo, readers, 'GET', SDK_PATHS.snapshot)
  try {
    const idle = await readFor(read, IDLE_MS)
    const memory = watchMemory(demo.pid())
    const sending = sendAll((body) => ask(demo, senders, 'POST', SDK_PATHS.events, body), ramps)
    const busy = await readFor(read, SECONDS * EVERY_MS)
    const { sent, refused, lateMs } = await sending
    const peak = memory.stop()
    const counts = await Promise.all(ramps.map(({ id }) => countedUnits(demo, id)))
    const counted = counts.reduce((sum, one) => sum + one, 0)
    const rows = sent * ROWS
    return [
      {
        goal: `outcome rows in batches of ${ROWS} from ${INSTANCES} instances, for ${SECONDS} s`,
        measured: `${Math.round(rows / (SECONDS + lateMs / 1_000))} a second, ${refused} batches refused`,
        limit: '20000 a second',
        ok: refused === 0 && rows / (SECONDS + lateMs / 1_000) >= 0.98 * INSTANCES * ROWS,
      },
      {
        goal: 'rows lost',
        measured: `${rows - counted} of ${rows}`,
        limit: '0',
        ok: counted === rows,
      },
      {
        goal: 'snapshot meanwhile, p99',
        measured: `${(busy / idle).toFixed(1)} × idle (${busy.toFixed(1)} and ${idle.toFixed(1)} ms)`,
        limit: '3',
        ok: busy <= 3 * idle,
      },
      {
        goal: `server memory after ${((sent * ROWS) / 1e6).toFixed(1)} million units`,
        measured: `${(peak / MIB).toFixed(0)} MiB at most`,
        limit: `${MEMORY_LIMIT / MIB} MiB`,
        ok: peak <= MEMORY_LIMIT,
      },
    ]
  } finally {
    readers.destroy()
    senders.destroy()
  }
}

async function startRamp({ api }: Demo, flag: string): Promise<Ramped> {
  const ofFlag = { params: { project: PROJECT, environment: ENVIRONMENT, flag } }
  await api.setRollout({ ...ofFlag, body: { percent: 0, variation: 'on' } })
  await api.switchFlag({ ...ofFlag, body: { on: true } })
  const body = { steps: '50%:60m,100%', guards: ['checkout_error'], run: 'bench', allowNewMetric: true, replace: true }
  const started = await api.startRamp({ ...ofFlag, body })
  return { flag, id: started.body.item.id }
}

/** Sends on time, also when answers are late; `lateMs` is how long after the last batch was due the last answer came. */
async function sendAll(send: (body: string) => Promise<number>, ramps: readonly Ramped[]) {
  let sent = 0
  let refused = 0
  const began = performance.now()
  const instance = async (n: number): Promise<void> => {
    const id = randomUUID()
    const ramp = ramps[n % ramps.length]
    if (ramp === undefined) return
    const answers: Promise<void>[] = []
    for (let second = 0; second < SECONDS; second += 1) {
      const dueAt = began + second * EVERY_MS + (n * EVERY_MS) / INSTANCES
      await pause(Math.max(0, dueAt - performance.now()))
      const body = batchOf(id, ramp)
      answers.push(
        send(body).then(
          () => {
            sent += 1
          },
          () => {
            refused += 1
          },
        ),
      )
    }
    await Promise.all(answers)
  }
  await Promise.all(Array.from({ length: INSTANCES }, (_, n) => instance(n)))
  return { sent, refused, lateMs: Math.max(0, performance.now() - began - SECONDS * EVERY_MS) }
}

function batchOf(instance: string, { flag, id: ramp }: Ramped): string {
  const hashes = randomBytes(8 * ROWS).toString('hex')
  const units = Array.from({ length: ROWS }, (_, i) => hashes.slice(16 * i, 16 * i + 16))
  const half = ROWS / 2
  return JSON.stringify({
    format: 1,
    batch: randomUUID(),
    instance,
    sdk: { name: 'bench', version: '0' },
    revision: 1,
    spanMs: EVERY_MS,
    evaluations: [
      { flag, variation: 'on', reason: 'rollout', n: half },
      { flag, variation: 'off', reason: 'rollout', n: half },
    ],
    totals: [{ metric: 'checkout_error', n: ROWS }],
    watched: [
      {
        ramp,
        seq: 1,
        agoMs: EVERY_MS / 2,
        seen: { treatment: [], control: [] },
        evaluations: { treatment: half, control: half },
        first: [{ metric: 'checkout_error', treatment: units.slice(0, half), control: units.slice(half) }],
      },
    ],
  })
}

/** The time of an answer in milliseconds, to its last byte. Rejects when it is no success. */
function ask({ url, serverKey }: Demo, agent: Agent, method: string, path: string, body?: string): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' }
    const asking = request(new URL(path, url), { method, agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        if (status < 300) resolve(performance.now() - began)
        else reject(new Error(`${path} answered ${status}`))
      })
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

/** The 99th percentile of the times that reading takes, ten times a second, in milliseconds. */
async function readFor(read: () => Promise<number>, ms: number): Promise<number> {
  const times: number[] = []
  const until = performance.now() + ms
  while (performance.now() < until) {
    times.push(await read())
    await pause(20)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN
}

function watchMemory(pid: number) {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid))
  }, 250)
  return {
    stop() {
      clearInterval(timer)
      return peak
    },
  }
}

/** Units with an outcome, of both arms, as the ticks of the ramp have them. */
async function countedUnits({ api }: Demo, id: string): Promise<number> {
  const { body } = await api.getRampTicks({ params: { project: PROJECT, id } })
  const outcomes = body.ticks.flatMap(({ events }) => events.filter(({ metric }) => metric === 'checkout_error'))
  return outcomes.reduce((sum, { treatment, control }) => sum + treatment + control, 0)
}
