import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  formatEvent,
  type Patch,
  parseAck,
  parseEventsBatch,
  SDK_PATHS,
  type Snapshot,
  snapshotEtag,
} from '@rampart/contract/wire'
import { onTestFinished } from 'vitest'

export interface Request {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An answer in place of the usual one. */
export interface Instead {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The part of a Rampart server that an SDK talks to, over a real socket, and the means to disturb it. */
export interface TestServer {
  readonly url: string
  readonly port: number
  /** What is delivered; set it before a client connects. */
  snapshot: Snapshot
  readonly requests: readonly Request[]
  /** The bodies of accepted requests, checked as a server checks them. */
  readonly batches: readonly unknown[]
  readonly acks: readonly unknown[]
  /** Streams that are open now. */
  readonly streams: number
  /** Answers the next requests for this path otherwise; `times` is how many. */
  instead(path: keyof typeof SDK_PATHS, answer: Instead, times?: number): void
  /** Streams get headers and nothing more, as from a proxy that collects. */
  swallow: boolean
  send(patch: Patch): void
  write(text: string): void
  /** Says it as the last words of every open stream, as a server does that goes away. */
  end(text: string): void
  /** Breaks every open stream off. */
  cut(): void
  /** Goes away: refuses connections until it is started again. */
  stop(): Promise<void>
  start(): Promise<void>
}

export async function startTestServer(snapshot: Snapshot): Promise<TestServer> {
  const requests: Request[] = []
  const batches: unknown[] = []
  const acks: unknown[] = []
  const streams = new Set<ServerResponse>()
  const instead = new Map<string, Instead[]>()
  let port = 0

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      requests.push({
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body,
      })
      const other = instead.get(url.pathname)?.shift()
      if (other !== undefined) response.writeHead(other.status, other.headers).end()
      else answer(url.pathname, request, response, body)
    })
  })

  function answer(path: string, request: IncomingMessage, response: ServerResponse, body: string): void {
    const held = request.headers['last-event-id']
    switch (path) {
      case SDK_PATHS.stream:
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
        streams.add(response)
        response.on('close', () => streams.delete(response))
        if (!self.swallow && held !== String(self.snapshot.revision)) response.write(put(self.snapshot))
        return
      case SDK_PATHS.snapshot: {
        const etag = snapshotEtag(self.snapshot.revision)
        if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
        else response.writeHead(200, { etag }).end(JSON.stringify(self.snapshot))
        return
      }
      case SDK_PATHS.events:
        take(batches, parseEventsBatch(JSON.parse(body)), response, 202)
        return
      case SDK_PATHS.acks:
        take(acks, parseAck(JSON.parse(body)), response, 204)
        return
      default:
        response.writeHead(404).end()
    }
  }

  const self: TestServer = {
    get url() {
      return `http://127.0.0.1:${port}`
    },
    get port() {
      return port
    },
    snapshot,
    requests,
    batches,
    acks,
    get streams() {
      return streams.size
    },
    instead(path, other, times = 1) {
      instead.set(
        SDK_PATHS[path],
        Array.from({ length: times }, () => other),
      )
    },
    swallow: false,
    send: (patch) => self.write(formatEvent({ id: patch.revision, event: 'patch', data: JSON.stringify(patch) })),
    write(text) {
      for (const stream of streams) stream.write(text)
    },
    end(text) {
      for (const stream of streams) stream.end(text)
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

export function put(snapshot: Snapshot): string {
  return formatEvent({ id: snapshot.revision, event: 'put', data: JSON.stringify(snapshot) })
}

function take(
  taken: unknown[],
  parsed: { ok: true; value: unknown } | { ok: false; problem: string },
  response: ServerResponse,
  status: number,
): void {
  if (parsed.ok) taken.push(parsed.value)
  response.writeHead(parsed.ok ? status : 422).end()
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}
