import { parseSnapshot, type Revision, type Snapshot, snapshotEtag } from '@rampart/contract/wire'
import type { Failure } from '@rampart/core'
import { ask } from '../ask.ts'
import type { Endpoints } from '../endpoints.ts'
import type { Http } from '../http.ts'
import { messageOf } from '../logger.ts'

export type Polled =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  /** What is held is still current. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** Asks once for the snapshot, unless `held` is still current. Never rejects. */
export async function poll(
  http: Http,
  { snapshot: url, headers }: Endpoints,
  held: Revision | undefined,
  stop: AbortSignal,
): Promise<Polled> {
  const etag = held === undefined ? {} : { 'if-none-match': snapshotEtag(held) }
  const answered = await ask(http, url, { method: 'GET', headers: { ...headers, ...etag }, stop })
  if (answered.kind === 'failed') return answered
  if (answered.status === 304) return { kind: 'unchanged' }
  const parsed = parseText(answered.text)
  return parsed.ok
    ? { kind: 'snapshot', snapshot: parsed.value }
    : { kind: 'failed', failure: { kind: 'unreadable', problem: parsed.problem } }
}

function parseText(text: string): ReturnType<typeof parseSnapshot> {
  try {
    return parseSnapshot(JSON.parse(text))
  } catch (thrown) {
    return { ok: false, problem: messageOf(thrown) }
  }
}
