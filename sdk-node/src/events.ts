import { randomUUID } from 'node:crypto'
import type { EventsBatch } from '@rampart/contract/wire'
import { type Configuration, drain, isWorthRepeating, retryDelay, spread, type Tally } from '@rampart/core'
import { ask } from './ask.ts'
import type { CallOff, Clock } from './clock.ts'
import type { ConfigurationOwner } from './configuration-owner.ts'
import type { Endpoints } from './endpoints.ts'
import type { Http } from './http.ts'
import type { Identity } from './identity.ts'
import type { Log } from './logger.ts'

/** A ramp is judged by what arrives here, so that nothing waits longer than this while one runs. */
const WATCHED_FLUSH_MS = 2_000
/** No hint makes a client send more often. */
const LEAST_FLUSH_MS = 500

export interface EventsParts {
  readonly http: Http
  readonly endpoints: Endpoints
  readonly identity: Identity
  readonly owner: ConfigurationOwner
  readonly tally: Tally
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  /** Overrules what the server hints. */
  readonly flushMs: number | undefined
}

/** Sends what the tally counted. */
export interface Events {
  /** A configuration with other hints or watches is held: when the next flush is due may have changed. */
  applied(configuration: Configuration): void
  /** Sends what is there. Resolves when it was tried, never rejects. */
  flush(): Promise<void>
  /** Sends nothing more, and gives up what is under way. */
  stop(): void
}

/**
 * One batch is under way at a time and repeated with the same bytes until the server has it: the server remembers batch
 * ids, so that nothing is counted twice. Meanwhile the tally counts on, within its own limits, so that an outage costs a
 * bounded amount of memory.
 */
export function createEvents(parts: EventsParts): Events {
  const { http, endpoints, identity, owner, tally, clock, random, log, flushMs } = parts
  const stopped = new AbortController()
  let batch: string | undefined
  let failures = 0
  let sending: Promise<void> | undefined
  let due = Number.POSITIVE_INFINITY
  let callOff: CallOff = () => {}

  function schedule(ms: number): void {
    callOff()
    if (stopped.signal.aborted) return
    due = clock.now() + ms
    callOff = clock.after(ms, () => void flush())
  }

  function interval({ snapshot: { hints, watches } }: Configuration): number {
    const calm = flushMs ?? Math.max(hints.flushMs, LEAST_FLUSH_MS)
    return spread(watches.length > 0 ? Math.min(calm, WATCHED_FLUSH_MS) : calm, random())
  }

  function flush(): Promise<void> {
    // What was counted since the batch under way was made follows it.
    sending = sending === undefined ? sendAll() : sending.then(sendAll)
    const mine = sending
    return mine.finally(() => {
      if (sending === mine) sending = undefined
    })
  }

  async function sendAll(): Promise<void> {
    const { current } = owner
    if (current === undefined || stopped.signal.aborted) return
    const repeated = batch !== undefined
    batch ??= nextBatch(current)
    const delay = batch === undefined ? interval(current) : await send(batch)
    schedule(delay ?? interval(current))
    // A repeated batch is older than what has been counted since.
    if (repeated && batch === undefined) return sendAll()
  }

  /** Gives after how long to repeat; undefined when the batch is done with. */
  async function send(body: string): Promise<number | undefined> {
    const answered = await ask(http, endpoints.events, {
      method: 'POST',
      headers: endpoints.headers,
      body,
      stop: stopped.signal,
    })
    if (answered.kind === 'failed' && isWorthRepeating(answered.failure)) {
      failures += 1
      return retryDelay(answered.failure, failures, random())
    }
    if (answered.kind === 'failed' && answered.failure.kind === 'status') {
      const { status } = answered.failure
      log.warnOnce(
        `events ${status}`,
        () => `the server does not take what was counted (status ${status}); it is dropped`,
      )
    }
    failures = 0
    batch = undefined
    return undefined
  }

  function nextBatch(configuration: Configuration): string | undefined {
    const counts = drain(tally, configuration, clock.now())
    if (counts === undefined) return undefined
    const made: EventsBatch = { format: 1, batch: randomUUID(), ...identity, ...counts }
    return JSON.stringify(made)
  }

  return {
    applied(configuration) {
      const ms = interval(configuration)
      if (failures === 0 && clock.now() + ms < due) schedule(ms)
    },
    flush,
    stop() {
      stopped.abort()
      callOff()
    },
  }
}
