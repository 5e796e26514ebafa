import { afterRefusal, asAsked, backoff, type Random } from './delays.ts'
import { type Failure, isRefusal } from './link-state.ts'

/** Whether the same question may have another answer later. A refused key may be made valid again. */
export function isWorthRepeating(failure: Failure): boolean {
  if (failure.kind !== 'status' || isRefusal(failure)) return true
  const { status } = failure
  return status >= 500 || status === 408 || status === 425 || status === 429
}

/** How long to wait after that many failures in a row: what the server asked for, or a jittered back-off. */
export function retryDelay(failure: Failure, failures: number, random: Random): number {
  if (isRefusal(failure)) return afterRefusal(failures, random)
  const asked = failure.kind === 'status' ? failure.retryAfterMs : undefined
  return Math.max(asked === undefined ? 0 : asAsked(asked, random), backoff(failures, random))
}
