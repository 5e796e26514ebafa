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
 * @param outcome how it stands; undefined while waiting may help.
 * @param outOfTime how it stands for somebody who has waited long enough.
 */
export function createWaiting(
  surroundings: Surroundings,
  outcome: () => Readiness | undefined,
  outOfTime: () => Readiness,
): Waiting {
  const waiting = new Set<() => void>()
  return {
    ready: (timeout) =>
      new Promise((resolve) => {
        const settle = (readiness: Readiness): void => {
          waiting.delete(look)
          callOff()
          resolve(readiness)
        }
        const look = (): void => {
          const readiness = outcome()
          if (readiness) settle(readiness)
        }
        const ms = typeof timeout === 'number' && timeout >= 0 ? timeout : DEFAULT_TIMEOUT_MS
        const callOff = surroundings.after(ms, () => settle(outOfTime()))
        waiting.add(look)
        look()
      }),
    look() {
      for (const look of [...waiting]) look()
    },
  }
}
