/**
 * The shapes that evaluation reads: what the wire carries to an SDK, and what an SDK answers.
 * Objects are open for new members; readers ignore what they do not know.
 */

/** `^[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}$` */
export type Key = string
/** Ramps are `r_…`; rule ids `^[a-z0-9_-]{1,40}$`; `everyone-else` is reserved. */
export type Id = string
/** A value a variation can have. Never null at the top. */
export type Json = boolean | number | string | readonly Json[] | { readonly [member: string]: Json | null }
/** The counter of one environment's configuration, consecutive from 1. */
export type Revision = number
/** 0 to 100, at most three decimals. */
export type Percent = number
/** A fraction of 1. */
export type Rate = number
/** RFC 3339, UTC, milliseconds. */
export type Instant = string
/** ISO 8601, such as `PT10M`. Measured times are numbers named `…Ms` instead. */
export type Duration = string
/** `country` or `account.id`: an own property of that very name wins, else nested own properties. */
export type Path = string
/** 16 hexadecimal digits; see `unitHash`. */
export type UnitHash = string

export type FlagType = 'boolean' | 'string' | 'number' | 'json'

export type HashName =
  | 'rampart-1'
  | 'launchdarkly'
  | 'unleash'
  | 'growthbook-1'
  | 'growthbook-2'
  | 'flagd'
  | 'flipt'
  | 'flagsmith'

export type Operator =
  | 'exists'
  | 'is'
  | 'is one of'
  | 'contains'
  | 'starts with'
  | 'ends with'
  | 'matches'
  | 'number ='
  | 'number !='
  | 'number <'
  | 'number <='
  | 'number >'
  | 'number >='
  | 'version ='
  | 'version !='
  | 'version <'
  | 'version <='
  | 'version >'
  | 'version >='
  | 'time <'
  | 'time <='
  | 'time >'
  | 'time >='
  | 'ip in'
  | 'has any'
  | 'has all'
  | 'hashed in'

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly segment: Key }
  | {
      readonly attribute: Path
      readonly operator: Operator
      readonly operand?: Json
      readonly ignoreCase?: true
    }

/** `[end, variation]`: positions below `round(end / 100,000 × 2^32)` and not in an earlier slice get this variation. */
export type Slice = readonly [end: number, variation: number]

export interface WireServe {
  readonly to: number | readonly Slice[]
  readonly rollout?: readonly [percent: Percent, otherwise: number]
  /** The attribute that is bucketed; default `targetingKey`. */
  readonly by?: Path
}

export interface WireRule {
  readonly id: Id
  readonly when: Condition
  readonly serve: WireServe
}

export interface WireFlag {
  readonly key: Key
  readonly version: Revision
  readonly type: FlagType
  readonly hash: HashName
  /** Absent: the key. A shared seed is a shared cohort. */
  readonly seed?: string
  /** The switch. */
  readonly on: boolean
  readonly killed?: true
  /** Pages may have its values. Said to servers only, who make pages: pages are told of nothing else. */
  readonly clientSide?: true
  /** Index into `values`. */
  readonly off: number
  readonly variations: readonly Key[]
  readonly values: readonly Json[]
  readonly prerequisites?: readonly { readonly flag: Key; readonly variations: readonly number[] }[]
  /** Hundred-thousandths of the layer, `[from, to)`. */
  readonly layer?: { readonly key: Key; readonly from: number; readonly to: number }
  /** Paused rules are left out. */
  readonly rules: readonly WireRule[]
  /** Everyone else. */
  readonly serve: WireServe
}

export interface WireSegment {
  readonly key: Key
  readonly when?: Condition
  readonly included?: readonly string[]
  readonly excluded?: readonly string[]
  readonly by?: Path
  readonly hashed?: true
}

export interface WireLayer {
  readonly key: Key
  readonly seed: string
}

export type WatchedMetric =
  /** First event of a unit in the run. */
  (
    | { readonly metric: string; readonly take: 'first' }
    /** First observation of a unit in this sequence: how many bounds it passes. */
    | { readonly metric: string; readonly take: 'slow'; readonly over: readonly number[] }
    /** One number per unit in a window after its first exposure. */
    | { readonly metric: string; readonly take: 'sum'; readonly windowMs: number; readonly cap: number }
  ) & {
    /**
     * For so long after a sequence began here the server may not count what happens, because outcomes of before are still on
     * their way: a unit's events are reported again and again until then.
     */
    readonly settleMs?: number
  }

