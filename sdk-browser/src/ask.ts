import { type Failure, statusFailure, thrownAs } from './failure.ts'
import type { Surroundings } from './surroundings.ts'

/** A question that was not answered whole after this long has failed. */
const ANSWER_MS = 10_000

export interface Answered {
  /** Undefined: nothing is newer than what was held (304). */
  readonly text?: string
  readonly headers: Headers
}

/** One request whose whole answer is read. Never rejects: no answer in time, and any status but 2xx and 304, is a failure. */
export async function ask(
  { after, fetch }: Surroundings,
  url: string,
  init: RequestInit,
  abort: AbortController = new AbortController(),
): Promise<Answered | Failure> {
  const callOff = after(ANSWER_MS, () => abort.abort())
  try {
    const response = await fetch(url, { ...init, signal: abort.signal })
    const { ok, status, headers } = response
    const text = await response.text()
    return ok ? { text, headers } : status === 304 ? { headers } : statusFailure(response)
  } catch (thrown) {
    return thrownAs(thrown)
  } finally {
    callOff()
  }
}
