import { afterRefusal, asAsked, backoff, type Random, spread, streamAgain } from './delays.ts'
import {
  deadline,
  type Failure,
  isOutage,
  isRefusal,
  isUp,
  type LinkState,
  lastEventId,
  OFF,
  type Source,
} from './link-state.ts'
import type { Revision } from './model.ts'

/** A stream that lived this long has worked, so that its end starts a new count of failures. */
const SETTLED_MS = 10_000
/** After this many failed streams in a row the client polls, and goes on trying streams beside it. */
const FAILED_STREAMS = 3
/** A stream is expected to ping more often than this; where somebody looks again after an absence, it is not trusted. */
const QUIET_MS = 20_000
/** No hint makes a client poll faster. */
const LEAST_POLL_MS = 1_000

export type LinkEvent =
  | { readonly kind: 'started' }
  /** The stream answered; documents follow. */
  | { readonly kind: 'opened' }
  /** Bytes came on the stream, whatever they said. */
  | { readonly kind: 'bytes' }
  /** A `ping`: the stream has nothing to tell. The first one of a stream that was to start after what is held says that nothing was missed. */
  | { readonly kind: 'pinged' }
  /** The server's word about what is current was taken, or was held already. */
  | { readonly kind: 'held'; readonly source: Source; readonly revision: Revision; readonly pollMs: number }
  /** A patch starts after the revision that is held. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'failed'; readonly source: Source; readonly failure: Failure }
  /** The server asked this client to leave and to come back. */
  | { readonly kind: 'closing'; readonly retryMs: number }
  | { readonly kind: 'timer' }
  /** There is a network again, or a person looks again at what was put away: what is held may be old by now. */
  | { readonly kind: 'woken' }
  | { readonly kind: 'stopped' }

export type LinkEffect =
  /** With `lastEventId` the server sends what was missed, without it the whole snapshot. */
  | { readonly kind: 'open-stream'; readonly lastEventId?: Revision }
  | { readonly kind: 'close-stream' }
  /**
   * Ask once for the snapshot, unless `held` is still current, in place of a question still under way. Must be answered
   * by `held` or `failed`.
   */
  | { readonly kind: 'poll'; readonly held?: Revision }
  /** Send `timer` after `ms`, instead of whenever it was due before. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** The health changed: at most one line of log each. */
  | { readonly kind: 'report'; readonly report: Report }

export type Report =
  /** `outageMs`: how long it had not been well. */
  | { readonly health: 'well'; readonly by: Source; readonly outageMs?: number }
  /** Not reached; tried again for ever. */
  | { readonly health: 'lost'; readonly failure: Failure }
  /** The key is not accepted; tried again slowly for ever, because a key can be made valid again. */
  | { readonly health: 'refused'; readonly failure: Failure }

/**
 * The connection policy of every SDK: one event in, the new state and what to do out. `now` is in milliseconds of one
 * monotonic clock, `random` is drawn for this step. Streams and polls are tried for ever; each step says when the next
 * `timer` is due.
 */
export function step(
  state: LinkState,
  event: LinkEvent,
  now: number,
  random: Random,
): { readonly state: LinkState; readonly effects: readonly LinkEffect[] } {
  const next = due(expire(react(state, event, now, random), now, random), now)
  return { state: next, effects: effects(state, next, now) }
}

function react(state: LinkState, event: LinkEvent, now: number, random: Random): LinkState {
  const running = state.stream.is !== 'off' || state.poll.is !== 'off'
  if (event.kind === 'started') return running ? state : start(state, now)
  if (!running) return state
  switch (event.kind) {
    case 'opened':
      return opened(state, now)
    case 'bytes':
      return bytes(state, now)
    case 'pinged':
      return pinged(state, now)
    case 'held':
      return held(state, event, now, random)
    case 'gap':
      return gap(state, now, random)
    case 'failed':
      return event.source === 'stream'
        ? streamFailed(state, event.failure, now, random)
        : pollFailed(state, event.failure, now, random)
    case 'closing':
      if (state.stream.is !== 'open') return state
      return { ...state, stream: { is: 'waiting', until: now + asAsked(event.retryMs, random) } }
    case 'timer':
      return state
    case 'woken':
      return woken(state, now)
    case 'stopped':
      return { ...state, stream: OFF, poll: OFF }
  }
}

