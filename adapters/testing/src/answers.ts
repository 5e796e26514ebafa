import { formatEvent, SDK_PATHS, type Snapshot, snapshotEtag } from '@rampart/contract/wire'
import type { TestFlags } from './flags.ts'

/** A request of an SDK, whoever intercepted it. */
export interface Asked {
  readonly path: string
  /** By its lower-case name. */
  readonly header: (name: string) => string | null | undefined
}

/** What a server answers, but for streams, which are opened and not answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Whose addresses these are, by their last part: a server may live under any address and prefix. */
export const STREAM: string = SDK_PATHS.stream

/** The flags as the audience of the key that asks is told them. */
export function snapshotFor(flags: TestFlags, { header }: Asked): Snapshot {
  const isClient = header('authorization')?.includes('rmp_pub_') ?? false
  return flags.snapshot(isClient ? 'client' : 'server')
}

export function putOf(snapshot: Snapshot): string {
  return formatEvent({ id: snapshot.revision, event: 'put', data: JSON.stringify(snapshot) })
}

/** A stream that ends with a polite word, so that its reader soon comes back and learns what has changed. */
export function endedStream(snapshot: Snapshot, retryMs: number): string {
  return putOf(snapshot) + formatEvent({ event: 'close', data: JSON.stringify({ reason: 'drain', retryMs }) })
}

/** Undefined for an address that is none of an SDK's. */
export function answerOf(flags: TestFlags, asked: Asked): Answer | undefined {
  const json = { 'content-type': 'application/json' }
  if (asked.path.endsWith(SDK_PATHS.snapshot)) {
    const snapshot = snapshotFor(flags, asked)
    const etag = snapshotEtag(snapshot.revision)
    if (asked.header('if-none-match') === etag) return { status: 304, headers: { etag }, body: '' }
    return { status: 200, headers: { ...json, etag }, body: JSON.stringify(snapshot) }
  }
  if (asked.path.endsWith(SDK_PATHS.events)) return { status: 202, headers: json, body: '{"duplicate":false}' }
  if (asked.path.endsWith(SDK_PATHS.acks)) return { status: 204, headers: {}, body: '' }
  return undefined
}
