import type { Report, Tally } from '@rampart/core'
import { createAcks } from './acks.ts'
import type { Clock } from './clock.ts'
import type { ConfigurationOwner, Taken } from './configuration-owner.ts'
import { createConnection } from './connection.ts'
import { endpointsOf } from './endpoints.ts'
import { createEvents } from './events.ts'
import { createHttp, type FetchLike } from './http.ts'
import type { Identity } from './identity.ts'
import type { Log } from './logger.ts'
import type { Settings } from './options.ts'

export interface UpstreamParts {
  readonly server: NonNullable<Settings['server']>
  readonly identity: Identity
  readonly owner: ConfigurationOwner
  /** Undefined: nothing is counted. */
  readonly tally: Tally | undefined
  readonly flushMs: number | undefined
  readonly fetch: FetchLike | undefined
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly report: (report: Report) => void
  readonly applied: (change: Extract<Taken, { kind: 'applied' }>) => void
}

/** Everything between this client and its server: changes come down, acknowledgements and counts go up. */
export interface Upstream {
  start(): void
  flush(): Promise<void>
  /** Lets no more changes in and sends what was counted. */
  finish(): Promise<void>
  /** Gives up whatever is still under way. */
  stop(): void
}

export function createUpstream(parts: UpstreamParts): Upstream {
  const { server, identity, owner, tally, flushMs, clock, random, log, report, applied } = parts
  const http = createHttp(parts.fetch)
  const endpoints = endpointsOf(server.url, server.key, identity)
  const acks = createAcks({ http, endpoints, identity, clock, random })
  const events = tally && createEvents({ http, endpoints, identity, owner, tally, clock, random, log, flushMs })
  const connection = createConnection({
    transport: server.transport,
    http,
    endpoints,
    owner,
    clock,
    random,
    report,
    applied(change) {
      acks.applied(change.configuration)
      events?.applied(change.configuration)
      applied(change)
    },
  })
  return {
    start: () => connection.start(),
    flush: async () => events?.flush(),
    async finish() {
      connection.stop()
      acks.stop()
      await events?.flush()
    },
    stop() {
      events?.stop()
      http.close()
    },
  }
}