function start(state: LinkState, now: number): LinkState {
  const at = { is: 'waiting', until: now } as const
  return state.transport.kind === 'stream' ? { ...state, stream: at } : { ...state, poll: at }
}

/** An answer is no word about what is held yet: a connection may break before it, again and again. */
function opened(state: LinkState, now: number): LinkState {
  if (state.stream.is !== 'opening') return state
  return { ...state, stream: { is: 'open', since: now, lastByteAt: now, proven: false, current: false } }
}

function bytes(state: LinkState, now: number): LinkState {
  if (state.stream.is !== 'open') return state
  const next: LinkState = { ...state, stream: { ...state.stream, lastByteAt: now, proven: true } }
  return state.stream.current ? works({ ...next, poll: OFF }, 'stream') : next
}

function pinged(state: LinkState, now: number): LinkState {
  if (state.stream.is !== 'open' || lastEventId(state) === undefined) return state
  const stream = { ...state.stream, lastByteAt: now, proven: true, current: true }
  return works({ ...state, poll: OFF, stream }, 'stream')
}

function held(state: LinkState, event: Extract<LinkEvent, { kind: 'held' }>, now: number, random: Random): LinkState {
  const pollMs = state.transport.kind === 'poll' ? state.transport.pollMs : Math.max(event.pollMs, LEAST_POLL_MS)
  const next: LinkState = { ...state, held: event.revision, pollMs, resume: true, gaps: 0 }
  if (event.source === 'stream') {
    if (state.stream.is !== 'open') return next
    return works(
      { ...next, poll: OFF, stream: { ...state.stream, lastByteAt: now, proven: true, current: true } },
      'stream',
    )
  }
  if (state.poll.is !== 'asking') return next
  const polled: LinkState = { ...next, pollFailures: 0, poll: { is: 'waiting', until: now + spread(pollMs, random) } }
  // The server was away for polls too, so that it was no fault of streams: they get a new chance.
  const chance = state.pollFailures > 0 && state.stream.is === 'waiting'
  return works(
    chance ? { ...polled, streamTries: 0, stream: { is: 'waiting', until: now + backoff(1, random) } } : polled,
    'poll',
  )
}

/** Asks for what is missing. When that leaves a gap again, asks for everything. */
function gap(state: LinkState, now: number, random: Random): LinkState {
  if (state.stream.is !== 'open') return state
  if (state.gaps === 0) return { ...state, gaps: 1, stream: { is: 'waiting', until: now } }
  const failure: Failure = { kind: 'unreadable', problem: 'changes are missing between two documents' }
  return streamFailed(state, failure, now, random)
}

function streamFailed(state: LinkState, failure: Failure, now: number, random: Random): LinkState {
  const { stream } = state
  if (!isUp(stream)) return state
  const settled = stream.is === 'open' && now - stream.since >= SETTLED_MS
  // Headers without bodies, or no answer at all: a proxy that collects answers before it passes them on does that.
  const swallowed = failure.kind === 'silent' && !(stream.is === 'open' && stream.proven)
  const streamFailures = (settled ? 0 : state.streamFailures) + (swallowed ? FAILED_STREAMS : 1)
  const resume = state.resume && failure.kind !== 'unreadable'
  const next: LinkState = { ...state, streamFailures, resume, streamTries: settled ? 0 : state.streamTries }
  if (isRefusal(failure)) {
    const refused = fails({ ...next, poll: OFF }, failure, now)
    return { ...refused, stream: { is: 'waiting', until: now + afterRefusal(refused.refusals, random) } }
  }
  if (state.poll.is === 'off' && streamFailures < FAILED_STREAMS) {
    return { ...fails(next, failure, now), stream: waiting(failure, backoff(streamFailures, random), now, random) }
  }
  const streamTries = next.streamTries + 1
  const beside: LinkState = {
    ...next,
    streamTries,
    stream: waiting(failure, streamAgain(streamTries, random), now, random),
  }
  if (state.poll.is !== 'off') return beside
  return { ...fails(beside, failure, now), poll: waiting(failure, 0, now, random) }
}

