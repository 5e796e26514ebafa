import type {
  AttributeValue,
  Bootstrap,
  Context,
  ErrorCode,
  Id,
  Json,
  Key,
  Reason,
  Revision,
  Snapshot,
} from '@rampart/contract/wire'
import type { Logger } from './log.ts'

/**
 * Empty, to be filled by generated types, so that keys and values are checked by the compiler:
 *
 *     declare module '@rampart/browser' {
 *       interface Register { flags: { 'checkout-v2': boolean; ranker: 'bm25' | 'vector' } }
 *     }
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add to it
export interface Register {}

/** The flags that are known to the compiler; any key and any value without `Register`. */
export type Flags = Register extends { readonly flags: infer Registered extends object }
  ? Registered
  : Readonly<Record<string, Json>>

export type FlagKey = Extract<keyof Flags, string>

/** The keys of boolean flags. */
export type SwitchKey = { [K in FlagKey]: boolean extends Flags[K] ? K : never }[FlagKey]

type IsRegistered = Register extends { readonly flags: object } ? true : false

/** What may stand in for the value of a flag. */
export type Fallback<K extends FlagKey> = IsRegistered extends true ? Flags[K] : unknown

/** The type of a flag's value: what is registered, else that of the fallback. */
export type Value<K extends FlagKey, F> = IsRegistered extends true ? Flags[K] : Widened<F>

/** The fallback is an example of the value, not its only one. */
type Widened<F> = F extends boolean ? boolean : F extends string ? string : F extends number ? number : F

/** Who looks at the page: an id, or an OpenFeature context whose `targetingKey` is that id. */
export type Unit = string | Context

export type Milliseconds = number

export type Unsubscribe = () => void

/** Why a flag gave what it gave. */
export interface Details<T> {
  readonly value: T
  readonly variation?: Key
  readonly reason: Reason
  /** The rule that decided; `everyone-else` when none of the others did. */
  readonly rule?: { readonly id: Id }
  /** Where the unit stands in the rollout or split, 0 to 2^32 − 1. */
  readonly position?: number
  /** Of the configuration that answered; 0 when there was none. */
  readonly revision: Revision
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}

export interface FlagFacts {
  /** `project/environment`. */
  readonly flagSet: string
  /** Whether the flag, while it is on, gives the same to everyone. */
  readonly isConstant: boolean
}

/**
 * `starting`: the server was not heard yet, though a cache or a bootstrap may answer. `ready`: what the server says is known. `stale`:
 * what is known may be old, because the server is not reached or refuses the key. `offline`: there is no server to ask. `closed`.
 */
export type Status = 'starting' | 'ready' | 'stale' | 'offline' | 'closed'

export interface Readiness {
  /** `ready`: as the status. `stale`: there are older values. `timeout`: nothing yet. `failed`: waiting would not help. */
  readonly status: 'ready' | 'stale' | 'timeout' | 'failed'
  /** Of the configuration that answers; 0 when there is none. */
  readonly revision: Revision
  readonly error?: Error
}

export interface Events {
  /** Once, when the server was heard for the first time. */
  ready: Readiness
  /** `keys`: the flags whose answer is another one now for whoever looks at the page, sorted. */
  change: { readonly revision: Revision; readonly keys: readonly Key[] }
  status: { readonly from: Status; readonly to: Status }
  /** Somebody else looks at the page, and the answers are theirs. */
  identify: { readonly revision: Revision }
}

export interface BrowserClientOptions {
  /** Of the server, with its path prefix if it has one. It may be relative to the page. */
  readonly url: string | URL
  /** A client SDK key (`rmp_pub_…`). Whoever sees the page can read it: never a server key. */
  readonly key: string
  /** Who looks at the page. */
  readonly context: Unit
  /**
   * Answers before anything was loaded: what `POST /sdk/v1/evaluate` or `GET /sdk/v1/snapshot` gave to the server that made the
   * page, or the `snapshot()` of another client.
   */
  readonly bootstrap?: Bootstrap | Snapshot
  /** Where what is known is kept for the next page. Default `local`. */
  readonly cache?: 'local' | 'session' | 'none'
  /**
   * `live` (the default): answers change while the page is open. `frozen`: what the page began with stays until it is
   * loaded again, except that a kill and a rollback apply at once.
   */
  readonly updates?: 'live' | 'frozen'
  /** Values that are given whatever the server says: see `overridesIn` of `@rampart/browser/overrides`. Not counted. */
  readonly overrides?: Partial<Flags> | undefined
  /** Default: warnings and errors go to the console. */
  readonly logger?: Logger | 'silent'
  /** Sent along with what is counted. */
  readonly application?: { readonly name: string; readonly version?: string }
}

/** Flags of one page. No method throws and no promise rejects. */
export interface BrowserClient {
  readonly status: Status
  /** Resolves when the server was heard, or after `timeout` (default 2,000 ms), with how it went. */
  ready(options?: { readonly timeout?: Milliseconds }): Promise<Readiness>

  /** Whether a boolean flag is on. `fallback` (default false) is given when it cannot be told. Counted as an exposure. */
  isEnabled(key: SwitchKey, fallback?: boolean): boolean
  /** The value of a flag of any type; `fallback` when it cannot be told or has another type. Counted as an exposure. */
  get<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Value<K, F>
  /** As `get`, with the reason. */
  details<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Details<Value<K, F>>
  /** What there is to say of a flag beside its answers. Undefined when there is none, or where the server evaluates. */
  about(key: string): FlagFacts | undefined
  /** As `details`, not counted and not logged. */
  peek<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Details<Value<K, F>>

  /**
   * Somebody else looks at the page. Where rules are here, answers are theirs from this call on; where the server evaluates,
   * the old ones stay until theirs are in. The last call wins. The promise is that of `ready`.
   */
  identify(context: Unit, options?: { readonly timeout?: Milliseconds }): Promise<Readiness>

  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => unknown): Unsubscribe
  /** Calls `listener` when the answer of one of these flags is another one. */
  subscribe(keys: readonly FlagKey[] | 'all', listener: () => unknown): Unsubscribe

  /** What every flag gives now, not counted: the same object until something changes. Another client can begin with it. */
  snapshot(): Bootstrap

  /** Something happened `n` times (default 1) to whoever looks at the page, such as an error or an order. */
  count(metric: string, n?: number): void
  /** Something was measured, such as a latency or an amount. */
  observe(metric: string, value: number): void
  /** As OpenFeature's tracking: counts `event`, or observes the number `value` of its data. The rest stays in the page. */
  track(event: string, data?: { readonly [member: string]: unknown }): void

  /** Sends what was counted. Resolves when it was tried. */
  flush(): Promise<void>
  /** Sends what was counted and ends everything else. Flags keep answering as they last did. */
  close(): Promise<void>
}

export type { AttributeValue, Bootstrap, Context, ErrorCode, Json, Reason, Snapshot }