/** One per running or baking ramp: which units and outcomes the SDK reports by arm. */
export interface Watch {
  readonly ramp: Id
  /** Raised at every publish of the ramp; each count carries it, so that a late instance is information, not bias. */
  readonly seq: number
  readonly flag: Key
  readonly rule: Id
  readonly percent: Percent
  readonly salt: string
  /** (0, 1]: the share of control units that take part. */
  readonly controlSample: number
  /** (0, 1]: the share of units, of both arms alike, that take part; absent is all. */
  readonly sample?: number
  readonly tickMs: number
  readonly metrics: readonly WatchedMetric[]
}

export type Audience = 'server' | 'client'

export interface Hints {
  readonly flushMs: number
  readonly pollMs: number
  readonly ackSpreadMs: number
}

export interface Snapshot {
  readonly format: 1
  readonly project: Key
  readonly environment: Key
  readonly audience: Audience
  readonly revision: Revision
  readonly flags: readonly WireFlag[]
  readonly segments: readonly WireSegment[]
  readonly layers: readonly WireLayer[]
  readonly watches: readonly Watch[]
  /** For `hashed in`. */
  readonly salt: string
  readonly hints: Hints
}

export interface Patch {
  readonly format: 1
  /** The last revision sent to this audience before this one. */
  readonly from: Revision
  readonly revision: Revision
  readonly upserts: {
    readonly flags?: readonly WireFlag[]
    readonly segments?: readonly WireSegment[]
    readonly layers?: readonly WireLayer[]
    readonly watches?: readonly Watch[]
  }
  readonly removals: {
    readonly flags?: readonly Key[]
    readonly segments?: readonly Key[]
    readonly layers?: readonly Key[]
    /** By ramp id. */
    readonly watches?: readonly Id[]
  }
  /** A kill or a rollback: never coalesced, applied even when updates are frozen. */
  readonly urgent?: true
}

export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [member: string]: AttributeValue }

/** OpenFeature's evaluation context. */
export interface Context {
  readonly targetingKey?: string
  readonly [attribute: string]: AttributeValue | undefined
}

export type Reason =
  | 'killed'
  | 'off'
  | 'prerequisite'
  | 'layer'
  | 'rule'
  | 'rollout'
  | 'split'
  | 'default'
  | 'override'
  | 'error'

/** What the flags of one context give: what `POST /sdk/v1/evaluate` answers, and what a page can begin with. */
export interface Bootstrap {
  readonly format: 1
  readonly revision: Revision
  readonly values: readonly {
    readonly key: Key
    readonly value: Json
    readonly variation: Key
    readonly reason: Reason
    readonly rule?: Id
    readonly stand?: PageStand
  }[]
  /** Of the client audience: what the values were evaluated from. */
  readonly snapshot?: Snapshot
}

/** Where the context of an evaluation stands in the ramp that counts it: what a page without rules reports by. */
export interface PageStand {
  readonly watch: Pick<Watch, 'ramp' | 'seq' | 'tickMs' | 'metrics'>
  /** As it is reported; absent when the context has no unit. */
  readonly unit?: UnitHash
  /** Absent when the unit takes no part. */
  readonly arm?: 'treatment' | 'control'
}

export type ErrorCode = 'flag_not_found' | 'type_mismatch' | 'invalid_flag' | 'invalid_context' | 'not_ready'

export interface Answer {
  /** Undefined only with reason `error`. */
  readonly value: Json | undefined
  readonly variation?: Key
  readonly reason: Reason
  /** The id of the rule that decided, or `everyone-else`. */
  readonly rule?: Id
  /** The unit's position in the rollout or split, 0 to 2^32 − 1; absent when none was computed. */
  readonly position?: number
  readonly error?: ErrorCode
}

/** The id of the last, unconditional rule. */
export const EVERYONE_ELSE: Id = 'everyone-else'
