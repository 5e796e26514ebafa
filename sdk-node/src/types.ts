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
import type { FetchLike } from './http.ts'
import type { Logger } from './logger.ts'

/**
 * Empty, to be filled by generated types, so that keys and values are checked by the compiler:
 *
 *     declare module '@rampart/node' {
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

/** Who asks: an id, or an OpenFeature context whose `targetingKey` is that id. */
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
 * `starting`: the server was not heard yet, though a cache or a bootstrap may answer. `ready`: what is held is current. `stale`:
 * what is held may be old, because the server is not reached or refuses the key. `offline`: there is no server to ask. `closed`.
 */
export type Status = 'starting' | 'ready' | 'stale' | 'offline' | 'closed'

export interface Readiness {
  /**
   * `ready`: what is held is current, or the client is offline on purpose. `stale`: there are older values. `timeout`:
   * there is nothing yet. `failed`: there is nothing, and waiting would not help.
   */
  readonly status: 'ready' | 'stale' | 'timeout' | 'failed'
  /** 0 when nothing is held. */
  readonly revision: Revision
  readonly error?: Error
}

export interface Change {
  readonly revision: Revision
  /** The flags whose answers may have changed, sorted. */
  readonly keys: readonly Key[]
}

export interface Events {
  /** Once, when current values of the server are held for the first time. */
  ready: Readiness
  change: Change
  status: { readonly from: Status; readonly to: Status }
  /** What was logged as a warning about the connection. */
  error: Error
}

/** What was asked. */
export interface Asked {
  readonly key: string
  readonly context: Context
  readonly fallback: unknown
  /** As `about` gives it. */
  readonly facts: FlagFacts | undefined
}

/** Hears every answer of `isEnabled`, `get` and `details`, errors too. What it throws is logged and disturbs nobody. */
export interface Hook {
  readonly name: string
  after(asked: Asked, details: Details<unknown>): void
}

export interface ClientOptions {
  /** Of the server, with its path prefix if it has one. Default: `RAMPART_URL`. */
  readonly url?: string | URL
  /** An SDK key. Default: `RAMPART_SDK_KEY`. */
  readonly key?: string
  /** Shown beside this instance's connection. */
  readonly application?: { readonly name: string; readonly version?: string }
  /** Default `stream`, which falls back to polls by itself. `offline` asks nobody. */
  readonly transport?: 'stream' | { readonly poll: Milliseconds } | 'offline'
  /** A snapshot, or the path of a file with one: used until the server has answered. */
  readonly bootstrap?: Snapshot | string
  /** Where to keep the last known configuration for a start while the server is away. Default: nowhere. */
  readonly cacheFile?: string | false
  /** Values that are given whatever the server says. Also `RAMPART_OVERRIDES="checkout-v2=true,ranker=vector"`. */
  readonly overrides?: Partial<Flags>
  /** Default: standard error. */
  readonly logger?: Logger | 'silent'
  /** `false` sends no counts. Ramps cannot judge what is not counted. */
  readonly metrics?: false | { readonly flushInterval?: Milliseconds }
  /** Each is called with every answer, which then costs more than without. */
  readonly hooks?: readonly Hook[]
  /** Used for every request in place of Node's own HTTP, for instance to go through a proxy. */
  readonly fetch?: FetchLike
  /** Closes the client when it aborts. */
  readonly signal?: AbortSignal
}

/** What a context that is filled in can be asked. */
export interface BoundClient {
  isEnabled(key: SwitchKey, fallback?: boolean): boolean
  get<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Value<K, F>
  details<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Details<Value<K, F>>
  /** As `details`, neither counted, nor logged, nor told to hooks. */
  peek<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Details<Value<K, F>>
  all(): Partial<Flags>
  count(metric: string, n?: number): void
  observe(metric: string, value: number): void
  track(event: string, data?: { readonly [member: string]: unknown }): void
  /** The same context with more attributes, or with others in place of the same ones. */
  for(context: Unit): BoundClient
}

/** Flags evaluated inside this process. No method throws; none but `ready`, `flush` and `close` is asynchronous. */
export interface FlagClient {
  /** Whether a boolean flag is on for this unit. `fallback` (default false) is given when it cannot be told. */
  isEnabled(key: SwitchKey, unit: Unit, fallback?: boolean): boolean
  /** The value of a flag of any type; `fallback` when it cannot be told or has another type. */
  get<K extends FlagKey, F extends Fallback<K>>(key: K, unit: Unit, fallback: F): Value<K, F>
  /** As `get`, with the reason. */
  details<K extends FlagKey, F extends Fallback<K>>(key: K, unit: Unit, fallback: F): Details<Value<K, F>>
  /** As `details`, neither counted, nor logged, nor told to hooks. */
  peek<K extends FlagKey, F extends Fallback<K>>(key: K, unit: Unit, fallback: F): Details<Value<K, F>>
  /** The values of all flags for this unit. Not counted as exposures. */
  all(unit: Unit): Partial<Flags>
  /**
   * What a page that is made for this context can begin with: the values of the flags that pages may have, without their rules. Goes
   * into the page as JSON, and to `createBrowserClient` or the provider of React as `bootstrap`. Empty while nothing is held. Not
   * counted as exposures, since the page counts what it reads, and without the overrides of this process.
   */
  bootstrapFor(context: Unit): Bootstrap
  /** What there is to say of a flag beside its answers. Undefined when there is no such flag. */
  about(key: string): FlagFacts | undefined
  /** The same questions with the context filled in. */
  for(context: Unit): BoundClient

  /** Something happened `n` times (default 1) to this unit, such as an error or an order: guards count it by arm. */
  count(metric: string, unit: Unit, n?: number): void
  /** Something was measured for this unit, such as a latency or an amount. */
  observe(metric: string, unit: Unit, value: number): void
  /** As OpenFeature's tracking: counts `event`, or observes the number `value` of its data. The rest stays in the process. */
  track(event: string, unit: Unit, data?: { readonly [member: string]: unknown }): void

  readonly status: Status
  /** Resolves when values are there, or after `timeout` (default 5,000 ms), with how it went. Never rejects. */
  ready(options?: { readonly timeout?: Milliseconds }): Promise<Readiness>
  on<E extends keyof Events>(
    event: E,
    listener: (payload: Events[E]) => unknown,
    options?: { readonly signal?: AbortSignal },
  ): Unsubscribe
  /** Calls `listener` when the answers of one flag may have changed. */
  onChange(key: FlagKey, listener: (change: { readonly revision: Revision }) => unknown): Unsubscribe

  /** Sends what was counted. Resolves when it was tried. */
  flush(): Promise<void>
  /** Sends what was counted and ends everything, within `timeout` (default 2,000 ms). Calling it again does nothing more. */
  close(options?: { readonly timeout?: Milliseconds }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type { AttributeValue, Bootstrap, Context, ErrorCode, Json, Reason, Snapshot }
