import type { Revision } from './model.ts'

/** A stream that has not answered, or not given a first document, after this long is given up. */
export const OPENING_MS = 10_000
/** A stream without a byte for this long is dead: two of the server's heartbeats and some patience. */
export const SILENT_MS = 40_000
/** One failure is a hiccup: the quick retry decides whether it is an outage. */
const FAILURES_OF_AN_OUTAGE = 2
const POLL_MS = 30_000

export type Source = 'stream' | 'poll'

/** How the client wants its changes. `pollMs` overrules what the server's hints say. */
export type Transport = { readonly kind: 'stream' } | { readonly kind: 'poll'; readonly pollMs: number }

export type Failure =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs?: number }
  /** No connection, or one that broke. */
  | { readonly kind: 'network'; readonly message: string }
  /** The other side ended the stream without a word. */
  | { readonly kind: 'ended' }
  /** Nothing came when something had to. */
  | { readonly kind: 'silent' }
  /** It came, and was not what the protocol says. */
  | { readonly kind: 'unreadable'; readonly problem: string }

export type StreamPhase =
  | { readonly is: 'off' }
  | { readonly is: 'waiting'; readonly until: number }
  | { readonly is: 'opening'; readonly since: number }
  | {
      readonly is: 'open'
      readonly since: number
      readonly lastByteAt: number
      /** A byte came through: no proxy on the way keeps the stream to itself. */
      readonly proven: boolean
      /** What is held is current: the server said that nothing was missed since the last stream, or has sent a document. */
      readonly current: boolean
    }

export type PollPhase =
  | { readonly is: 'off' }
  | { readonly is: 'waiting'; readonly until: number }
  | { readonly is: 'asking' }

/** Where a client stands with its server. Made by `createLink`, changed by `step` alone. */
export interface LinkState {
  readonly transport: Transport
  readonly stream: StreamPhase
  readonly poll: PollPhase
  readonly pollMs: number
  readonly held: Revision | undefined
  /** Whether the next stream may start after the revision held. */
  readonly resume: boolean
  readonly gaps: number
  readonly streamFailures: number
  readonly pollFailures: number
  /** Streams tried beside working polls. */
  readonly streamTries: number
  /** The source that last worked. */
  readonly good: Source | undefined
  /** Since something last worked, of whatever source. */
  readonly outage: { readonly since: number; readonly failures: number; readonly last: Failure } | undefined
  readonly refusals: number
}

export const OFF = { is: 'off' } as const

export function createLink(transport: Transport): LinkState {
  return {
    transport,
    stream: OFF,
    poll: OFF,
    pollMs: transport.kind === 'poll' ? transport.pollMs : POLL_MS,
    held: undefined,
    resume: true,
    gaps: 0,
    streamFailures: 0,
    pollFailures: 0,
    streamTries: 0,
    good: undefined,
    outage: undefined,
    refusals: 0,
  }
}

/** When this phase is over its time, in the clock of `step`. */
export function deadline(phase: StreamPhase | PollPhase): number {
  switch (phase.is) {
    case 'off':
    case 'asking':
      return Number.POSITIVE_INFINITY
    case 'waiting':
      return phase.until
    case 'opening':
      return phase.since + OPENING_MS
    case 'open':
      return phase.lastByteAt + (phase.current ? SILENT_MS : OPENING_MS)
  }
}

/** Whether there is a stream to close. */
export function isUp(phase: StreamPhase): boolean {
  return phase.is === 'opening' || phase.is === 'open'
}

/** The revision after which the next stream may start; undefined asks for everything. */
export function lastEventId({ resume, held }: LinkState): Revision | undefined {
  return resume ? held : undefined
}

/** Whether it is more than a hiccup. */
export function isOutage({ refusals, outage }: LinkState): boolean {
  return refusals > 0 || (outage?.failures ?? 0) >= FAILURES_OF_AN_OUTAGE
}

/** Whether the key was not accepted. */
export function isRefusal(failure: Failure): boolean {
  return failure.kind === 'status' && (failure.status === 401 || failure.status === 403)
}
