import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Bootstrap,
  type Context,
  type EventsBatch,
  formatEvent,
  type Patch,
  parseEventsBatch,
  SDK_PATHS,
  type Snapshot,
  snapshotEtag,
} from '@rampart/contract/wire'
import { compile, evaluate } from '@rampart/core'
import { onTestFinished } from 'vitest'

export interface Request {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An answer in place of the usual one. */
export interface Instead {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The part of a Rampart server that a page talks to, over a real socket, and the means to disturb it. */
export interface TestServer {
  readonly url: string
  /** What is delivered; set it before a client connects. */
  snapshot: Snapshot
  readonly requests: readonly Request[]
  /** The bodies of accepted batches, checked as a server checks them. */
  readonly batches: readonly EventsBatch[]
  /** Streams that are open now. */
  readonly streams: number
  /** Requests for this path so far. */
  asked(path: keyof typeof SDK_PATHS): readonly Request[]
  /** Answers the next requests for this path otherwise; `times` is how many. */
  instead(path: keyof typeof SDK_PATHS, answer: Instead, times?: number): void
  /** Streams are answered with headers and nothing more, as from a proxy that collects. */
  swallow: boolean
  send(patch: Patch): void
  /** Says on every stream that there is what `snapshot` is now. */
  changed(keys: readonly string[], urgent?: true): void
  write(text: string): void
  /** Breaks every open stream off. */
  cut(): void
  /** Goes away: refuses connections until it is started again. */
  stop(): Promise<void>
  start(): Promise<void>
}

export async function startTestServer(snapshot: Snapshot): Promise<TestServer> {
  const requests: Request[] = []
  const batches: EventsBatch[] = []
  const streams = new Set<ServerResponse>()
  const instead = new Map<string, Instead[]>()
  let port = 0

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const { method = '', headers } = request
      requests.push({ method, path: url.pathname, query: url.search, headers, body })
      const other = instead.get(url.pathname)?.shift()
      if (other !== undefined) response.writeHead(other.status, other.headers).end()
      else answer(url.pathname, request, response, body)
    })
  })

  function answer(path: string, request: IncomingMessage, response: ServerResponse, body: string): void {
    switch (path) {
      case SDK_PATHS.stream:
        response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders()
        streams.add(response)
        response.on('close', () => streams.delete(response))
        if (self.swallow) return
        if (request.headers['last-event-id'] === String(self.snapshot.revision)) response.write(PING)
        else if (request.url?.endsWith('?mode=remote')) self.changed([])
        else response.write(put(self.snapshot))
        return
      case SDK_PATHS.snapshot: {
        const etag = snapshotEtag(self.snapshot.revision)
        if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
        else response.writeHead(200, { etag }).end(JSON.stringify(self.snapshot))
        return
      }
      case SDK_PATHS.evaluate: {
        const text = JSON.stringify(evaluatedFor(self.snapshot, JSON.parse(body).context))
        const etag = `"${createHash('sha256').update(text).digest('hex')}"`
        if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
        else response.writeHead(200, { etag }).end(text)
        return
      }
      case SDK_PATHS.events: {
        const parsed = parseEventsBatch(JSON.parse(body))
        if (parsed.ok) batches.push(parsed.value)
        response.writeHead(parsed.ok ? 202 : 422).end('{"duplicate":false}')
        return
      }
      default:
        response.writeHead(404).end()
    }
  }

  const self: TestServer = {
    get url() {
      return `http://127.0.0.1:${port}`
    },
    snapshot,
    requests,
    batches,
    get streams() {
      return streams.size
    },
    asked: (path) => requests.filter((request) => request.path === SDK_PATHS[path]),
    instead(path, other, times = 1) {
      instead.set(
        SDK_PATHS[path],
        Array.from({ length: times }, () => other),
      )
    },
    swallow: false,
    send: (patch) => self.write(formatEvent({ id: patch.revision, event: 'patch', data: JSON.stringify(patch) })),
    changed(keys, urgent) {
      const { revision } = self.snapshot
      self.write(
        formatEvent({
          id: revision,
          event: 'changed',
          data: JSON.stringify({ revision, keys, ...(urgent && { urgent }) }),
        }),
      )
    },
    write(text) {
      for (const stream of streams) stream.write(text)
    },
    cut() {
      for (const stream of streams) stream.destroy()
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
    start: () =>
      new Promise((resolve) => {
        server.listen(port, '127.0.0.1', () => {
          port = (server.address() as AddressInfo).port
          resolve()
        })
      }),
  }
  await self.start()
  onTestFinished(() => (server.listening ? self.stop() : undefined))
  return self
}

function evaluatedFor(snapshot: Snapshot, context: Context): Bootstrap {
  const values = snapshot.flags.flatMap(({ key }) => {
    const { value, variation, reason, rule } = evaluate(compile(snapshot), key, context)
    return value === undefined || variation === undefined
      ? []
      : { key, value, variation, reason, ...(rule && { rule }) }
  })
  return { format: 1, revision: snapshot.revision, values }
}

const PING = formatEvent({ event: 'ping', data: '{}' })

export function put(snapshot: Snapshot): string {
  return formatEvent({ id: snapshot.revision, event: 'put', data: JSON.stringify(snapshot) })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}
