import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'
import { SDK } from './identity.ts'

export interface Call {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** Heard whenever bytes of the answer's body arrive, with how many, whatever they say. */
  readonly onBytes?: (bytes: number) => void
}

export interface Reply {
  readonly status: number
  /** What `Retry-After` asks for, in milliseconds from now. */
  readonly retryAfterMs?: number
  readonly url: string
  readonly redirected: boolean
  readonly headers: { get(name: string): string | null }
  readonly body: { getReader(): Reader }
}

export interface Reader {
  read(): Promise<{ readonly done: false; readonly value: Uint8Array } | { readonly done: true }>
  cancel(): Promise<void>
}

/** The one place that talks HTTP. A call rejects when there is no answer; any answer is one, whatever its status. */
export interface Http {
  call(url: URL, call: Call): Promise<Reply>
  close(): void
}

/** What is used of a `fetch`: the global one fits, and undici's with a proxy. */
export type FetchLike = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal: AbortSignal; redirect: 'manual' },
) => Promise<{
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: { getReader(): BodyReader } | null
}>

interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

/**
 * A connection that is not there after this long is given up. An attempt is the only thing that Node cannot leave
 * behind when a process has nothing else to do, so this also bounds how long one can hold a process up.
 */
const CONNECT_MS = 5_000

/**
 * No document is longer, in bytes: 64 MiB. An answer that goes on beyond it is of something broken, which must not take the memory of the
 * application.
 */
export const LONGEST_DOCUMENT: number = 1 << 26

/** HTTP over sockets that keep no process alive, or over the application's own `fetch`. */
export function createHttp(fetch: FetchLike | undefined): Http {
  return fetch ? overFetch(fetch) : overSockets()
}

function overSockets(): Http {
  const plain = new http.Agent({ keepAlive: true })
  const secure = new https.Agent({ keepAlive: true })
  return {
    call: (url, call) => exchange(url, call, url.protocol === 'https:' ? secure : plain),
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}

function exchange(url: URL, call: Call, agent: http.Agent): Promise<Reply> {
  const { method, body, signal } = call
  const options = { method, headers: { 'accept-encoding': 'gzip', ...headersOf(call) }, agent, signal }
  return new Promise((resolve, reject) => {
    // Looked up at every call, so that tracing and mocks that an application puts there see these requests too.
    const request = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options)
    request.on('socket', (socket) => leaveBehind(socket, (reason) => request.destroy(reason)))
    request.on('response', (message) => resolve(replyOf(message, url, call)))
    request.on('error', reject)
    request.end(body)
  })
}

/** A socket that is used again has been referenced again: this is needed for every request. */
function leaveBehind(socket: Socket, giveUp: (reason: Error) => void): void {
  socket.unref()
  // Between the end of an answer and the agent's own listener nobody hears what is left of a request that is given up
  // in that moment, and Node would end the process over it. The request itself tells of every error.
  if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore)
  if (!socket.connecting) return
  const limit = setTimeout(() => giveUp(new Error(`no connection within ${CONNECT_MS / 1_000} s`)), CONNECT_MS)
  limit.unref()
  const clear = (): void => clearTimeout(limit)
  socket.once('connect', clear)
  socket.once('close', clear)
}

function replyOf(message: IncomingMessage, url: URL, { onBytes }: Call): Reply {
  // An answer that breaks off is told by its reader; without this, one that nobody reads would be an uncaught error.
  message.on('error', ignore)
  const body = unpacked(message)
  const header = (name: string): string | null => {
    const value = message.headers[name.toLowerCase()]
    return value === undefined ? null : String(value)
  }
  return {
    status: message.statusCode ?? 0,
    ...retryAfter(header),
    url: url.href,
    redirected: false,
    headers: { get: header },
    body: { getReader: () => heard(readerOf(body), onBytes) },
  }
}

function ignore(): void {}

/** What has come so far is given out as it comes: a stream is compressed, too, and has no end to wait for. */
function unpacked(message: IncomingMessage): Readable {
  if (message.headers['content-encoding'] !== 'gzip') return message
  const flush = constants.Z_SYNC_FLUSH
  return pipeline(message, createGunzip({ flush, finishFlush: flush }), ignore)
}

function readerOf(message: Readable): Reader {
  const chunks: AsyncIterator<unknown> = message[Symbol.asyncIterator]()
  return {
    async read() {
      const { done, value } = await chunks.next()
      return done === true || !(value instanceof Uint8Array) ? { done: true } : { done: false, value }
    },
    async cancel() {
      message.destroy()
    },
  }
}

function overFetch(fetch: FetchLike): Http {
  return {
    async call(url, call) {
      const { method, body, signal, onBytes } = call
      const response = await fetch(url.href, {
        method,
        headers: headersOf(call),
        ...(body !== undefined && { body }),
        signal,
        redirect: 'manual',
      })
      return {
        status: response.status,
        ...retryAfter((name) => response.headers.get(name)),
        url: url.href,
        redirected: false,
        headers: response.headers,
        body: { getReader: () => heard(narrowed(response.body?.getReader()), onBytes) },
      }
    },
    close() {},
  }
}

function narrowed(reader: BodyReader | undefined): Reader {
  return {
    async read() {
      const { done, value } = (await reader?.read()) ?? { done: true }
      return done || value === undefined ? { done: true } : { done: false, value }
    },
    async cancel() {
      await reader?.cancel()
    },
  }
}

function headersOf({ headers, body }: Call): Record<string, string> {
  return {
    'user-agent': `${SDK.name}/${SDK.version}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  }
}

function heard(reader: Reader, onBytes: Call['onBytes']): Reader {
  if (onBytes === undefined) return reader
  return {
    async read() {
      const read = await reader.read()
      if (!read.done) onBytes(read.value.byteLength)
      return read
    },
    cancel: () => reader.cancel(),
  }
}

/**
 * Seconds or a date (RFC 9110, 10.2.3). A date is held against the one of the answer, where it has one: the clock of this machine may be
 * wrong by years.
 */
function retryAfter(header: (name: string) => string | null): { readonly retryAfterMs?: number } {
  const asked = header('retry-after')
  if (asked === null) return {}
  const answeredAt = Date.parse(header('date') ?? '')
  const from = Number.isFinite(answeredAt) ? answeredAt : Date.now()
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - from
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, ms) } : {}
}
