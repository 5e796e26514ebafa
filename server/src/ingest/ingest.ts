import type { App } from '../http/app-env.ts'

/** What the rest of the server asks of ingestion. */
export interface Ingest {
  /** Serves `POST /sdk/v1/events`. */
  mount(app: App): void
  /** Answers when everything accepted has been written, and takes nothing new. */
  drain(): Promise<void>
}
