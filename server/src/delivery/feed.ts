import type { Audience, Hints, Revision, Snapshot } from '@rampart/contract/wire'
import type { Logger } from 'pino'
import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import type { Change, EnvironmentRef, EnvironmentState, Store } from '../store/store.ts'
import { compress } from './compression.ts'
import { environmentName } from './environment-name.ts'
import { type EventStream, PING } from './event-stream.ts'
import { catchUp } from './patch.ts'
import { renewed } from './renewed.ts'
import { type SnapshotsOf, snapshotsWith } from './snapshots.ts'
import { patchEvent, type Told, View, type ViewOf } from './view.ts'

/** Changes that come closer together than this go out as one patch, unless one of them is urgent. */
const COALESCE_MS = 50

/** How soon a read of the store that failed is tried again. */
const RETRY_MS = 1_000

/** For so many revisions the time of the commit is remembered. */
const REMEMBERED_TIMES = 1_000

const REMEMBERED_CATCH_UPS = 100

export interface FeedOptions {
  readonly store: Pick<Store, 'environmentState' | 'stateSince' | 'changesSince'>
  readonly ref: EnvironmentRef
  readonly clock: Clock
  readonly log: Logger
  /** Read whenever a snapshot is built. */
  readonly hints: () => Hints
}

/**
 * What one environment tells its SDKs. Publishing and joining take turns: a stream that joins is at one revision, and
 * hears everything after that in order.
 */
