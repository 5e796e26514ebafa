import type { CallOff, Clock } from './clock.ts'

/** A clock that stands still until a test advances it. */
export interface TestClock extends Clock {
  /** Lets time pass, calling what is due on the way, in order. */
  advance(ms: number): void
  /** How long until each timer, soonest first. */
  readonly timers: readonly number[]
  /** How many of them would keep the process alive. */
  readonly holding: Clock['holding'] & { count(): number }
}

interface Timer {
  readonly at: number
  readonly holds: boolean
  readonly f: () => void
}

export function createTestClock(): TestClock {
  let now = 1_000
  const timers = new Set<Timer>()

  const add =
    (holds: boolean) =>
    (ms: number, f: () => void): CallOff => {
      const timer = { at: now + ms, holds, f }
      timers.add(timer)
      return () => timers.delete(timer)
    }
  const soonest = (): Timer | undefined => [...timers].sort((a, b) => a.at - b.at)[0]

  return {
    now: () => now,
    after: add(false),
    holding: Object.assign(add(true), { count: () => [...timers].filter(({ holds }) => holds).length }),
    get timers() {
      return [...timers].map(({ at }) => at - now).sort((a, b) => a - b)
    },
    advance(ms) {
      const end = now + ms
      for (let next = soonest(); next !== undefined && next.at <= end; next = soonest()) {
        timers.delete(next)
        now = Math.max(now, next.at)
        next.f()
      }
      now = end
    },
  }
}
