import type { Clock } from '../clock.ts'
import type { App } from '../http/app-env.ts'
import type { Store } from '../store/store.ts'
import { createPublicCaps } from './public-caps.ts'
import { QUEUE_LIMITS, Queue, type QueueLimits } from './queue.ts'
import { mountEvents } from './routes.ts'

/** What the rest of the server asks of ingestion. */
export interface Ingest {
  /** Serves `POST /sdk/v1/events`. */
  mount(app: App): void
  /** Takes nothing new, and answers when everything that was taken has been written. */
  drain(): Promise<void>
}

export interface IngestOptions {
  readonly store: Pick<Store, 'addCounts' | 'ramp'>
  readonly clock: Clock
  readonly limits?: QueueLimits
}

export function createIngest({ store, clock, limits = QUEUE_LIMITS }: IngestOptions): Ingest {
  const queue = new Queue(limits)
  const caps = createPublicCaps(clock)
  return {
    mount: (app) => mountEvents(app, { store, clock, queue, caps }),
    drain: () => queue.drain(),
  }
}
