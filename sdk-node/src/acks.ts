import type { Ack, Revision } from '@rampart/contract/wire'
import { type Configuration, isWorthRepeating, retryDelay } from '@rampart/core'
import { ask } from './ask.ts'
import type { CallOff, Clock } from './clock.ts'
import type { Endpoints } from './endpoints.ts'
import type { Http } from './http.ts'
import type { Identity } from './identity.ts'

export interface AcksParts {
  readonly http: Http
  readonly endpoints: Endpoints
  readonly identity: Identity
  readonly clock: Clock
  readonly random: () => number
}

/** Tells the server which revision this instance holds, so that it can say "38 of 38 have it, slowest 0.9 s". */
export interface Acks {
  /** Call it at the moment a configuration of the server begins to answer evaluations. */
  applied(configuration: Configuration): void
  stop(): void
}

/**
 * At most one acknowledgement is under way, and only the latest revision is worth one. Large fleets spread theirs as the
 * server hints; how long ago the revision was applied is said, so that the spread does not look like slowness.
 */
export function createAcks({ http, endpoints, identity, clock, random }: AcksParts): Acks {
  const stopped = new AbortController()
  let latest: { readonly revision: Revision; readonly at: number } | undefined
  let scheduled = false
  let failures = 0
  let callOff: CallOff = () => {}

  function schedule(ms: number): void {
    scheduled = true
    callOff = clock.after(ms, () => void send())
  }

  async function send(): Promise<void> {
    const sent = latest
    if (sent === undefined) return
    const body: Ack = {
      format: 1,
      ...identity,
      revision: sent.revision,
      appliedMsAgo: Math.round(clock.now() - sent.at),
    }
    const answered = await ask(http, endpoints.acks, {
      method: 'POST',
      headers: endpoints.headers,
      body: JSON.stringify(body),
      stop: stopped.signal,
    })
    scheduled = false
    if (stopped.signal.aborted) return
    const repeat = answered.kind === 'failed' && isWorthRepeating(answered.failure)
    failures = repeat ? failures + 1 : 0
    if (repeat) return schedule(retryDelay(answered.failure, failures, random()))
    if (latest === sent) latest = undefined
    else schedule(0)
  }

  return {
    applied({ revision, snapshot: { audience, hints } }) {
      // Public keys prove nothing about who holds what.
      if (audience !== 'server') return
      latest = { revision, at: clock.now() }
      if (!scheduled) schedule(hints.ackSpreadMs * random())
    },
    stop() {
      callOff()
      stopped.abort()
    },
  }
}
