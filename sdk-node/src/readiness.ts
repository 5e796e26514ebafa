import type { Clock } from './clock.ts'
import type { Readiness } from './types.ts'

const DEFAULT_TIMEOUT_MS = 5_000

export interface Waiting {
  /** `outcome` gives how it stands, or undefined while waiting may help; it is asked again at every `look`. */
  ready(timeout: number | undefined): Promise<Readiness>
  /** Something has changed: whoever waits may have waited enough. */
  look(): void
}

/**
 * Lets callers wait for the client without ever rejecting. Who waits keeps the process alive, and not beyond the time
 * they gave.
 */
export function createWaiting(clock: Clock, outcome: () => Readiness | undefined, outOfTime: () => Readiness): Waiting {
  const waiting = new Set<() => void>()
  return {
    ready(timeout) {
      const now = outcome()
      if (now !== undefined) return Promise.resolve(now)
      return new Promise((resolve) => {
        const settle = (readiness: Readiness): void => {
          waiting.delete(look)
          callOff()
          resolve(readiness)
        }
        const look = (): void => {
          const readiness = outcome()
          if (readiness !== undefined) settle(readiness)
        }
        const callOff = clock.holding(validTimeout(timeout, DEFAULT_TIMEOUT_MS), () => settle(outOfTime()))
        waiting.add(look)
      })
    },
    look() {
      for (const look of [...waiting]) look()
    },
  }
}

/** A time to wait that makes sense: 0 or more, else the default. */
export function validTimeout(given: number | undefined, fallback: number): number {
  return typeof given === 'number' && given >= 0 ? given : fallback
}
