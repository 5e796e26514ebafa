import { createHook } from 'node:async_hooks'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type ClientOptions, createClient, type FlagClient, type Readiness } from '@rampart/node'
import { expect } from 'vitest'
import { type Demo, ENVIRONMENT, inEnvironment, inProject, PROJECT } from './demo.ts'
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts'
import { root } from './imports.ts'
import { until } from './processes.ts'

/** One way in which a server can be away. */
export interface Outage {
  readonly begin: (proxy: FaultyProxy) => Promise<void>
  /** Default: nothing is wrong any more. */
  readonly end?: (proxy: FaultyProxy) => Promise<void>
  /** How a client asks; default is a stream. */
  readonly transport?: { readonly poll: number }
  /** How long until a client says that something is wrong, at most, in milliseconds; null when nothing is to be said. Default 30,000. */
  readonly noticedMs?: number | null
  /** How long until everything is well again, at most. Default 40,000. */
  readonly wellMs?: number
}

/** What a client said and gave in the time that it was asked. */
export interface Met {
  readonly status: FlagClient['status']
  readonly ready: Readiness['status']
  /** That `ready` took no longer than it was given, and a moment. */
  readonly readyInTime: boolean
  /** `isEnabled` without a fallback and with `true`. */
  readonly answers: readonly [boolean, boolean]
}

export interface OutageReport {
  /** Of a client that held values when it began, and of one that starts in the middle of it. */
  readonly held: Met
  readonly started: Met
  /** Promises, timers, sockets and whatever else is asynchronous that 10,000 questions made. */
  readonly madeByQuestions: number
  /** What each of the two logged from the beginning of the outage until all was well, by level. */
  readonly said: { readonly held: readonly string[]; readonly started: readonly string[] }
  /** Whether listeners of the client that held values heard of the change that was made meanwhile. */
  readonly heardOfChange: boolean
  /** How a process ended that had nothing left to do but its open client. */
  readonly process: { readonly code: number | null; readonly answer: string }
  /** From its beginning until the client that held values said so; null when it said nothing. */
  readonly noticedAfterMs: number | null
  /** From the end of the outage until both had the change that was made during it. */
  readonly wellAfterMs: number
}

const READY_MS = 300
/** Timers are late on a busy machine. */
const A_MOMENT_MS = 5_000

/**
 * Lets an outage happen to two clients of a real server: one that has been well before, whose flag is on, and one that starts in the
 * middle of it. Meanwhile the flag is switched off behind their backs; when all is well again both have heard of it.
 */
export async function outage(demo: Demo, name: string, what: Outage): Promise<OutageReport> {
  const { begin, end = (proxy) => proxy.set({ kind: 'none' }) } = what
  const { noticedMs = 30_000, wellMs = 40_000, transport = 'stream' } = what
  const proxy = await startFaultyProxy(demo.url)
  const ofFlag = { params: { project: PROJECT, environment: ENVIRONMENT, flag: name } }
  await demo.api.createFlag({ ...inProject, body: { key: name } })
  await demo.api.setRollout({ ...ofFlag, body: { percent: 100, variation: 'on' } })
  await demo.api.switchFlag({ ...ofFlag, body: { on: true } })
  const clients: Listened[] = []
  const listened = async (): Promise<Listened> => {
    const one = await listenedClient(demo, `${name}-${clients.length}`, { url: proxy.url, transport })
    clients.push(one)
    return one
  }
  try {
    const held = await listened()
    await held.client.ready({ timeout: 20_000 })
    const begunAt = performance.now()
    await begin(proxy)
    const started = await listened()
    const metAtStart = await met(started.client, name)
    const ended = await endOfProcess(proxy.url, started.key, name)
    if (noticedMs !== null)
      await until(() => (clients.every(({ said }) => said.length > 0) ? true : undefined), noticedMs)
    const metInside = await met(held.client, name)
    const madeByQuestions = asynchronous(() => {
      for (let i = 0; i < 5_000; i += 1) {
        for (const { client } of clients) client.isEnabled(name, `unit-${i}`)
      }
    })
    held.changed.clear()
    await demo.api.switchFlag({ ...ofFlag, body: { on: false } })
    const endedAt = performance.now()
    await end(proxy)
    const isWell = ({ client }: Listened): boolean => client.status === 'ready' && !client.isEnabled(name, 'ana', true)
    await until(() => (clients.every(isWell) ? true : undefined), wellMs)
    return {
      held: metInside,
      started: metAtStart,
      madeByQuestions,
      said: { held: [...held.said], started: [...started.said] },
      heardOfChange: held.changed.has(name),
      process: ended,
      noticedAfterMs: held.firstSaidAt === undefined ? null : Math.round(held.firstSaidAt - begunAt),
      wellAfterMs: Math.round(performance.now() - endedAt),
    }
  } finally {
    await Promise.all(clients.map(({ client }) => client.close({ timeout: 100 })))
    await proxy.close()
  }
}

