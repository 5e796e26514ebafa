import type { Source } from './answers.ts'
import type { Endpoints } from './endpoints.ts'
import { createEvents, type Events } from './events.ts'
import type { Failure } from './failure.ts'
import { identityOf } from './identity.ts'
import type { Log } from './log.ts'
import { createSharing } from './sharing.ts'
import type { Surroundings } from './surroundings.ts'
import type { Tally } from './tally.ts'
import { createTransport, type Documents } from './transport.ts'
import type { BrowserClientOptions } from './types.ts'

/** A ramp is judged by what arrives: news for it wait no longer than this. */
const PRESSING_MS = 2_000

export interface UpstreamParts {
  readonly surroundings: Surroundings
  readonly endpoints: Endpoints
  readonly application: BrowserClientOptions['application']
  /** Tabs share a stream that have the same name and ask the same server. */
  readonly name: string
  readonly source: Source
  readonly tally: Tally
  readonly log: Log
  /** The source has taken something, or was not given anything. Gives back what it is handed. */
  readonly applied: <T>(taken: T) => T
  /** How the link is; undefined when all is well. */
  readonly reported: (failure: Failure | undefined) => void
}

/** All that goes to the server and comes from there, and when: it follows the page as that is hidden, left and come back to. */
export interface Upstream {
  readonly events: Events
  start(): void
  /** Asks for whoever looks at the page, where answers have to be asked for; in place of a question under way when that `isOutdated`. */
  refresh(isOutdated: boolean): void
  /** Ends everything but a last flush. */
  stop(): void
}

export function createUpstream(parts: UpstreamParts): Upstream {
  const { surroundings, endpoints, source, tally, applied, reported } = parts
  const { listen } = surroundings
  const events = createEvents({
    surroundings,
    endpoints,
    identity: identityOf(parts.application),
    flushMs: () => (tally.isPressing ? PRESSING_MS : source.flushMs),
    // Nothing is counted before there is something that answers.
    drain: () => source.answers && tally.drain(source.answers, source.shown),
    log: parts.log,
  })
  const documents: Documents = {
    query: source.query,
    get revision() {
      return source.revision
    },
    get pollMs() {
      return source.pollMs
    },
    get isBehind() {
      return source.isBehind
    },
    get late() {
      return source.late
    },
    take: (event, document, told) => applied(source.take(event, document, told)),
    async poll(abort) {
      const told = source.revision
      const failure = applied(await source.poll(abort))
      const latest = source.latest()
      // Where streams do not get through, this is how the other tabs hear of anything.
      if (latest && source.revision !== told) sharing.passOn(...latest, told)
      return failure
    },
  }
  const transport = createTransport({
    surroundings,
    endpoints,
    documents,
    passOn: (event, document, told) => sharing.passOn(event, document, told),
    report(failure) {
      reported(failure)
      sharing.linked(failure)
    },
  })
  const sharing = createSharing({
    surroundings,
    name: `${parts.name} ${endpoints.at('stream')}`,
    transport,
    latest: source.latest,
    take(event, document, told) {
      const taken = documents.take(event, document, told)
      // Of before what is held here: whether the server was set back, the server knows.
      const isEarlier = Number((document as { readonly revision?: number }).revision) < (source.revision ?? 0)
      if (taken === 'poll' || isEarlier) transport.poll(false)
      return taken !== 'gap'
    },
    report: reported,
  })

  function refresh(isOutdated: boolean): void {
    if (!source.isCurrent) transport.poll(isOutdated)
  }

  const callsOff = [
    listen('online', sharing.woken),
    listen('pageshow', () => {
      sharing.start()
      refresh(false)
    }),
    listen('pagehide', () => {
      events.leave()
      // A page with an open stream cannot be kept for the way back.
      sharing.stop()
    }),
    listen('visibilitychange', () => (surroundings.isHidden ? events.leave() : sharing.woken())),
  ]

  return {
    events,
    start() {
      sharing.start()
      refresh(true)
    },
    refresh,
    stop() {
      for (const callOff of callsOff) callOff()
      sharing.stop()
      events.stop()
    },
  }
}
