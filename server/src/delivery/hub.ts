import { setTimeout as pause } from 'node:timers/promises'
import { type CloseNotice, HEARTBEAT_MS, type Hints, type Revision } from '@rampart/contract/wire'
import type { Audience, Id } from '@rampart/core'
import type { Logger } from 'pino'
import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import type { EnvironmentRef, Store } from '../store/store.ts'
import { Admission } from './admission.ts'
import { environmentName } from './environment-name.ts'
import { type EventStream, PING } from './event-stream.ts'
import { Feed } from './feed.ts'

/** Streams that one process keeps open; more are refused, and their SDKs poll. About 30 KiB each. */
const MOST_STREAMS = 15_000

/** An environment that nobody asked for in this time is put away until somebody does. */
const UNUSED_MS = 600_000

/** Those who are sent away come back spread over this time, so that they do not all come at once. */
const RETURN_BETWEEN_MS = [500, 3_000] as const

/** So many come back in a second, however many were sent away. */
const RETURN_PER_S = 2_000

/** Streams that are ended at once, and the time in which everybody else is answered before the next are. */
const WAVE = 500
const BETWEEN_WAVES_MS = 50

/** A server that is full is asked again after this long. */
const FULL_AGAIN_MS = [20_000, 60_000] as const

export interface HubOptions {
  readonly store: Pick<Store, 'environmentState' | 'stateSince' | 'changesSince' | 'subscribe'>
  readonly clock: Clock
  readonly log: Logger
  readonly hints: (ref: EnvironmentRef) => Hints
  /** Default is one with the usual limits. */
  readonly admission?: Admission
}

/** The credential that a stream was opened with. */
export interface StreamKey {
  readonly id: Id
  readonly audience: Audience
  readonly expiresAt: number | null
}

interface Kept {
  readonly feed: Promise<Feed>
  usedAt: number
}

/** Every environment that somebody listens to, and every open stream. One per process. */
export class Hub {
  readonly #options: HubOptions
  readonly #admission: Admission
  readonly #feeds = new Map<string, Kept>()
  readonly #streams = new Map<EventStream, StreamKey>()
  /** Keys revoked since this process began: one may have been looked up just before, for a stream that opens just after. */
  readonly #revoked = new Set<Id>()
  readonly #unsubscribe: () => void
  readonly #heartbeat: NodeJS.Timeout
  #isDraining = false

