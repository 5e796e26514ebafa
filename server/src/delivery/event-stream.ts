import type { ServerResponse } from 'node:http'
import { type CloseNotice, formatEvent } from '@rampart/contract/wire'
import { blocksOf, GZIP_HEADER } from './compression.ts'

/** A reader that has left more than this unread when the next event comes is dropped. It can come back. 1 MiB. */
const UNREAD_LIMIT = 1 << 20

/** How long a stream that was ended may take to hand over what is left. */
const LAST_WORDS_MS = 1_000

/** `event: ping` with data, because parsers hide comments and events without any (WHATWG HTML 9.2.6). */
export const PING = Buffer.from(formatEvent({ event: 'ping', data: '{}' }))

/** A response that stays open and carries server-sent events. */
export interface EventStream {
  /** Whether it is a gzip stream. What is sent to it is the same bytes all the same, as blocks. */
  readonly isCompressed: boolean
  /**
   * Sends bytes of whole events, the same Buffer to as many streams as there are. A stream that reads too slowly is closed
   * instead.
   */
  send(bytes: Buffer): void
  /** Sends a whole state. However large it is, it does not count as unread until it was read once. */
  sendState(bytes: Buffer): void
  /** Says why, and ends. */
  close(notice: CloseNotice): void
  /** Called once, when the stream has ended for whatever reason; at once when it has already. */
  onClosed(listener: () => void): void
}

/**
 * Answers with an open stream, whose headers leave together with its first event. The handler then returns
 * `RESPONSE_ALREADY_SENT`, so headers that middleware would set have to be handed in. hono's own stream helpers cost twice the
 * time and memory per event, since they copy per stream.
 */
export function openEventStream(
  outgoing: ServerResponse,
  headers: Readonly<Record<string, string>>,
  isCompressed = false,
): EventStream {
  outgoing.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx would hold events back otherwise
    'x-accel-buffering': 'no',
    ...(isCompressed && { 'content-encoding': 'gzip' }),
    ...headers,
  })
  let isBegun = false

  function write(bytes: Buffer): void {
    if (isCompressed && !isBegun) outgoing.write(Buffer.concat([GZIP_HEADER, blocksOf(bytes)]))
    else outgoing.write(isCompressed ? blocksOf(bytes) : bytes)
    isBegun = true
  }

  let closed = outgoing.destroyed || outgoing.writableEnded
  /** Bytes of a state that may lie unread beyond the limit. */
  let allowance = 0
  const listeners: (() => void)[] = []
  outgoing.on('drain', () => {
    allowance = 0
  })
  // A reset connection is an ordinary end of a stream.
  outgoing.on('error', () => outgoing.destroy())
  outgoing.on('close', () => {
    closed = true
    for (const listener of listeners.splice(0)) listener()
  })

  function end(notice: CloseNotice): void {
    if (closed) return
    closed = true
    write(Buffer.from(formatEvent({ event: 'close', data: JSON.stringify(notice) })))
    outgoing.end()
    setTimeout(() => {
      if (!outgoing.writableFinished) outgoing.destroy()
    }, LAST_WORDS_MS).unref()
  }

  return {
    isCompressed,
    send(bytes) {
      if (closed) return
      if (outgoing.writableLength > UNREAD_LIMIT + allowance) end({ reason: 'slow', retryMs: 1_000 })
      else write(bytes)
    },
    sendState(bytes) {
      if (closed) return
      write(bytes)
      allowance = outgoing.writableLength
    },
    close: end,
    onClosed(listener) {
      if (outgoing.destroyed || outgoing.closed) listener()
      else listeners.push(listener)
    },
  }
}
