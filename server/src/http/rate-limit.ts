import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'

export interface RateLimit {
  /** Throws `rate_limited`, with the time until the next one is taken, when a key was used too often. */
  take(key: string): void
}

interface Bucket {
  readonly left: number
  readonly at: number
}

/** A bucket per key that holds `burst` and gains `perMinute`: short bursts pass, a flood does not. */
export function createRateLimit(
  clock: Clock,
  { burst, perMinute }: { readonly burst: number; readonly perMinute: number },
): RateLimit {
  const buckets = new Map<string, Bucket>()
  const msPerOne = 60_000 / perMinute

  function forgetFull(now: number): void {
    for (const [key, { left, at }] of buckets) if (left + (now - at) / msPerOne >= burst) buckets.delete(key)
  }

  return {
    take(key) {
      const now = clock.now()
      const { left, at } = buckets.get(key) ?? { left: burst, at: now }
      const filled = Math.min(burst, left + (now - at) / msPerOne)
      if (filled < 1) {
        throw new AppError('rate_limited', `This was asked too often: it takes ${perMinute} a minute.`, {
          retryAfterMs: (1 - filled) * msPerOne,
        })
      }
      if (buckets.size > MOST_BUCKETS) forgetFull(now)
      buckets.set(key, { left: filled - 1, at: now })
    },
  }
}

const MOST_BUCKETS = 10_000
