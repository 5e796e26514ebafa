import { afterRefusal, asAsked, backoff, spread, streamAgain } from '@rampart/core'
import type { Endpoints } from './endpoints.ts'
import { createEventParser } from './event-parser.ts'
import { type Failure, isRefusal, SILENT, statusFailure, thrownAs, unreadable } from './failure.ts'
import { readJson } from './read-json.ts'
import type { CallOff, Surroundings } from './surroundings.ts'

/** A stream that has not answered, or not given a first document, after this long is given up. */
const OPENING_MS = 10_000
/** A stream without a byte for this long is dead: two of the server's heartbeats and some patience. */
const SILENT_MS = 40_000
/** A stream is expected to ping more often than this; where somebody looks again after an absence, it is not trusted. */
const QUIET_MS = 20_000
/** A stream that lived this long has worked, so that its end starts a new count of failures. */
const SETTLED_MS = 10_000
/** After this many failed streams in a row the client polls, and goes on trying streams beside it. */
const FAILED_STREAMS = 3
/** No hint makes a client poll faster. */
const LEAST_POLL_MS = 1_000

/** What became of a document. `poll`: it says that there is something to ask for. */
export type Taken = 'held' | 'gap' | 'poll' | 'unreadable'

/** Where documents go. */
export interface Documents {
  /** Of what the server said last; undefined when it has said nothing yet. */
  readonly revision: number | undefined
  readonly pollMs: number | undefined
  /** Whether something is known to be newer than what is held. */
  readonly isBehind: boolean
  /** Answers in a row that were older than what is known to be: the next one is worth some time. */
  readonly late: number
  /** Of the address of the stream. */
  readonly query: string
  /** `told`: the revision that the server knows to be held; undefined when it knows of none. */
  take(event: string, document: unknown, told: number | undefined): Taken
  /** Asks for what is current and takes it. Never rejects. */
  poll(abort: AbortController): Promise<Failure | undefined>
}

export interface TransportParts {
  readonly surroundings: Surroundings
  readonly endpoints: Endpoints
  readonly documents: Documents
  /** A document came on the stream and was taken. */
  readonly passOn: (event: string, document: unknown, told: number | undefined) => void
  /** Undefined: all is well. A failure is told once it is more than a hiccup. */
  readonly report: (failure: Failure | undefined) => void
}

export interface Transport {
  /** Goes on after the revision that is held, when it was stopped before. */
  readonly start: () => void
  /** Asks now; in place of a question under way when that is `isOutdated`. */
  readonly poll: (isOutdated: boolean) => void
  /** Somebody looks at the page again, or there is a network again. */
  readonly woken: () => void
  readonly stop: () => void
}

/**
 * One stream, by `fetch`, because `EventSource` sends no key in a header and hides the status of a refusal; and polls in its
 * place where streams do not get through. Both are tried for ever, by the delays that every SDK keeps.
 */
