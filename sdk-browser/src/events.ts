import type { EventsBatch } from '@rampart/contract/wire'
import { drain, isWorthRepeating, retryDelay, spread, type Tally } from '@rampart/core'
import { ask } from './ask.ts'
import type { ConfigurationOwner } from './configuration-owner.ts'
import type { Endpoints } from './endpoints.ts'
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
  readonly owner: ConfigurationOwner
  readonly tally: Tally
  readonly log: Log
}

/** Sends what the tally counted. */
export interface Events {
  /** Begins to send by itself, as often as the server hints. */
  start(): void
  /** Sends what is there. Resolves when it was tried, never rejects. */
  flush(): Promise<void>
  /** The page may be gone in a moment: leaves what is there with the browser. */
  leave(): void
  /** Sends nothing more by itself. */
  stop(): void
}

/**
 * One batch is under way at a time and repeated with the same bytes until the server has it: the server remembers batch
 * ids, so that nothing is counted twice, also when the browser sends again what it was left with.
 */
export function createEvents({ surroundings, endpoints, identity, owner, tally, log }: EventsParts): Events {
  const { now, after, random, beacon } = surroundings
  let batch: string | undefined
  let failures = 0
  let isRunning = false
  let sending: Promise<void> = Promise.resolve()
  let callOff: CallOff = () => {}

  function schedule(ms: number): void {
    callOff()
    if (isRunning) callOff = after(ms, () => void flush())
  }

  function interval(): number {
    return spread(Math.max(owner.shown?.snapshot.hints.flushMs ?? FLUSH_MS, LEAST_FLUSH_MS), random())
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
    const init: RequestInit = {
      method: 'POST',
      headers: { ...endpoints.headers, 'content-type': 'application/json' },
      body,
      keepalive: body.length < KEEPALIVE_BYTES,
    }
    const answered = await ask(surroundings, endpoints.events, init, new AbortController())
    // The browser was left with it meanwhile.
    if (batch !== body) return undefined
    if (answered.kind === 'failed') {
      const { failure } = answered
      if (isWorthRepeating(failure)) {
        failures += 1
        return retryDelay(failure, failures, random())
      }
      log.warnOnce('the server does not take what was counted; it is dropped')
    }
    failures = 0
    batch = undefined
    return undefined
  }

  function nextBatch(): string | undefined {
    // Nothing is counted before there is something that answers.
    const counts = owner.shown && drain(tally, owner.shown, now())
    if (counts === undefined) return undefined
    const made: EventsBatch = { format: 1, batch: randomId(), ...identity, ...counts }
    return JSON.stringify(made)
  }

  return {
    start() {
      isRunning = true
      schedule(interval())
    },
    flush,
    leave() {
      // A beacon carries no header of ours, so that the key, which is public, goes into the address.
      const take = (body: string): boolean =>
        beacon(`${endpoints.events}?key=${encodeURIComponent(endpoints.key)}`, body)
      if (batch !== undefined && take(batch)) batch = undefined
      if (batch !== undefined) return
      batch = nextBatch()
      if (batch !== undefined && take(batch)) batch = undefined
    },
    stop() {
      isRunning = false
      callOff()
    },
  }
}
