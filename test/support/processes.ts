import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type AdminClient, createAdminClient } from '@rampart/contract/admin'
import { describedFetch } from './described.ts'
import { root } from './imports.ts'

export interface RunningServer {
  readonly url: string
  readonly adminToken: string
  readonly signInUrl: string
  readonly api: AdminClient
  /** Of the process that runs now. */
  pid(): number
  /** SIGKILL, as if the machine had lost its power. */
  kill(): Promise<void>
  /** Starts the same data again, on the same port. */
  restart(): Promise<void>
  close(): Promise<void>
}

interface Bootstrap {
  readonly url: string
  readonly adminToken: string
  readonly signInUrl: string
}

export interface ServerOptions {
  readonly port?: number
  readonly env?: Record<string, string>
  /** Data that are there already, and stay. Without, the server gets a folder of its own, which goes with it. */
  readonly folder?: string
  /** No file that the server writes may become larger: what a full disk is to it, caused for real. */
  readonly largestFileKiB?: number
  /** Hears everything the server writes to its output and its errors, which are shown otherwise. */
  readonly hear?: (text: string) => void
}

/** The built server as its own process. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'rampart-story-'))
  const bootstrapFile = join(folder, 'bootstrap.json')
  let port = options.port ?? 0
  let child: ChildProcess | undefined

  async function start(): Promise<Bootstrap> {
    rmSync(bootstrapFile, { force: true })
    const [program, args] = command(options.largestFileKiB)
    child = spawn(program, args, {
      cwd: root,
      stdio: options.hear === undefined ? ['ignore', 'ignore', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PORT: String(port),
        RAMPART_DATA: folder,
        RAMPART_BOOTSTRAP_FILE: bootstrapFile,
        RAMPART_LOG: 'warn',
        ...options.env,
      },
    })
    for (const output of [child.stdout, child.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => options.hear?.(text))
    }
    const bootstrap = await until(() =>
      existsSync(bootstrapFile) ? (JSON.parse(readFileSync(bootstrapFile, 'utf8')) as Bootstrap) : undefined,
    )
    await until(async () => (await fetch(`${bootstrap.url}/readyz`).catch(() => undefined))?.ok === true || undefined)
    port = Number(new URL(bootstrap.url).port)
    return bootstrap
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  const bootstrap = await start()
  return {
    ...bootstrap,
    api: createAdminClient({ url: bootstrap.url, token: bootstrap.adminToken, fetch: describedFetch }),
    pid: () => child?.pid ?? 0,
    kill: () => end('SIGKILL'),
    restart: async () => {
      await start()
    },
    close: async () => {
      await end('SIGTERM')
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `ulimit -f` counts blocks of 512 bytes (POSIX). */
function command(largestFileKiB: number | undefined): readonly [program: string, args: readonly string[]] {
  const server = [process.execPath, 'server/dist/main.js'] as const
  if (largestFileKiB === undefined) return [server[0], [server[1]]]
  return ['/bin/sh', ['-c', `ulimit -f ${2 * largestFileKiB}; exec "$0" "$1"`, ...server]]
}

/** One command of the built server, on the data of a folder; resolves when it has ended. */
export function runServerCommand(folder: string, ...args: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, ['server/dist/main.js', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', RAMPART_DATA: folder },
  })
  return running(child).finished
}

export interface RunningShop {
  readonly url: string
  setDefect(on: boolean): Promise<void>
  close(): Promise<void>
}

/** The example shop as its own process. */
export async function startShop(options: {
  readonly url: string
  readonly key: string
  /** For the shop's pages. */
  readonly clientKey?: string
  readonly perSecond?: number
}): Promise<RunningShop> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'examples/shop/src/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: '0',
      RAMPART_URL: options.url,
      RAMPART_SDK_KEY: options.key,
      RAMPART_CLIENT_KEY: options.clientKey ?? '',
      SHOPPERS_PER_SECOND: String(options.perSecond ?? 800),
    },
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const url = await until(() => /^shop (http:\S+)/m.exec(said)?.[1])
  return {
    url,
    setDefect: async (on) => {
      await fetch(`${url}/defect`, { method: on ? 'POST' : 'DELETE' })
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The built command line as its own process; resolves when it has ended. */
export function runCli(
  server: { readonly url: string; readonly adminToken: string },
  args: readonly string[],
): Promise<Finished> {
  return startCli(server, args).finished
}

export interface RunningCli {
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves when its standard error has something that matches. */
  readonly mentions: (pattern: RegExp) => Promise<unknown>
  readonly finished: Promise<Finished>
}

/** The same, to be sent a signal while it runs. */
export function startCli(
  server: { readonly url: string; readonly adminToken: string },
  args: readonly string[],
): RunningCli {
  const child = spawn(process.execPath, ['cli/bin/rampart.js', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', CI: 'true', RAMPART_URL: server.url, RAMPART_TOKEN: server.adminToken },
  })
  return running(child)
}

function running(child: ChildProcessByStdio<null, Readable, Readable>): RunningCli {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const finished = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }))
  return {
    kill: (signal) => child.kill(signal),
    mentions: (pattern) => until(() => (pattern.test(stderr) ? true : undefined)),
    finished,
  }
}

/** Asks again every 25 ms until there is an answer; rejects after `patienceMs`. */
export async function until<T>(ask: () => Promise<T | undefined> | T | undefined, patienceMs = 30_000): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`no answer within ${patienceMs} ms: ${ask.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
