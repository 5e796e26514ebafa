/** Time as the client reads it. One clock per client, so that tests can hand in their own. */
export interface Clock {
  /** Milliseconds of a clock that is never set back. */
  now(): number
  /** Calls `f` once after `ms`, unless called off. Never keeps the process alive. */
  after(ms: number, f: () => void): CallOff
  /** As `after`, but the process stays alive for it: for somebody who awaits the client. */
  holding(ms: number, f: () => void): CallOff
}

export type CallOff = () => void

/** Timers wait no longer than this, in milliseconds: beyond it Node would call them at once. */
const LONGEST_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, f) {
    const timer = setTimeout(f, Math.min(ms, LONGEST_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
  holding(ms, f) {
    const timer = setTimeout(f, Math.min(ms, LONGEST_MS))
    return () => clearTimeout(timer)
  },
}

/**
 * The time of a clock, read once in `grainMs`: it lags by no more than that, or by what the process was busy for in one go.
 * Reading a clock costs as much as half an evaluation.
 */
export function coarsely({ now, after }: Pick<Clock, 'now' | 'after'>, grainMs: number): () => number {
  let read: number | undefined
  const forget = (): void => {
    read = undefined
  }
  return () => {
    if (read === undefined) {
      read = now()
      after(grainMs, forget)
    }
    return read
  }
}

/** Resolves when `work` is done or the time is over, whichever is sooner; the process stays alive for that long. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  let callOff: CallOff = () => {}
  const over = new Promise<void>((resolve) => {
    callOff = clock.holding(ms, resolve)
  })
  await Promise.race([work, over]).finally(() => callOff())
}