interface Listened {
  readonly client: FlagClient
  readonly key: string
  /** The lines that it logged: their levels and words. */
  readonly said: string[]
  /** The flags of which it told listeners. */
  readonly changed: Set<string>
  firstSaidAt: number | undefined
}

async function listenedClient(
  demo: Demo,
  name: string,
  { url, transport }: { readonly url: string; readonly transport: NonNullable<ClientOptions['transport']> },
): Promise<Listened> {
  // One of its own, so that nobody warns of two clients for one.
  const key = (await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'server', name } })).body.secret
  const line =
    (level: string) =>
    (message: string): void => {
      listened.firstSaidAt ??= performance.now()
      listened.said.push(`${level}: ${message}`)
    }
  const logger = { debug: () => undefined, info: line('info'), warn: line('warn'), error: line('error') }
  const client = createClient({ url, key, transport, logger })
  const listened: Listened = { client, key, said: [], changed: new Set(), firstSaidAt: undefined }
  client.on('change', ({ keys }) => {
    for (const one of keys) listened.changed.add(one)
  })
  return listened
}

async function met(client: FlagClient, flag: string): Promise<Met> {
  const began = performance.now()
  const { status } = await client.ready({ timeout: READY_MS })
  const readyInTime = performance.now() - began < READY_MS + A_MOMENT_MS
  const answers = [client.isEnabled(flag, 'ana'), client.isEnabled(flag, 'ana', true)] as const
  return { status: client.status, ready: status, readyInTime, answers }
}

/** How many asynchronous resources `work` made: nothing that waits can be without one. */
function asynchronous(work: () => void): number {
  let made = 0
  const hook = createHook({
    init: () => {
      made += 1
    },
  }).enable()
  work()
  hook.disable()
  return made
}

/** A process that asks once and then has nothing left to do. */
async function endOfProcess(url: string, key: string, flag: string): Promise<OutageReport['process']> {
  const code = `
    const client = createClient({ logger: 'silent' })
    const { status } = await client.ready({ timeout: ${READY_MS} })
    console.log(status, client.isEnabled(${JSON.stringify(flag)}, 'ana', true))`
  return runApp(code, { RAMPART_URL: url, RAMPART_SDK_KEY: key })
}

/** Runs an application, which has `createClient`, in a process of its own. One that has not ended in time is killed and has no code. */
export async function runApp(
  code: string,
  env: Readonly<Record<string, string>>,
  { node = [], withinMs = 30_000 }: { readonly node?: readonly string[]; readonly withinMs?: number } = {},
): Promise<OutageReport['process']> {
  const args = [
    ...node,
    '--input-type=module',
    '--no-warnings',
    '-e',
    `import { createClient } from '@rampart/node'\n${code}`,
  ]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...env },
    timeout: withinMs,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let answer = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  await once(child, 'close')
  return { code: child.exitCode, answer: answer.trim() }
}

/** What every outage that is noticed is to a client: last known values or fallbacks at once, one line, one more when it is over. */
export function expectBridged(report: OutageReport | undefined, level: 'warn' | 'error' = 'warn'): void {
  expect(report).toEqual({
    held: { status: 'stale', ready: 'stale', readyInTime: true, answers: [true, true] },
    started: {
      status: 'starting',
      ready: expect.stringMatching(/^(timeout|failed)$/),
      readyInTime: true,
      answers: [false, true],
    },
    madeByQuestions: 0,
    said: {
      held: [expect.stringMatching(`^${level}: `), expect.stringMatching(/^info: .* again after /)],
      started: [expect.stringMatching(`^${level}: `), expect.stringMatching(/^info: .* again after /)],
    },
    heardOfChange: true,
    process: { code: 0, answer: expect.stringMatching(/^(timeout|failed) true$/) },
    noticedAfterMs: expect.any(Number),
    wellAfterMs: expect.any(Number),
  })
}

/** Prints what docs/reliability.md has in its table. */
export async function sayFigures(reports: ReadonlyMap<string, Promise<OutageReport>>): Promise<void> {
  for (const [words, report] of reports) {
    const { noticedAfterMs, wellAfterMs } = await report
    console.info(`${words}: noticed after ${noticedAfterMs} ms, well ${wellAfterMs} ms after its end`)
  }
}
