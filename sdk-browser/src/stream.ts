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
import { statusFailure } from './ask.ts'
import type { Endpoints } from './endpoints.ts'
import { createEventParser } from './event-parser.ts'
import { messageOf } from './log.ts'
import { readJson } from './read-json.ts'
import type { CallOff, Surroundings } from './surroundings.ts'

/** What a stream delivers. Nothing is heard after `failed` or `closing`, nor after it was closed. */
export interface StreamHandlers {
  readonly opened: () => void
  readonly bytes: () => void
  readonly put: (snapshot: Snapshot) => void
  readonly patch: (patch: Patch) => void
  readonly closing: (notice: CloseNotice) => void
  readonly failed: (failure: Failure) => void
}

/**
 * Opens one stream; gives what closes it. By `fetch`, because `EventSource` sends no key in a header and hides the status
 * of a refusal. It ends at the first trouble of any kind: what happens next is decided by `link`.
 */
export function openStream(
  { fetch }: Surroundings,
  { stream, headers }: Endpoints,
  lastEventId: Revision | undefined,
  handlers: StreamHandlers,
): CallOff {
  const abort = new AbortController()
  const { signal } = abort

  function fail(failure: Failure): void {
    if (signal.aborted) return
    abort.abort()
    handlers.failed(failure)
  }

  function take<T>(data: string, parse: (value: unknown) => Parsed<T>, use: (value: T) => void): void {
    const parsed = readJson(data, parse)
    if (parsed.ok) use(parsed.value)
    else fail({ kind: 'unreadable', problem: parsed.problem })
  }

  function event(name: string, data: string): void {
    if (signal.aborted) return
    if (name === 'put') take(data, parseSnapshot, handlers.put)
    if (name === 'patch') take(data, parsePatch, handlers.patch)
    if (name === 'close') {
      take(data, parseClose, (notice) => {
        abort.abort()
        handlers.closing(notice)
      })
    }
  }

  async function read(): Promise<void> {
    const response = await fetch(stream, {
      headers: {
        ...headers,
        accept: 'text/event-stream',
        ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
      },
      cache: 'no-store',
      signal,
    })
    if (response.status !== 200) return fail(statusFailure(response))
    const reader = response.body?.getReader()
    if (!reader || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      return fail({ kind: 'unreadable', problem: 'the answer is not an event stream' })
    }
    handlers.opened()
    const decoder = new TextDecoder()
    const parse = createEventParser(event)
    while (!signal.aborted) {
      const { done, value } = await reader.read()
      if (done) return fail({ kind: 'ended' })
      if (signal.aborted) return
      handlers.bytes()
      parse(decoder.decode(value, { stream: true }))
    }
  }

  read().catch((thrown: unknown) => fail({ kind: 'network', message: messageOf(thrown) }))
  return () => abort.abort()
}
