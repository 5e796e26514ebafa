import type { Failure, Report, Tally } from '@rampart/core'
import type { Cache } from './cache.ts'
import type { ConfigurationOwner } from './configuration-owner.ts'
import { createConnection } from './connection.ts'
import type { Endpoints } from './endpoints.ts'
import { createEvents } from './events.ts'
import type { Identity } from './identity.ts'
import type { Listeners } from './listeners.ts'
import type { Log } from './log.ts'
import { createWaiting } from './readiness.ts'
import type { Surroundings } from './surroundings.ts'
import type { Milliseconds, Readiness, Status } from './types.ts'

export interface LifecycleParts {
  readonly surroundings: Surroundings
  /** Undefined: there is no server to ask. */
  readonly endpoints: Endpoints | undefined
  readonly identity: Identity
  readonly owner: ConfigurationOwner
  readonly tally: Tally
  readonly cache: Cache
  readonly listeners: Listeners
  readonly log: Log
  /** The owner holds another configuration. */
  readonly applied: () => void
}

/** From the first document to the last flush. */
export interface Lifecycle {
  readonly status: Status
  readonly ready: (timeout: Milliseconds | undefined) => Promise<Readiness>
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Begins at once. */
export function createLifecycle(parts: LifecycleParts): Lifecycle {
  const { surroundings, endpoints, owner, cache, listeners, log, applied } = parts
  const { listen } = surroundings
  let link: Report | undefined
  let error: Error | undefined
  let wasReady = false
  let isClosed = false
  let status = statusNow()
  const waiting = createWaiting(surroundings, outcome, () => readiness('timeout'))
  const upstream = endpoints && {
    events: createEvents({ ...parts, endpoints }),
    connection: createConnection({ surroundings, endpoints, owner, report: reported, applied: changed }),
  }
  const callsOff = upstream && [
    listen('online', upstream.connection.woken),
    listen('pageshow', upstream.connection.start),
    listen('visibilitychange', () => {
      if (surroundings.isHidden) upstream.events.leave()
      else upstream.connection.woken()
    }),
    // A page with an open stream cannot be kept for the way back.
    listen('pagehide', () => {
      upstream.events.leave()
      upstream.connection.stop()
    }),
  ]
  upstream?.connection.start()
  upstream?.events.start()

  function reported(report: Report): void {
    link = report
    error = undefined
    if (report.health !== 'well') {
      const isRefused = report.health === 'refused'
      error = new Error(`${isRefused ? 'the key is refused' : 'no connection'} (${causeOf(report.failure)})`)
      // A browser without a network is nothing to complain of; a key that is not accepted has to be mended.
      log.say(isRefused ? 'error' : 'info', error.message)
    }
    look()
    if (link.health === 'well' && !wasReady) {
      wasReady = true
      listeners.emit('ready', readiness('ready'))
    }
  }

  function changed(): void {
    if (owner.latest) cache.keep(owner.latest.snapshot)
    applied()
  }

  /** Tells everyone who waits for it how things are now. */
  function look(): void {
    const from = status
    status = statusNow()
    if (from !== status) listeners.emit('status', { from, to: status })
    waiting.look()
  }

  function statusNow(): Status {
    if (isClosed) return 'closed'
    if (!endpoints) return 'offline'
    if (link?.health === 'well') return 'ready'
    return owner.shown && link ? 'stale' : 'starting'
  }

  function outcome(): Readiness | undefined {
    if (isClosed || !endpoints) return readiness('failed')
    if (link?.health === 'well') return readiness('ready')
    return link?.health === 'refused' ? readiness('failed') : undefined
  }

  /** Whoever would have nothing has older values when there are any. */
  function readiness(without: 'ready' | 'failed' | 'timeout'): Readiness {
    const { shown } = owner
    return {
      status: shown && without !== 'ready' ? 'stale' : without,
      revision: shown?.revision ?? 0,
      ...(error && { error }),
    }
  }

  return {
    get status() {
      return status
    },
    ready: waiting.ready,
    flush: async () => upstream?.events.flush(),
    async close() {
      if (isClosed) return
      isClosed = true
      for (const callOff of callsOff ?? []) callOff()
      upstream?.connection.stop()
      upstream?.events.stop()
      look()
      await upstream?.events.flush()
    },
  }
}

function causeOf(failure: Failure): string {
  switch (failure.kind) {
    case 'status':
      return `status ${failure.status}`
    case 'network':
      return failure.message
    case 'unreadable':
      return failure.problem
    case 'ended':
    case 'silent':
      return failure.kind
  }
}