function pollFailed(state: LinkState, failure: Failure, now: number, random: Random): LinkState {
  if (state.poll.is !== 'asking') return state
  const pollFailures = state.pollFailures + 1
  const next = fails({ ...state, pollFailures }, failure, now)
  const delay = isRefusal(failure) ? afterRefusal(next.refusals, random) : backoff(pollFailures, random)
  return { ...next, poll: waiting(failure, delay, now, random) }
}

/** Tries at once what was to be tried later, unless it was the server itself that said no. */
function woken(state: LinkState, now: number): LinkState {
  const { stream, poll, outage } = state
  if (outage?.last.kind === 'status') return state
  const at = { is: 'waiting', until: now } as const
  const isDue =
    stream.is === 'waiting' ? outage !== undefined : stream.is === 'open' && now - stream.lastByteAt > QUIET_MS
  return { ...state, stream: isDue ? at : stream, poll: poll.is === 'waiting' ? at : poll }
}

function waiting(failure: Failure, delay: number, now: number, random: Random) {
  const asked =
    failure.kind === 'status' && failure.retryAfterMs !== undefined ? asAsked(failure.retryAfterMs, random) : 0
  return { is: 'waiting', until: now + Math.max(delay, asked) } as const
}

function works(state: LinkState, good: Source): LinkState {
  return { ...state, good, outage: undefined, refusals: 0 }
}

function fails(state: LinkState, last: Failure, now: number): LinkState {
  const { since, failures } = state.outage ?? { since: now, failures: 0 }
  return {
    ...state,
    outage: { since, failures: failures + 1, last },
    refusals: isRefusal(last) ? state.refusals + 1 : state.refusals,
  }
}

/** Gives up a stream that is over its time. */
function expire(state: LinkState, now: number, random: Random): LinkState {
  const { stream } = state
  return isUp(stream) && deadline(stream) <= now ? streamFailed(state, { kind: 'silent' }, now, random) : state
}

/** Starts what has waited long enough. */
function due(state: LinkState, now: number): LinkState {
  const { stream, poll } = state
  return {
    ...state,
    stream: stream.is === 'waiting' && stream.until <= now ? { is: 'opening', since: now } : stream,
    poll: poll.is === 'waiting' && poll.until <= now ? { is: 'asking' } : poll,
  }
}

/** What has to be done is what differs. */
function effects(before: LinkState, after: LinkState, now: number): readonly LinkEffect[] {
  const list: LinkEffect[] = []
  const opens = after.stream.is === 'opening' && after.stream !== before.stream
  if (isUp(before.stream) && (opens || !isUp(after.stream))) list.push({ kind: 'close-stream' })
  const id = lastEventId(after)
  if (opens) list.push({ kind: 'open-stream', ...(id !== undefined && { lastEventId: id }) })
  if (after.poll.is === 'asking' && before.poll.is !== 'asking') {
    list.push({ kind: 'poll', ...(after.held !== undefined && { held: after.held }) })
  }
  const report = reportOf(after)
  if (report !== undefined && !isSaid(before, report)) {
    const outageMs = isOutage(before) && before.outage ? now - before.outage.since : undefined
    list.push({
      kind: 'report',
      report: report.health === 'well' && outageMs !== undefined ? { ...report, outageMs } : report,
    })
  }
  const next = Math.min(deadline(after.stream), deadline(after.poll))
  if (Number.isFinite(next)) list.push({ kind: 'wait', ms: Math.max(0, next - now) })
  return list
}

/** Undefined while nothing has worked and nothing is known to be wrong. A refusal stays one until something works. */
function reportOf(state: LinkState): Report | undefined {
  const { outage, refusals, good } = state
  if (outage !== undefined && isOutage(state)) {
    return { health: refusals > 0 ? 'refused' : 'lost', failure: outage.last }
  }
  return good && { health: 'well', by: good }
}

function isSaid(before: LinkState, report: Report): boolean {
  const said = reportOf(before)
  if (said === undefined || said.health !== report.health) return false
  return said.health !== 'well' || report.health !== 'well' || said.by === report.by
}