  constructor(options: HubOptions) {
    this.#options = options
    this.#admission = options.admission ?? new Admission()
    this.#unsubscribe = options.store.subscribe((notice) => {
      if (notice.kind === 'changed') this.#noticed(notice)
    })
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref()
  }

  /** What this environment tells its SDKs, read on first use. Throws `not_found`. */
  feed(ref: EnvironmentRef): Promise<Feed> {
    const key = environmentName(ref)
    const kept = this.#feeds.get(key) ?? this.#open(ref)
    kept.usedAt = this.#options.clock.now()
    return kept.feed
  }

  /** How many streams are open to an audience. */
  streams(audience: Audience): number {
    let count = 0
    for (const key of this.#streams.values()) if (key.audience === audience) count += 1
    return count
  }

  /**
   * Does the work of opening one stream, of whatever format, when it is its turn. Throws `overloaded` when no stream can be taken
   * now; the SDK then polls or tries again.
   */
  admit<T>(work: () => Promise<T>): Promise<T> {
    return this.#admission.enter(() => {
      this.#requireRoom()
      return work()
    })
  }

  #requireRoom(): void {
    if (this.#isDraining) throw new AppError('overloaded', 'The server is going away.', { retryAfterMs: 1_000 })
    if (this.#streams.size < MOST_STREAMS) return
    throw new AppError('overloaded', `This server keeps ${MOST_STREAMS} streams already.`, {
      retryAfterMs: between(FULL_AGAIN_MS),
    })
  }

  /** Brings the stream up to date and keeps it so until it ends, its key is revoked or expires, or the server drains. */
  async join(
    ref: EnvironmentRef,
    stream: EventStream,
    {
      key,
      held,
      isRemote,
    }: { readonly key: StreamKey; readonly held: Revision | undefined; readonly isRemote?: boolean },
  ): Promise<void> {
    const feed = await this.feed(ref)
    this.#streams.set(stream, key)
    stream.onClosed(() => this.#streams.delete(stream))
    if (this.#revoked.has(key.id)) this.keyRevoked(key.id)
    // there was room when it asked, and the server began to end before its turn came
    if (this.#isDraining) return stream.close({ reason: 'drain', retryMs: between(RETURN_BETWEEN_MS) })
    await (isRemote ? feed.joinRemote(stream, held) : feed.join(stream, key.audience, held))
  }

  /** Ends the streams of this key, and those that are just being opened with it. */
  keyRevoked(id: Id): void {
    this.#revoked.add(id)
    this.#closeWhere((key) => key.id === id, 'revoked')
  }

  /** Takes no new streams, and ends those there are in waves. Answers when they are gone. */
  async drain(): Promise<void> {
    this.#isDraining = true
    this.#unsubscribe()
    clearInterval(this.#heartbeat)
    const streams = [...this.#streams.keys()]
    const gone = streams.map((stream) => new Promise<void>((resolve) => stream.onClosed(resolve)))
    const again = returnAfter(streams.length)
    for (let from = 0; from < streams.length; from += WAVE) {
      if (from > 0) await pause(BETWEEN_WAVES_MS)
      for (const stream of streams.slice(from, from + WAVE)) stream.close({ reason: 'drain', retryMs: between(again) })
    }
    await Promise.all(gone)
    for (const [name, kept] of this.#feeds) this.#putAway(name, kept)
  }

  #open(ref: EnvironmentRef): Kept {
    const key = environmentName(ref)
    const { store, clock, log, hints } = this.#options
    const kept: Kept = {
      feed: Feed.open({ store, ref, clock, log, hints: () => hints(ref) }),
      usedAt: clock.now(),
    }
    this.#feeds.set(key, kept)
    // The one who asked hears of it; the next one who asks tries again.
    kept.feed.catch(() => this.#feeds.delete(key))
    return kept
  }

  /** A feed that is just being read hears of it too: the change may have come after the read. */
  #noticed(ref: EnvironmentRef): void {
    this.#feeds.get(environmentName(ref))?.feed.then(
      (feed) => feed.noticed(),
      () => undefined, // it could not be opened, so that there is nobody to tell
    )
  }

  #beat(): void {
    const now = this.#options.clock.now()
    this.#closeWhere(({ expiresAt }) => expiresAt !== null && expiresAt <= now, 'revoked')
    for (const stream of this.#streams.keys()) stream.send(PING)
    for (const [key, kept] of this.#feeds) {
      if (now - kept.usedAt > UNUSED_MS) this.#putAway(key, kept)
    }
  }

  #putAway(name: string, kept: Kept): void {
    kept.feed.then(
      (feed) => {
        if (feed.isUsed || this.#feeds.get(name) !== kept) return
        this.#feeds.delete(name)
        feed.close()
      },
      () => undefined, // it could not be opened, and was taken out then
    )
  }

  #closeWhere(chosen: (key: StreamKey) => boolean, reason: CloseNotice['reason']): void {
    for (const [stream, key] of this.#streams) {
      if (chosen(key)) stream.close({ reason, retryMs: between(RETURN_BETWEEN_MS) })
    }
  }
}

function returnAfter(streams: number): readonly [number, number] {
  const [soonest, latest] = RETURN_BETWEEN_MS
  return [soonest, Math.max(latest, soonest + (streams / RETURN_PER_S) * 1_000)]
}

function between([least, most]: readonly [number, number]): number {
  return Math.round(least + Math.random() * (most - least))
}
