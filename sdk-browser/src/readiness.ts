import type { Surroundings } from './surroundings.ts'
import type { Milliseconds, Readiness } from './types.ts'

const DEFAULT_TIMEOUT_MS = 2_000

export interface Waiting {
  readonly ready: (timeout: Milliseconds | undefined) => Promise<Readiness>
  /** Something has changed: whoever waits may have waited enough. */
  readonly look: () => void
}

/**
 * Lets callers wait without ever rejecting.
 * @param outcome how it stands; undefined while waiting may help, unless somebody has waited long enough.
 */
export function createWaiting(
  { after }: Surroundings,
  outcome: (isOutOfTime: boolean) => Readiness | undefined,
): Waiting {
  const waiting = new Set<() => void>()
  return {
    ready: (timeout) =>
      new Promise((resolve) => {
        const look = (isOutOfTime = false): void => {
          const readiness = outcome(isOutOfTime)
          if (!readiness) return
          waiting.delete(look)
          callOff()
          resolve(readiness)
        }
        const ms = typeof timeout === 'number' && timeout >= 0 ? timeout : DEFAULT_TIMEOUT_MS
        const callOff = after(ms, () => look(true))
        waiting.add(look)
        look()
      }),
    look() {
      for (const look of [...waiting]) look()
    },
  }
}
