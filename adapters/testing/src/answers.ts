import { formatEvent, SDK_PATHS, type Snapshot, snapshotEtag } from '@rampart/contract/wire'
import { bootstrapWithRules } from './bootstrap.ts'
import type { TestFlags } from './flags.ts'

/** A request of an SDK, whoever intercepted it. */
export interface Asked {
  readonly url: URL
  /** By its lower-case name. */
  readonly header: (name: string) => string | null | undefined
  readonly body: string
}

/** What a server answers, but for streams, which are opened and not answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The end of a stream's address: a server may live at any address, under any prefix. */
export const STREAM: string = SDK_PATHS.stream

/** Undefined for an address that is none of an SDK's. */
export function answerOf(flags: TestFlags, asked: Asked): Answer | undefined {
  const json = { 'content-type': 'application/json' }
  const { pathname } = asked.url
  if (pathname.endsWith(SDK_PATHS.snapshot)) {
    const snapshot = snapshotFor(flags, asked)
    return tagged(snapshotEtag(snapshot.revision), JSON.stringify(snapshot), asked)
  }
  if (pathname.endsWith(SDK_PATHS.evaluate)) {
    const { context = {}, rules } = JSON.parse(asked.body || '{}')
    const { snapshot, ...values } = bootstrapWithRules(flags.snapshot('client'), context)
    const body = JSON.stringify({ ...values, ...(rules === true && { snapshot }) })
    return tagged(`"${values.revision}-${encodeURIComponent(JSON.stringify(context))}"`, body, asked)
  }
  if (pathname.endsWith(SDK_PATHS.events)) return { status: 202, headers: json, body: '{"duplicate":false}' }
  if (pathname.endsWith(SDK_PATHS.acks)) return { status: 204, headers: {}, body: '' }
  return undefined
}

function tagged(etag: string, body: string, { header }: Asked): Answer {
  if (header('if-none-match') === etag) return { status: 304, headers: { etag }, body: '' }
  return { status: 200, headers: { 'content-type': 'application/json', etag }, body }
}

/** What an open stream is told at first and after every change: everything, or that there is something to ask for. */
export function eventFor(flags: TestFlags, asked: Asked): string {
  const snapshot = snapshotFor(flags, asked)
  const { revision } = snapshot
  return asked.url.searchParams.get('mode') === 'remote'
    ? formatEvent({ id: revision, event: 'changed', data: JSON.stringify({ revision, keys: [] }) })
    : formatEvent({ id: revision, event: 'put', data: JSON.stringify(snapshot) })
}

/** A stream that ends with a polite word, so that its reader soon comes back and learns what has changed. */
export function endedStream(flags: TestFlags, asked: Asked, retryMs: number): string {
  const close = formatEvent({ event: 'close', data: JSON.stringify({ reason: 'drain', retryMs }) })
  return eventFor(flags, asked) + close
}

/** The flags as the audience of the key that asks is told them. */
function snapshotFor(flags: TestFlags, { header }: Asked): Snapshot {
  const isClient = header('authorization')?.includes('rmp_pub_') ?? false
  return flags.snapshot(isClient ? 'client' : 'server')
}
