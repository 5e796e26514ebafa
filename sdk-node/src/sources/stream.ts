import {
  type CloseNotice,
  type Parsed,
  type Patch,
  parseClose,
  parsePatch,
  parseSnapshot,
  type Revision,
  type Snapshot,
} from '@rampart/contract/wire'
import type { Failure } from '@rampart/core'
import { type ErrorEvent, EventSource } from 'eventsource'
import type { Endpoints } from '../endpoints.ts'
import { type Http, LONGEST_DOCUMENT, type Reply } from '../http.ts'
import { messageOf } from '../logger.ts'

/** What a stream delivers. Nothing is heard after `failed`, nor after it was closed. */
export interface StreamHandlers {
  opened(): void
  bytes(): void
  pinged(): void
  put(snapshot: Snapshot): void
  patch(patch: Patch): void
  closing(notice: CloseNotice): void
  failed(failure: Failure): void
}

/**
 * Opens one stream; gives what closes it. `eventsource` only parses here: it is closed at the first trouble of any
 * kind, because what happens next is decided by `link`.
 */
export function openStream(
  http: Http,
  { stream: url, headers }: Endpoints,
  lastEventId: Revision | undefined,
  handlers: StreamHandlers,
): () => void {
  const abort = new AbortController()
  let closed = false
  /** Bytes since the last event. */
  let unfinished = 0
  let reply: Reply | undefined

  const source = new EventSource(url, {
    async fetch(_, init) {
      reply = await http.call(url, {
        method: 'GET',
        headers: {
          ...headers,
          accept: init.headers.Accept,
          ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
        },
        // Not the signal of `eventsource`: it is not given when an answer is refused, and the answer would stay open.
        signal: abort.signal,
        onBytes,
      })
      return reply
    },
  })

  const close = (): void => {
    closed = true
    abort.abort()
    source.close()
    // It sets its timer for the next attempt after it has told of an error, and that timer would hold the process.
    queueMicrotask(() => source.close())
  }

  function onBytes(bytes: number): void {
    unfinished += bytes
    if (unfinished > LONGEST_DOCUMENT) fail({ kind: 'unreadable', problem: 'an event does not end' })
    else guarded(() => handlers.bytes())
  }

  function fail(failure: Failure): void {
    if (closed) return
    close()
    handlers.failed(failure)
  }

  /** Whatever is thrown while an event is handled would otherwise be an uncaught exception of the process. */
  function guarded(handle: () => void): void {
    if (closed) return
    try {
      handle()
    } catch (thrown) {
      fail({ kind: 'unreadable', problem: messageOf(thrown) })
    }
  }

  function on<T>(event: string, parse: (value: unknown) => Parsed<T>, deliver: (value: T) => void): void {
    source.addEventListener(event, ({ data }) =>
      guarded(() => {
        unfinished = 0
        const parsed = parse(JSON.parse(data))
        if (parsed.ok) deliver(parsed.value)
        else fail({ kind: 'unreadable', problem: `${event}: ${parsed.problem}` })
      }),
    )
  }

  source.addEventListener('open', () => guarded(() => handlers.opened()))
  source.addEventListener('error', (error) => fail(failureOf(error, reply)))
  source.addEventListener('ping', () =>
    guarded(() => {
      unfinished = 0
      handlers.pinged()
    }),
  )
  on('put', parseSnapshot, (snapshot) => handlers.put(snapshot))
  on('patch', parsePatch, (patch) => handlers.patch(patch))
  on('close', parseClose, (notice) => {
    close()
    handlers.closing(notice)
  })
  return close
}

function failureOf({ code, message }: ErrorEvent, reply: Reply | undefined): Failure {
  if (reply !== undefined && reply.status !== 200) {
    const { status, retryAfterMs } = reply
    return { kind: 'status', status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }
  if (code === 200) return { kind: 'unreadable', problem: 'the answer is not an event stream' }
  return message === undefined ? { kind: 'ended' } : { kind: 'network', message }
}
