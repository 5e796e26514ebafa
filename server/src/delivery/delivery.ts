import type { Instance, Propagation } from '@rampart/contract/admin'
import type { Id, Revision, Snapshot } from '@rampart/core'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { App } from '../http/app-env.ts'
import type { EnvironmentRef, Store } from '../store/store.ts'
import { mountCors } from './cors.ts'
import { mountEvaluate } from './evaluate.ts'
import { hintsFor } from './hints.ts'
import { Hub } from './hub.ts'
import { Instances } from './instances.ts'
import { ManagementStreams, type RampMoved } from './management-stream.ts'
import { waitUntilHeld } from './propagation.ts'
import { mountSdkRoutes } from './routes.ts'
import type { ViewOf } from './view.ts'

/** Open streams: of SDKs by audience, and of pages of the management UI. */
export interface StreamCounts {
  readonly server: number
  readonly client: number
  readonly management: number
}

/** What the rest of the server asks of delivery. */
export interface Delivery {
  /**
   * Serves the SDK's snapshot, stream and acknowledgements, and the event stream of the management API. Says what pages of
   * other origins may read, for every address of SDKs that is mounted after it too.
   */
  mount(app: App): void
  /** The streams themselves, for those of other formats that are to be kept up to date like ours. */
  readonly hub: Pick<Hub, 'admit' | 'feed' | 'join'>
  /** What an audience of an environment is served, or is evaluated for pages, at its latest revision. Throws `not_found`. */
  snapshot(ref: EnvironmentRef, of: ViewOf): Promise<Snapshot>
  /** What server-side SDKs were told at an earlier revision. Throws `not_found` when this server does not remember it. */
  past(ref: EnvironmentRef, revision: Revision): Promise<Snapshot>
  /** How far a revision has travelled by now: server-side SDK instances that are connected or polling. */
  propagation(ref: EnvironmentRef, revision: Revision): Promise<Propagation>
  /** Answers when every such instance holds the revision, when `timeoutMs` is over, or when `signal` aborts. */
  waitForPropagation(
    ref: EnvironmentRef,
    revision: Revision,
    limit: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<Propagation>
  /** Every instance heard of in the last 24 hours, the latest first. */
  instances(ref: EnvironmentRef): readonly Instance[]
  streams(): StreamCounts
  /** Ends the streams of an SDK key that was revoked. */
  keyRevoked(id: Id): void
  /** The figures of a ramp moved without a commit: pages are told at most once a second per ramp. */
  rampTicked(ramp: RampMoved): void
  /** Ends every stream with a hint when to come back, and takes no new ones. */
  drain(): Promise<void>
}

export interface DeliveryOptions {
  readonly store: Pick<
    Store,
    'environment' | 'environmentState' | 'stateSince' | 'changesSince' | 'subscribe' | 'project'
  >
  readonly clock: Clock
  readonly log: Logger
  /** An instance holds a change so many milliseconds after it was committed. */
  readonly onPropagated?: (ms: number) => void
}

export function createDelivery({ store, clock, log, onPropagated = () => undefined }: DeliveryOptions): Delivery {
  const instances = new Instances(clock)
  const hub = new Hub({ store, clock, log, hints: (ref) => hintsFor(instances.count(ref)) })
  const pages = new ManagementStreams({ store, log })
  const sweep = setInterval(() => instances.sweep(), SWEEP_MS).unref()

  async function changeAt(ref: EnvironmentRef, revision: Revision) {
    const needed = await (await hub.feed(ref)).needed(revision)
    return { needed: needed.revision, committedAt: needed.committedAt }
  }

  return {
    mount(app) {
      mountCors(app, store)
      mountSdkRoutes(app, { hub, instances, clock, onPropagated })
      mountEvaluate(app, async (key, of) => (await hub.feed(key)).snapshot(of))
      pages.mount(app)
    },
    hub,
    async snapshot(ref, of) {
      return (await hub.feed(ref)).snapshot(of)
    },
    async past(ref, revision) {
      return (await hub.feed(ref)).past(revision)
    },
    async propagation(ref, revision) {
      return instances.propagation(ref, await changeAt(ref, revision))
    },
    async waitForPropagation(ref, revision, limit) {
      return waitUntilHeld(instances, ref, await changeAt(ref, revision), limit)
    },
    instances: (ref) => instances.list(ref),
    streams: () => ({ server: hub.streams('server'), client: hub.streams('client'), management: pages.count() }),
    keyRevoked: (id) => hub.keyRevoked(id),
    rampTicked: (ramp) => pages.rampTicked(ramp),
    async drain() {
      clearInterval(sweep)
      pages.drain()
      await hub.drain()
    },
  }
}

const SWEEP_MS = 600_000