export function createTransport({ surroundings, endpoints, documents, passOn, report }: TransportParts): Transport {
  const { now, after, random, fetch } = surroundings
  let isRunning = false
  let stream: AbortController | undefined
  let lastByteAt = 0
  let callOffStream: CallOff = () => {}
  let polling: AbortController | undefined
  let callOffPoll: CallOff = () => {}
  /** Whether polls stand in for streams. */
  let isPolling = false
  /** In a row: streams that failed, streams that were tried beside polls, polls that failed. */
  let failures = 0
  let tries = 0
  let pollFailures = 0
  /** Since something worked last. */
  let outage: { n: number; refusals: number; last: Failure } | undefined
  /** Whether the next stream may start after the revision held. */
  let resumes = true
  let gaps = 0

  function works(): void {
    outage = undefined
    report(undefined)
  }

  function fails(last: Failure): void {
    outage = { n: (outage?.n ?? 0) + 1, refusals: (outage?.refusals ?? 0) + Number(isRefusal(last)), last }
    // One failure is a hiccup: the quick retry decides whether it is an outage.
    if (outage.refusals > 0 || outage.n > 1) report(last)
  }

  function delay(failure: Failure, usual: number): number {
    if (isRefusal(failure)) return afterRefusal(outage?.refusals ?? 1, random())
    return Math.max(usual, failure.retryMs === undefined ? 0 : asAsked(failure.retryMs, random()))
  }

  function close(): void {
    stream?.abort()
    stream = undefined
    callOffStream()
  }

  function streamIn(ms: number): void {
    close()
    callOffStream = after(ms, () => void open())
  }

  function pollIn(ms: number): void {
    callOffPoll()
    callOffPoll = after(ms, () => void poll())
  }

  async function open(): Promise<void> {
    close()
    const abort = new AbortController()
    stream = abort
    const openedAt = now()
    const held = resumes ? documents.revision : undefined
    let told = held
    let isProven = false
    let isCurrent = false

    function within(ms: number): void {
      callOffStream()
      callOffStream = after(ms, () => failed(SILENT))
    }

    function failed(failure: Failure): void {
      if (stream !== abort) return
      const hasSettled = isProven && now() - openedAt >= SETTLED_MS
      // Headers without bodies, or no answer at all: a proxy that collects answers before it passes them on does that.
      failures = (hasSettled ? 0 : failures) + (failure === SILENT && !isProven ? FAILED_STREAMS : 1)
      resumes &&= !failure.isUnreadable
      if (!isPolling || isRefusal(failure)) fails(failure)
      if (isRefusal(failure)) stopPolling()
      else if (!isPolling && failures >= FAILED_STREAMS) {
        isPolling = true
        pollIn(delay(failure, 0))
      }
      streamIn(delay(failure, isPolling ? streamAgain(++tries, random()) : backoff(failures, random())))
    }

    function event(name: string, data: string): void {
      if (stream !== abort) return
      if (name === 'ping') {
        // The first word to one that said what it holds: nothing was missed.
        isCurrent ||= held !== undefined
        return
      }
      const document = readJson(data)
      if (name === 'close') {
        const retryMs = Number((document as { readonly retryMs?: number } | undefined)?.retryMs)
        streamIn(asAsked(Math.max(retryMs || 0, 0), random()))
        return
      }
      const taken = documents.take(name, document, told)
      if (taken === 'unreadable') failed(unreadable(`no ${name} that can be read`))
      // Asks for what is missing. When that leaves a gap again, asks for everything.
      else if (taken === 'gap' && gaps++ > 0) failed(unreadable('changes are missing'))
      else if (taken === 'gap') void open()
      else {
        gaps = 0
        isCurrent = true
        resumes = true
        if (document !== undefined) passOn(name, document, told)
        told = Number((document as { readonly revision?: number } | undefined)?.revision)
        if (taken === 'poll' && !polling) void poll()
      }
    }

    function alive(): void {
      if (stream !== abort) return
      lastByteAt = now()
      within(isCurrent ? SILENT_MS : OPENING_MS)
      if (!isCurrent) return
      if (isProven) stopPolling()
      if (documents.revision !== undefined) works()
    }

    within(OPENING_MS)
    try {
      const response = await fetch(endpoints.at('stream') + documents.query, {
        headers: {
          ...endpoints.headers,
          accept: 'text/event-stream',
          ...(held !== undefined && { 'last-event-id': String(held) }),
        },
        cache: 'no-store',
        signal: abort.signal,
      })
      if (response.status !== 200) return failed(statusFailure(response))
      const reader = response.body?.getReader()
      if (!reader || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        return failed(unreadable('the answer is no event stream'))
      }
      if (!isPolling) alive()
      const decoder = new TextDecoder()
      const parse = createEventParser(event)
      while (stream === abort) {
        const { done, value } = await reader.read()
        if (done) return failed({ cause: 'ended' })
        if (stream !== abort) return
        isProven = true
        parse(decoder.decode(value, { stream: true }))
        alive()
      }
    } catch (thrown) {
      failed(thrownAs(thrown))
    }
  }

  function stopPolling(): void {
    if (!isPolling) return
    isPolling = false
    tries = 0
    callOffPoll()
    polling?.abort()
    polling = undefined
  }

  async function poll(): Promise<void> {
    callOffPoll()
    polling?.abort()
    const abort = new AbortController()
    polling = abort
    const failure = await documents.poll(abort)
    if (polling !== abort) return
    polling = undefined
    if (failure) {
      pollFailures += 1
      fails(failure)
      pollIn(delay(failure, backoff(pollFailures, random())))
      return
    }
    if (isPolling) {
      // The server was away for polls too, so that it was no fault of streams: they get a new chance.
      if (pollFailures > 0) {
        tries = 0
        streamIn(backoff(1, random()))
      }
      pollIn(spread(Math.max(Number(documents.pollMs) || 30_000, LEAST_POLL_MS), random()))
    }
    pollFailures = 0
    works()
    // It was asked for before that came to be.
    if (documents.isBehind) pollIn(documents.late && backoff(documents.late, random()))
  }

  return {
    start() {
      if (isRunning) return
      isRunning = true
      void open()
    },
    poll(isOutdated) {
      if (isOutdated || !polling) void poll()
    },
    woken() {
      // Nothing is tried sooner when it was the server itself that said no.
      if (!isRunning || outage?.last.status !== undefined) return
      if (stream ? now() - lastByteAt > QUIET_MS && lastByteAt > 0 : outage) void open()
      if ((isPolling || pollFailures > 0) && !polling) void poll()
    },
    stop() {
      isRunning = false
      close()
      isPolling = false
      callOffPoll()
      polling?.abort()
      polling = undefined
    },
  }
}
