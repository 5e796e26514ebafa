import {
  type Audience,
  type ChangeNotice,
  formatEvent,
  type Key,
  type Patch,
  type Revision,
  type Snapshot,
} from '@rampart/contract/wire'
import type { EventStream } from './event-stream.ts'
import { type Past, pastOf, toldAt, withUndo } from './past.ts'
import { difference, undoOf } from './patch.ts'
import { lastSent, neededFor, type Sent, withPatch } from './sent.ts'
import { reached } from './served.ts'

/** The snapshot of one audience as it is sent: the same bytes to everybody. */
export interface Told {
  readonly revision: Revision
  readonly body: Buffer<ArrayBuffer>
}

/**
 * Whom something is told: SDKs on servers, pages that evaluate, or (`remote`) nobody: it is what the server evaluates for pages
 * that do not.
 */
export type ViewOf = Audience | 'remote'

/** What one audience of one environment is told, and who listens. Every event is written once and sent to all of them. */
export class View {
  readonly streams = new Set<EventStream>()
  /** Of pages whose flags are evaluated here: they are told that something changed, and ask. */
  readonly remotes = new Set<EventStream>()
  #snapshot: Snapshot
  #sent: Sent
  #past: Past
  #told: Told | undefined
  #put: Buffer | undefined

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#sent = { base: snapshot.revision, patches: [] }
    this.#past = pastOf(snapshot)
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }

  told(): Told {
    this.#told ??= { revision: this.#snapshot.revision, body: Buffer.from(JSON.stringify(this.#snapshot)) }
    return this.#told
  }

  /** Goes on to a later snapshot, and sends what is different. */
  advance(after: Snapshot, urgent: boolean): void {
    const before = this.#snapshot
    const patch = difference(before, after, { from: lastSent(this.#sent), urgent })
    this.#take(after)
    if (patch === undefined) return
    this.#past = withUndo(this.#past, undoOf(patch, before))
    this.#sent = withPatch(this.#sent, after.revision)
    if (this.streams.size > 0) this.#toAll((stream, bytes) => stream.send(bytes), patchEvent(patch))
    if (this.remotes.size === 0) return
    const keys = shownKeys(patch, before, after)
    const bytes = changedEvent({ revision: after.revision, keys, ...(urgent && { urgent }) })
    for (const stream of this.remotes) stream.send(bytes)
  }

  /** Begins anew with a snapshot that does not follow from the last one, as when a back-up was restored. */
  restart(snapshot: Snapshot): void {
    this.#take(snapshot)
    this.#sent = { base: snapshot.revision, patches: [] }
    this.#past = pastOf(snapshot)
    this.#toAll((stream, bytes) => stream.sendState(bytes), this.put())
    for (const stream of this.remotes) stream.send(this.changed())
  }

  /** What was told at an earlier revision; undefined when that is no longer known. */
  at(revision: Revision): Snapshot | undefined {
    return toldAt(this.#snapshot, this.#past, revision)
  }

  /** The earliest revision that `at` knows. */
  get oldest(): Revision {
    return this.#past.base
  }

  /** Whether a client that holds this revision has everything that was sent. */
  isCurrent(held: Revision): boolean {
    return held >= lastSent(this.#sent) && held <= this.#snapshot.revision
  }

  /** The revision that an instance of this audience must hold to have `revision`. */
  needed(revision: Revision): Revision {
    return neededFor(this.#sent, revision)
  }

  /** Sends what brings the stream up to date, and everything after it. */
  add(stream: EventStream, first: Buffer): void {
    stream.sendState(first)
    this.streams.add(stream)
    stream.onClosed(() => this.streams.delete(stream))
  }

  addRemote(stream: EventStream, first: Buffer): void {
    stream.send(first)
    this.remotes.add(stream)
    stream.onClosed(() => this.remotes.delete(stream))
  }

  /** That there is this revision. */
  changed(): Buffer {
    return changedEvent({ revision: this.#snapshot.revision, keys: [] })
  }

  put(): Buffer {
    this.#put ??= Buffer.concat([
      Buffer.from(`id: ${this.#snapshot.revision}\nevent: put\ndata: `),
      this.told().body,
      Buffer.from('\n\n'),
    ])
    return this.#put
  }

  #take(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    this.#told = undefined
    this.#put = undefined
  }

  #toAll(send: (stream: EventStream, bytes: Buffer) => void, bytes: Buffer): void {
    for (const stream of this.streams) send(stream, bytes)
  }
}

/**
 * The flags that a patch may change for pages: those in it that they see, or saw before it, and those that ask for one of it. What
 * only decides others is not named.
 */
function shownKeys({ upserts, removals }: Patch, before: Snapshot, after: Snapshot): readonly Key[] {
  const askers = new Map<Key, Key[]>()
  for (const { key, prerequisites = [] } of after.flags) {
    for (const { flag } of prerequisites) askers.set(flag, [...(askers.get(flag) ?? []), key])
  }
  const inIt = [...(upserts.flags ?? []).map(({ key }) => key), ...(removals.flags ?? [])]
  const touched = reached(inIt, (key) => askers.get(key) ?? [])
  const seen = new Set([...before.flags, ...after.flags].filter(({ clientSide }) => clientSide).map(({ key }) => key))
  return [...touched].filter((key) => seen.has(key))
}

function changedEvent(notice: ChangeNotice): Buffer {
  return Buffer.from(formatEvent({ id: notice.revision, event: 'changed', data: JSON.stringify(notice) }))
}

export function patchEvent(patch: Patch): Buffer {
  return Buffer.from(formatEvent({ id: patch.revision, event: 'patch', data: JSON.stringify(patch) }))
}
