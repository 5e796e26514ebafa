import type { Counts, EventsBatch } from '@rampart/contract/wire'
import { backoff, spread } from '@rampart/core'
import { ask } from './ask.ts'
import type { Endpoints } from './endpoints.ts'
import { isRefusal } from './failure.ts'
import { type Identity, randomId } from './identity.ts'
import type { Log } from './log.ts'
import type { CallOff, Surroundings } from './surroundings.ts'

/** No hint makes a page send more often. */
const LEAST_FLUSH_MS = 500
/** While nothing is known that could be hinted. */
const FLUSH_MS = 30_000
/** Browsers take this many bytes at most of what is to outlive the page. A batch is ASCII but for names of an application. */
const KEEPALIVE_BYTES = 60_000

export interface EventsParts {
  readonly surroundings: Surroundings
  readonly endpoints: Endpoints
  readonly identity: Identity
  /** How long what was counted may wait; undefined while nothing is known that says so. */
  readonly flushMs: () => number | undefined
  readonly drain: () => Counts | undefined
  readonly log: Log
}

/** Sends what the tally counted. */
export interface Events {
  /** Something was counted: when the next flush is due may have changed. */
  counted(): void
  /** Sends what is there. Resolves when it was tried, never rejects. */
  flush(): Promise<void>
  /** The page may be gone in a moment: leaves what is there with the browser. */
  leave(): void
  /** Sends nothing more by itself. */
  stop(): void
}

/**
 * One batch is under way at a time and repeated with the same bytes until the server has it: the server remembers batch
 * ids, so that nothing is counted twice, also when the browser sends again what it was left with. Begins at once to send by
 * itself, as often as the server hints.
 */
export function createEvents({ surroundings, endpoints, identity, flushMs, drain, log }: EventsParts): Events {
  const { after, now, random, beacon } = surroundings
  let batch: string | undefined
  let failures = 0
  let isRunning = true
  let sending: Promise<void> = Promise.resolve()
  let callOff: CallOff = () => {}
  let dueAt = 0

  function schedule(ms: number): void {
    callOff()
    dueAt = now() + ms
    if (isRunning) callOff = after(ms, () => void flush())
  }

  function interval(): number {
    return spread(Math.max(Number(flushMs()) || FLUSH_MS, LEAST_FLUSH_MS), random())
  }

  function flush(): Promise<void> {
    // What was counted since the batch under way was made follows it.
    sending = sending.then(sendAll)
    return sending
  }

  async function sendAll(): Promise<void> {
    const isRepeated = batch !== undefined
    batch ??= nextBatch()
    const delay = batch === undefined ? undefined : await send(batch)
    schedule(delay ?? interval())
    // A repeated batch is older than what has been counted since.
    if (isRepeated && batch === undefined) return sendAll()
  }

  /** Gives after how long to repeat; undefined when the batch is done with. */
  async function send(body: string): Promise<number | undefined> {
    const answered = await ask(surroundings, endpoints.at('events'), {
      method: 'POST',
      headers: { ...endpoints.headers, 'content-type': 'application/json' },
      body,
      keepalive: body.length < KEEPALIVE_BYTES,
    })
    // The browser was left with it meanwhile.
    if (batch !== body) return undefined
    if ('cause' in answered) {
      const { status = 500, retryMs = 0 } = answered
      if (status >= 500 || status === 408 || status === 425 || status === 429 || isRefusal(answered)) {
        return Math.max(retryMs, isRefusal(answered) ? FLUSH_MS * 2 : backoff(++failures, random()))
      }
      log('warn', 'the server does not take what was counted; it is dropped')
    }
    failures = 0
    batch = undefined
    return undefined
  }

  function nextBatch(): string | undefined {
    const counts = drain()
    const made: EventsBatch | undefined = counts && { format: 1, batch: randomId(), ...identity, ...counts }
    return made && JSON.stringify(made)
  }

  schedule(interval())
  return {
    counted() {
      const ms = interval()
      // A batch that is repeated waits as long as the server wants it to.
      if (batch === undefined && now() + ms < dueAt) schedule(ms)
    },
    flush,
    leave() {
      // Twice: what is under way, and what has been counted since.
      for (let twice = 0; twice < 2; twice++) {
        batch ??= nextBatch()
        // A beacon carries no header of ours, so that the key, which is public, goes into the address.
        if (!batch || !beacon(`${endpoints.at('events')}?key=${encodeURIComponent(endpoints.key)}`, batch)) return
        batch = undefined
      }
    },
    stop() {
      isRunning = false
      callOff()
    },
  }
}
