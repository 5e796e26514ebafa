import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './processes.ts'

/** The real program, as Debian installs it, or the one that PROMETHEUS_PATH names; undefined when there is none. */
export const prometheusPath = [process.env['PROMETHEUS_PATH'], '/usr/bin/prometheus', '/usr/local/bin/prometheus'].find(
  (path): path is string => path !== undefined && existsSync(path),
)

const BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5]

export interface Served {
  readonly requests: number
  readonly errors: number
  /** How long each of the requests took. */
  readonly seconds?: number
}

export interface Exporter {
  readonly target: string
  /** Counts what a process has served of one variation. */
  serve(variation: string, served: Served): void
  setGauge(value: number): void
  /** All counters are gone, as after a restart of the process. */
  restart(): void
  close(): void
}

/** A process that serves requests and exports its counters: requests, errors and latency by variation, and a gauge. */
export async function startExporter(): Promise<Exporter> {
  let counters = new Map<string, number>()
  let gauge = 0
  const add = (name: string, n: number): void => void counters.set(name, (counters.get(name) ?? 0) + n)
  const server = createServer((_, response) => {
    const lines = [...counters].map(([name, value]) => `${name} ${value}`)
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(`${[...lines, `busy ${gauge}`].join('\n')}\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(variation, { requests, errors, seconds = 0.08 }) {
      const arm = `variation="${variation}"`
      add(`shop_requests_total{${arm}}`, requests)
      // an error counter comes to be with the first error, as client libraries have it
      if (errors > 0) add(`shop_errors_total{${arm}}`, errors)
      for (const bound of BOUNDS) add(`shop_seconds_bucket{${arm},le="${bound}"}`, seconds <= bound ? requests : 0)
      add(`shop_seconds_bucket{${arm},le="+Inf"}`, requests)
      add(`shop_seconds_count{${arm}}`, requests)
      add(`shop_seconds_sum{${arm}}`, requests * seconds)
    },
    setGauge: (value) => {
      gauge = value
    },
    restart: () => {
      counters = new Map()
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export interface RunningPrometheus {
  readonly url: string
  /** What an expression shows now, by one label; empty when there is nothing. */
  query(expression: string, label?: string): Promise<Readonly<Record<string, number>>>
  /** Resolves when an expression has shown a value. */
  shows(expression: string, value: number): Promise<void>
  /** Stops it for a while: it accepts connections and never answers. */
  stall(): void
  goOn(): void
  kill(): Promise<void>
  restart(): Promise<void>
  close(): Promise<void>
}

/** A Prometheus that scrapes each second. */
export async function startPrometheus(targets: readonly string[]): Promise<RunningPrometheus> {
  if (prometheusPath === undefined) throw new Error('no prometheus')
  const path = prometheusPath
  const folder = mkdtempSync(join(tmpdir(), 'rampart-prometheus-'))
  const config = join(folder, 'prometheus.yml')
  const jobs = [{ job_name: 'shop', static_configs: [{ targets }] }]
  // JSON is YAML
  writeFileSync(
    config,
    JSON.stringify({ global: { scrape_interval: '1s', evaluation_interval: '1s' }, scrape_configs: jobs }),
  )
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const flags = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`]
    child = spawn(path, [...flags, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], { stdio: 'inherit' })
    await until(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true || undefined)
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill(signal)
    await gone
  }

  async function query(expression: string, label = ''): Promise<Readonly<Record<string, number>>> {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`)
    const { data } = (await response.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] }
    }
    return Object.fromEntries(data.result.map(({ metric, value }) => [metric[label] ?? '', Number(value[1])]))
  }

  await start()
  return {
    url,
    query,
    shows: async (expression, value) => {
      await until(async () => (Object.values(await query(expression)).includes(value) ? true : undefined))
    },
    stall: () => void child?.kill('SIGSTOP'),
    goOn: () => void child?.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    restart: start,
    close: async () => {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
