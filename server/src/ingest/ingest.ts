import type { Clock } from '../clock.ts'
import type { App } from '../http/app-env.ts'
import type { Store } from '../store/store.ts'
import { Folding } from './folding.ts'
import { createPublicCaps } from './public-caps.ts'
import { type OnShed, QUEUE_LIMITS, Queue, type QueueLimits } from './queue.ts'
import { mountEvents } from './routes.ts'

/** What the rest of the server asks of ingestion. */
export interface Ingest {
  /** Serves `POST /sdk/v1/events`. */
  mount(app: App): void
  /** Takes nothing new, and answers when everything that was taken has been written. */
  drain(): Promise<void>
}

export interface IngestOptions {
  readonly store: Pick<Store, 'addAllCounts' | 'ramp'>
  readonly clock: Clock
  readonly limits?: QueueLimits
  readonly onShed?: OnShed
}

export function createIngest({ store, clock, limits = QUEUE_LIMITS, onShed = () => undefined }: IngestOptions): Ingest {
  const queue = new Queue(limits, () => onShed('batches', 1))
  const caps = createPublicCaps(clock)
  return {
    mount: (app) => mountEvents(app, { store, folding: new Folding(store), clock, queue, caps, onShed }),
    drain: () => queue.drain(),
  }
}
