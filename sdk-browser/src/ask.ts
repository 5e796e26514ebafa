import type { Failure } from '@rampart/core'
import { messageOf } from './log.ts'
import type { Surroundings } from './surroundings.ts'

/** A question that was not answered whole after this long has failed. */
const ANSWER_MS = 10_000

export type Answered =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** One request whose whole answer is read. Never rejects: no answer in time, and any status but 2xx and 304, is a failure. */
export async function ask(
  { after, fetch }: Surroundings,
  url: string,
  init: RequestInit,
  abort: AbortController,
): Promise<Answered> {
  const callOff = after(ANSWER_MS, () => abort.abort())
  try {
    const response = await fetch(url, { ...init, signal: abort.signal })
    const text = await response.text()
    const { ok, status } = response
    return ok || status === 304
      ? { kind: 'answered', status, text }
      : { kind: 'failed', failure: statusFailure(response) }
  } catch (thrown) {
    return { kind: 'failed', failure: { kind: 'network', message: messageOf(thrown) } }
  } finally {
    callOff()
  }
}

/** A refusal, with what `Retry-After` asks for: seconds or a date (RFC 9110, 10.2.3). */
export function statusFailure({ status, headers }: Response): Failure {
  const asked = headers.get('retry-after')
  const ms = asked === null ? Number.NaN : Number(asked) * 1_000 || Date.parse(asked) - Date.now()
  return { kind: 'status', status, ...(ms >= 0 && { retryAfterMs: ms }) }
}
