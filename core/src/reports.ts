import type { ErrorCode, Id, Key, Reason, Revision, UnitHash } from './model.ts'

/** One figure for each arm of a ramp. Control is already sampled by the watch. */
export interface Arms<T> {
  readonly treatment: T
  readonly control: T
}

/** What one instance learned about one ramp, sequence and tick. */
export interface Watched {
  readonly ramp: Id
  readonly seq: number
  /** Age of the tick's middle on the sender's monotonic clock, at the moment of sending. */
  readonly agoMs: number
  /** Units met for the first time by this instance in this ramp and sequence; a unit whose outcome is recorded was met. */
  readonly seen: Arms<readonly UnitHash[]>
  readonly evaluations: Arms<number>
  readonly first?: readonly ({ readonly metric: string } & Arms<readonly UnitHash[]>)[]
  readonly slow?: readonly ({ readonly metric: string } & Arms<readonly (readonly [UnitHash, number])[]>)[]
  readonly sum?: readonly ({ readonly metric: string } & Arms<readonly (readonly [UnitHash, number])[]>)[]
  /** Outcomes of watched metrics, not units: of contexts with a unit, and of those without, which are in no arm. */
  readonly outcomes?: readonly { readonly metric: string; readonly placed: number; readonly unplaced: number }[]
}

/** What a tally gives out when it is drained: the counted part of an events batch. */
export interface Counts {
  readonly revision: Revision
  /** The counts cover the last `spanMs` before sending. */
  readonly spanMs: number
  readonly evaluations: readonly {
    readonly flag: Key
    readonly variation: Key
    readonly reason: Reason
    readonly rule?: Id
    readonly n: number
  }[]
  /** At most 100 keys, each cut at 128 characters. */
  readonly unknown?: readonly { readonly flag: string; readonly n: number }[]
  readonly errors?: readonly { readonly flag: Key; readonly code: ErrorCode; readonly n: number }[]
  readonly totals?: readonly {
    readonly metric: string
    readonly n: number
    readonly sum?: number
    /** The bound of bucket i is 2^(i/8). */
    readonly histogram?: readonly (readonly [bucket: number, n: number])[]
  }[]
  readonly watched?: readonly Watched[]
  /** Shed here, and said so. */
  readonly dropped?: { readonly evaluations?: number; readonly outcomes?: number; readonly units?: number }
}

/** `POST /sdk/v1/events`. The same bytes may be sent again: the batch id is remembered for 24 h per environment. */
export interface EventsBatch extends Counts {
  readonly format: 1
  readonly batch: string
  readonly instance: string
  readonly sdk: { readonly name: string; readonly version: string }
  readonly app?: { readonly name: string; readonly version?: string }
}

/** `POST /sdk/v1/acks`: which revision this instance holds. */
export interface Ack {
  readonly format: 1
  readonly instance: string
  readonly revision: Revision
  readonly appliedMsAgo: number
  readonly app?: { readonly name: string; readonly version?: string }
  readonly sdk: { readonly name: string; readonly version: string }
}
