import type { Key, Revision } from '@rampart/core'
import { number, object, oneOf, type Parsed, parse } from './shape.ts'

/** Where an SDK finds what. All with `Authorization: Bearer <SDK key>`. */
export const SDK_PATHS = {
  snapshot: '/sdk/v1/snapshot',
  stream: '/sdk/v1/stream',
  evaluate: '/sdk/v1/evaluate',
  events: '/sdk/v1/events',
  outcomes: '/sdk/v1/outcomes',
  acks: '/sdk/v1/acks',
} as const

/**
 * `put` carries a snapshot, `patch` a change and `changed` only that there is one (with `?mode=remote`), all with their
 * revision as the event's id; `ping` shows that the link lives and `close` says why it ends, both without an id.
 */
export const STREAM_EVENTS = ['put', 'patch', 'changed', 'ping', 'close'] as const
export type StreamEvent = (typeof STREAM_EVENTS)[number]

/** The server pings this often. */
export const HEARTBEAT_MS = 15_000

/** A link without a byte for this long is dead: two heartbeats and some patience. */
export const DEAD_LINK_MS = 40_000

/** The data of the event `close`. */
export interface CloseNotice {
  /** `drain`: the server is going away. `slow`: this client did not read. `revoked`: its key is no longer valid. */
  readonly reason: 'drain' | 'slow' | 'revoked'
  /** When to come back. */
  readonly retryMs: number
}

/** The data of the event `changed`: values are to be asked for again. */
export interface ChangeNotice {
  readonly revision: Revision
  /** Flags that changed themselves; others may give other values because of them. */
  readonly keys: readonly Key[]
  /** A kill or a rollback: shown even when updates are frozen. */
  readonly urgent?: true
}

const closeNotice = object<CloseNotice>({ reason: oneOf('drain', 'slow', 'revoked'), retryMs: number(0) })

/** Reads the data of the event `close`. */
export function parseClose(value: unknown): Parsed<CloseNotice> {
  return parse(closeNotice, value)
}

/** One event as the HTML standard's "server-sent events" writes it. `data` is JSON text, made once for every stream. */
export function formatEvent(event: {
  readonly id?: Revision
  readonly event: StreamEvent
  readonly data: string
}): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`
  // A line end inside the data would end the field.
  const data = event.data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`)
  return `${id}event: ${event.event}\n${data.join('')}\n`
}

/** The ETag of the snapshot at a revision. */
export function snapshotEtag(revision: Revision): string {
  return `"${revision}"`
}
