import type { Instance, Propagation } from '@rampart/contract/admin'
import type { Id, Key, Revision } from '@rampart/core'
import type { App } from '../http/app-env.ts'
import type { EnvironmentRef } from '../store/store.ts'

/** What the rest of the server asks of delivery. */
export interface Delivery {
  /** Serves the SDK's snapshot, stream and acknowledgements, and the event stream of the management API. */
  mount(app: App): void
  /** How far a revision has travelled by now: server-side SDK instances that are connected or polling. */
  propagation(ref: EnvironmentRef, revision: Revision): Promise<Propagation>
  /** Answers when every such instance holds the revision, when `timeoutMs` is over, or when `signal` aborts. */
  waitForPropagation(
    ref: EnvironmentRef,
    revision: Revision,
    limit: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<Propagation>
  /** Every instance heard of in the last 24 hours, the latest first. */
  instances(ref: EnvironmentRef): Promise<readonly Instance[]>
  /** Ends the streams of an SDK key that was revoked. */
  keyRevoked(id: Id): void
  /** The figures of a ramp moved without a commit: the management stream tells it, at most once a second per ramp. */
  rampTicked(ramp: { readonly project: Key; readonly environment: Key; readonly flag: Key; readonly ramp: Id }): void
  /** Ends every stream with a hint when to come back, and takes no new ones. */
  drain(): Promise<void>
}
