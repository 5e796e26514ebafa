import type { SdkKey } from '@rampart/contract/admin'
import type { Snapshot } from '@rampart/core'
import type { Clock } from '../clock.ts'
import type { App } from '../http/app-env.ts'
import type { Store } from '../store/store.ts'
import { createExposures, type Exposures } from './exposures.ts'
import { Folding } from './folding.ts'
import { mountOutcomes } from './outcome-routes.ts'
import { createPublicCaps } from './public-caps.ts'
import { type OnShed, QUEUE_LIMITS, Queue, type QueueLimits } from './queue.ts'
import { mountEvents } from './routes.ts'
import { acceptBatch, type IngestServiceOptions } from './service.ts'

/** What the rest of the server asks of ingestion. */
export interface Ingest {
  /** Serves `POST /sdk/v1/events` and `POST /sdk/v1/outcomes`. */
  mount(app: App): void
  /** What the server itself gives to programs that ask it. */
  readonly exposures: Exposures
  /** Writes what is counted in memory. Never rejects. */
  flush(): Promise<void>
  /** Takes nothing new, and answers when everything that was taken has been written. */
  drain(): Promise<void>
}

export interface IngestOptions {
  readonly store: Pick<Store, 'addAllCounts' | 'ramp'>
  readonly clock: Clock
  /** What an SDK with this key would hold now. */
  readonly snapshotOf: (key: SdkKey) => Promise<Snapshot>
  readonly onError?: (error: unknown) => void
  readonly limits?: QueueLimits
  readonly onShed?: OnShed
}

export function createIngest({
  store,
  clock,
  snapshotOf,
  onError = () => undefined,
  limits = QUEUE_LIMITS,
  onShed = () => undefined,
}: IngestOptions): Ingest {
  const queue = new Queue(limits, () => onShed('batches', 1))
  const caps = createPublicCaps(clock)
  const options: IngestServiceOptions = { store, folding: new Folding(store), clock }
  const exposures = createExposures((environment, counted) => acceptBatch(options, environment, counted), onError)
  return {
    mount(app) {
      mountEvents(app, { ...options, queue, caps, onShed })
      mountOutcomes(app, { ...options, queue, exposures, snapshotOf })
    },
    exposures,
    flush: exposures.flush,
    async drain() {
      await exposures.flush()
      await queue.drain()
    },
  }
}