export class Feed {
  readonly #options: FeedOptions
  readonly #snapshotsOf: SnapshotsOf
  readonly #views: Readonly<Record<ViewOf, View>>
  readonly #committedAt = new Map<Revision, number>()
  /** Patches for those who come back, by the revision they hold: after a restart everybody holds the same. */
  readonly #catchUps = new Map<Revision, Buffer>()
  #state: EnvironmentState
  #revision: Revision
  #turn: Promise<unknown> = Promise.resolve()
  /** How often the store said that it has something new, and how many of those what is published has in it. */
  #notices = 0
  #noticesPublished = 0
  #isLooking = false
  #publishedAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  static async open(options: FeedOptions): Promise<Feed> {
    return new Feed(options, await readState(options))
  }

  private constructor(options: FeedOptions, state: EnvironmentState) {
    this.#options = options
    this.#state = state
    this.#revision = state.environment.revision
    this.#snapshotsOf = snapshotsWith(options.hints)
    const { server, client, remote } = this.#snapshotsOf(state)
    this.#views = { server: new View(server), client: new View(client), remote: new View(remote) }
  }

  /** The snapshot itself, for evaluating on this side. The same object for as long as nothing changes. */
  async snapshot(audience: ViewOf): Promise<Snapshot> {
    await this.#catchUpWithStore()
    return this.#views[audience].snapshot
  }

  /**
   * What server-side SDKs were told at an earlier revision. Throws `not_found` when that was before what this server
   * remembers, or is still to come.
   */
  async past(revision: Revision): Promise<Snapshot> {
    await this.#catchUpWithStore()
    const { server } = this.#views
    const told = server.at(revision)
    if (told !== undefined) return told
    throw new AppError(
      'not_found',
      `Revision ${revision} of ${environmentName(this.#options.ref)} is not known here: from ${server.oldest} to ${server.snapshot.revision} are.`,
      {
        hint: 'A server remembers the last 200 changes, for as long as SDKs ask it for the environment; the audit has all of them.',
      },
    )
  }

  /**
   * The state as it is in the store, also when a change has not been sent yet. `held` is what the one who asks holds: when
   * that is later than anything known here, another server has made it, or the database was set back.
   */
  async told(audience: Audience, held?: Revision): Promise<Told> {
    await this.#catchUpWithStore()
    if (held !== undefined && held > this.#revision) await this.#inTurn(() => this.#publish())
    return this.#views[audience].told()
  }

  /**
   * Brings a stream up to date from the revision it holds, and keeps it so until it closes. It gets a `patch` with what
   * it missed, a `put` when that cannot be told (nothing held, a revision from another life of the database, a log that
   * no longer reaches back), or a `ping` when it has everything.
   */
  join(stream: EventStream, audience: Audience, held: Revision | undefined): Promise<void> {
    return this.#inTurn(async () => {
      await this.#knowEnoughFor(held)
      const first = await this.#firstFor(this.#views[audience], held)
      if (stream.isCompressed) await compress(first)
      this.#views[audience].add(stream, first)
    })
  }

  /** As `join`, for a page whose flags are evaluated here: it gets `changed` in place of `put` and `patch`. */
  joinRemote(stream: EventStream, held: Revision | undefined): Promise<void> {
    return this.#inTurn(async () => {
      await this.#knowEnoughFor(held)
      const view = this.#views.remote
      view.addRemote(stream, held !== undefined && view.isCurrent(held) ? PING : view.changed())
    })
  }

  /** The store has made a revision. Sent at once when the last is long enough ago, or when this one is urgent. */
  noticed(): void {
    this.#notices += 1
    if (this.#isLooking) return
    this.#isLooking = true
    this.#try(() => this.#look())
  }

  /** What a server-side instance must hold to have `revision`, and when that was committed, as far as remembered. */
  async needed(revision: Revision): Promise<{ readonly revision: Revision; readonly committedAt: number | undefined }> {
    await this.#catchUpWithStore()
    return { revision: this.#views.server.needed(revision), committedAt: this.#committedAt.get(revision) }
  }

  get isUsed(): boolean {
    const { server, client, remote } = this.#views
    return server.streams.size + client.streams.size + remote.remotes.size > 0
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  /**
   * Who comes new is given everything that was acknowledged before, also what still waits to go out together with more; what is
   * known is better than nothing while the store cannot be read. Who holds more than is known here is told what the store has.
   */
  async #knowEnoughFor(held: Revision | undefined): Promise<void> {
    if (held !== undefined && held > this.#revision) await this.#publish()
    if (held === undefined && this.#isBehind) await this.#publish().catch(() => undefined)
  }

  async #firstFor(view: View, held: Revision | undefined): Promise<Buffer> {
    if (held === undefined || held > view.snapshot.revision) return view.put()
    if (view.isCurrent(held)) return PING
    // A log of what was touched names flags that a browser must not know of.
    if (view.snapshot.audience === 'client') return view.put()
    const known = this.#catchUps.get(held)
    if (known !== undefined) return known
    const changes = await this.#changesSince(held)
    const written = changes === 'gone' ? view.put() : patchEvent(catchUp(view.snapshot, changes, held))
    if (this.#catchUps.size >= REMEMBERED_CATCH_UPS) this.#catchUps.clear()
    this.#catchUps.set(held, written)
    return written
  }

  get #isBehind(): boolean {
    return this.#noticesPublished < this.#notices
  }

  async #look(): Promise<void> {
    this.#isLooking = false
    if (!this.#isBehind) return
    // Never longer than that, even when the clock was set back.
    const waitMs = Math.min(COALESCE_MS, this.#publishedAt + COALESCE_MS - this.#options.clock.now())
    if (waitMs <= 0) return this.#publish()
    const changes = await this.#options.store.changesSince(this.#options.ref, this.#revision)
    if (changes === 'gone' || changes.some((change) => change.urgent)) return this.#publish()
    this.#publishIn(waitMs)
  }

  #publishIn(waitMs: number): void {
    if (this.#isClosed) return
    this.#timer ??= setTimeout(() => this.#try(() => this.#publish()), waitMs).unref()
  }

  async #publish(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    // A notice that comes while this reads is about something that it may miss.
    const notices = this.#notices
    try {
      const since = await this.#options.store.stateSince(this.#options.ref, this.#revision)
      if (since === 'gone') this.#take(await readState(this.#options), 'gone')
      else this.#take(renewed(this.#state, since), since.changes)
      this.#noticesPublished = notices
    } catch (error) {
      this.#publishIn(RETRY_MS)
      throw error
    }
  }

  #take(state: EnvironmentState, changes: readonly Change[] | 'gone'): void {
    const { revision } = state.environment
    if (revision === this.#revision) return
    const isRestart = revision < this.#revision
    const urgent = changes !== 'gone' && changes.some((change) => change.urgent)
    this.#state = state
    this.#revision = revision
    this.#publishedAt = this.#options.clock.now()
    this.#catchUps.clear()
    if (changes !== 'gone') this.#remember(changes)
    const snapshots = this.#snapshotsOf(state)
    for (const audience of ['server', 'client', 'remote'] as const) {
      if (isRestart) this.#views[audience].restart(snapshots[audience])
      else this.#views[audience].advance(snapshots[audience], urgent)
    }
  }

  #remember(changes: readonly Change[]): void {
    for (const { revision, at } of changes) this.#committedAt.set(revision, at)
    for (const revision of this.#committedAt.keys()) {
      if (this.#committedAt.size <= REMEMBERED_TIMES) return
      this.#committedAt.delete(revision)
    }
  }

  /** Changes after a revision, up to what is published: later ones have their own patch. */
  async #changesSince(revision: Revision): Promise<readonly Change[] | 'gone'> {
    const changes = await this.#options.store.changesSince(this.#options.ref, revision)
    return changes === 'gone' ? changes : changes.filter((change) => change.revision <= this.#revision)
  }

  async #catchUpWithStore(): Promise<void> {
    if (!this.#isBehind) return
    await this.#inTurn(async () => {
      if (this.#isBehind) await this.#publish()
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    // The one who asked hears of a failure; the next in turn goes on regardless.
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** Does what nobody waits for. A change is never lost by a failure: `#publish` has set up another try. */
  #try(work: () => Promise<void>): void {
    this.#inTurn(work).catch((error: unknown) => {
      if (this.#isClosed) return
      this.#options.log.error({ err: error, ...this.#options.ref }, 'could not read what changed; trying again')
      this.#publishIn(RETRY_MS)
    })
  }
}

async function readState({ store, ref }: FeedOptions): Promise<EnvironmentState> {
  const state = await store.environmentState(ref)
  if (state !== undefined) return state
  throw new AppError('not_found', `There is no environment ${environmentName(ref)}.`)
}
