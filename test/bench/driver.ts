import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventsBatch } from '@rampart/contract/wire'
import { build } from '../../scripts/build.mjs'
import { type Demo, inEnvironment, inProject, startDemo } from '../support/demo.ts'
import { reported, send, watched } from '../support/outcomes.ts'
import type { Row } from './row.ts'

const RAMPS = 1_000
const GUARDS = ['checkout_error', 'timeout<=1.5x', 'refused<=+0.5pp', 'order>=1x', 'declined<20%'] as const
const METRICS = ['checkout_error', 'timeout', 'refused', 'order', 'declined'] as const
const TICK_MS = 10_000
/** What is stored of every ramp before it is measured, and of some that run for a day. */
const HISTORY_TICKS = 360
const DAY_TICKS = 8_640
const DAY_LONG = 50
/** New units that every ramp meets in each arm, each time its SDKs report. */
const UNITS = 5
const REPORT_MS = 2_000
const WARM_MS = 20_000
const MEASURED_MS = 40_000
const HARMED = 20

interface Ramped {
  readonly id: string
  readonly seq: number
}

/**
 * A thousand ramps with five guards each on one server, whose SQLite file has their past, while counts of all of them come in: how
 * long after harm has been counted the driver takes a ramp back, and how much of a core the server needs.
 */
export async function run(): Promise<readonly Row[]> {
  build()
  const folder = mkdtempSync(join(tmpdir(), 'rampart-driver-'))
  const demo = await startDemo({ folder })
  let timer: NodeJS.Timeout | undefined
  try {
    await reported(demo, ...METRICS)
    const ramps = await startAll(demo)
    await demo.kill()
    writeHistory(join(folder, 'rampart.db'), ramps)
    await demo.restart()

    const failures: unknown[] = []
    timer = setInterval(() => void reportAll(demo, ramps).catch((error: unknown) => failures.push(error)), REPORT_MS)
    await wait(WARM_MS)
    const before = usage(demo)
    const began = performance.now()
    const lags: number[] = []
    for (const ramp of ramps.slice(-HARMED)) {
      lags.push(await harm(demo, ramp))
      await wait(Math.max(0, MEASURED_MS / HARMED - (lags.at(-1) ?? 0)))
    }
    const after = usage(demo)
    if (failures.length > 0) throw failures[0]
    lags.sort((a, b) => a - b)
    const cores = (after.cpuMs - before.cpuMs) / (performance.now() - began)
    return [
      row('harm counted to ramp taken back, worst', lags.at(-1) ?? Number.POSITIVE_INFINITY, TICK_MS, 'ms'),
      row('the same, median', lags[Math.floor(lags.length / 2)] ?? Number.POSITIVE_INFINITY, TICK_MS, 'ms'),
      row('cores of the server, counting included', cores, 1, ''),
      row('memory of the server', after.residentMb, 1_024, 'MB'),
    ]
  } finally {
    clearInterval(timer)
    await demo.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startAll(demo: Demo): Promise<readonly Ramped[]> {
  const ramps: Ramped[] = []
  const left = Array.from({ length: RAMPS }, (_, i) => `flag-${i}`)
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let flag = left.pop(); flag !== undefined; flag = left.pop()) ramps.push(await startOne(demo, flag))
    }),
  )
  return ramps
}

async function startOne(demo: Demo, flag: string): Promise<Ramped> {
  const of = { params: { ...inEnvironment.params, flag } }
  await demo.api.createFlag({ ...inProject, body: { key: flag } })
  await demo.api.setRollout({ ...of, body: { percent: 0, variation: 'on' } })
  await demo.api.switchFlag({ ...of, body: { on: true } })
  const { body } = await demo.api.startRamp({ ...of, body: { steps: '50%:1d,100%', guards: [...GUARDS] } })
  return { id: body.item.id, seq: body.item.seq }
}

/** Ticks as they would be stored had the ramps run for an hour, and some for a day. */
function writeHistory(file: string, ramps: readonly Ramped[]): void {
  const Database = createRequire(new URL('../../server/package.json', import.meta.url))('better-sqlite3')
  const database = new Database(file)
  const insert = database.prepare(
    'insert or ignore into ramp_ticks (ramp, seq, tick, metric, treatment, control) values (?, ?, ?, ?, ?, ?)',
  )
  const last = Math.floor(Date.now() / TICK_MS) * TICK_MS - 4 * TICK_MS
  const write = database.transaction((ramp: Ramped, ticks: number) => {
    for (let n = 0; n < ticks; n += 1) {
      const tick = last - n * TICK_MS
      insert.run(ramp.id, ramp.seq, tick, '', UNITS * 5, UNITS * 5)
      insert.run(ramp.id, ramp.seq, tick, '*', UNITS * 5, UNITS * 5)
      for (const metric of METRICS) insert.run(ramp.id, ramp.seq, tick, metric, 1, 1)
    }
  })
  for (const [i, ramp] of ramps.entries()) write(ramp, i < DAY_LONG ? DAY_TICKS : HISTORY_TICKS)
  database.close()
}

let reports = 0

/** What SDKs report of every ramp: new units, and one in both arms that each metric happened to, now and then. */
async function reportAll(demo: Demo, ramps: readonly Ramped[]): Promise<void> {
  reports += 1
  const metric = METRICS[reports % METRICS.length] ?? 'checkout_error'
  const met = { treatment: UNITS, control: UNITS }
  const batches = ramps.map((ramp) => watched(ramp, met, { treatment: 1, control: 1 }, metric))
  for (let n = 0; n < batches.length; n += 50) await send(demo, together(batches.slice(n, n + 50)))
}

function together(batches: readonly EventsBatch[]): EventsBatch {
  const [first, ...rest] = batches
  if (first === undefined) throw new Error('there is no batch')
  return { ...first, watched: [first, ...rest].flatMap((batch) => batch.watched ?? []) }
}

const PATIENCE_MS = 60_000

/** From the answer that harm of a ramp was counted until its end; infinite when it had not ended after a minute. */
async function harm(demo: Demo, { id, seq }: Ramped): Promise<number> {
  await send(demo, watched({ id, seq }, { treatment: 400, control: 400 }, { treatment: 300, control: 4 }))
  const counted = Date.now()
  while (Date.now() - counted < PATIENCE_MS) {
    const { end } = (await demo.api.getRamp({ params: { ...inProject.params, id }, query: { wait: '20s' } })).body
    if (end !== null) return Math.max(0, Date.parse(end.at) - counted)
  }
  return Number.POSITIVE_INFINITY
}

/** Processor time and memory of the server. */
function usage(demo: Demo): { readonly cpuMs: number; readonly residentMb: number } {
  const stat = readFileSync(`/proc/${demo.pid()}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${demo.pid()}/status`, 'utf8'))?.[1]
  return { cpuMs: (Number(stat[11]) + Number(stat[12])) * 10, residentMb: Number(resident) / 1024 }
}

function wait(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs))
}

function row(goal: string, measured: number, limit: number, unit: string): Row {
  const said = (n: number) => `${unit === '' ? n.toFixed(2) : Math.round(n).toLocaleString('en')} ${unit}`.trim()
  return {
    goal: `${RAMPS} ramps, ${GUARDS.length} guards: ${goal}`,
    measured: said(measured),
    limit: said(limit),
    ok: measured <= limit,
  }
}
