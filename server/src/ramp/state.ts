import type { Actor, Plan, RampEnd, RampState as StateName } from '@rampart/contract/admin'
import type { Id, Key, Path, Percent } from '@rampart/core'

/** One publish of a ramp. A count carries the sequence, and is judged by the share of that sequence. */
export interface Publish {
  readonly seq: number
  /** 1 for the first step of the plan. */
  readonly step: number
  readonly percent: Percent
  readonly controlSample: number
  readonly at: number
}

/** A hold that stays until a person acts (or, for `guard`, until its evidence has halved). */
export interface Latch {
  readonly kind: 'guard' | 'conflict' | 'second_step_back' | 'max_dwell'
  readonly seq: number
  readonly guard?: Key
}

export type Said =
  | { readonly kind: 'warned'; readonly guard: Key }
  | { readonly kind: 'flying_blind'; readonly seq: number }

/**
 * What is stored of a ramp: everything a restarted server needs to go on. Holds, verdicts and the sentence are
 * derived from it and the ticks. Times are epoch milliseconds.
 */
export interface StoredRamp {
  readonly id: Id
  readonly project: Key
  readonly environment: Key
  readonly flag: Key
  readonly rule: Id
  /** The variation that gets the share, and the one that everyone else under the rule gets. */
  readonly to: Key
  readonly otherwise: Key
  /** The attribute that is bucketed. */
  readonly unit: Path
  readonly state: StateName
  readonly plan: Plan
  readonly step: number
  readonly seq: number
  readonly percent: { readonly before: Percent; readonly reached: Percent; readonly now: Percent }
  readonly publishes: readonly Publish[]
  readonly enteredAt: number
  readonly judgingSince: number | null
  readonly pausedAt: number | null
  readonly latches: readonly Latch[]
  /** Guards whose evidence began anew: ticks before `from` no longer count for them. */
  readonly restarts: readonly { readonly guard: Key; readonly from: number }[]
  /** What was said once and is not said again: warnings of a guard, and that nothing can be judged in a sequence. */
  readonly alerted: readonly Said[]
  /** The sequence for which the next step was approved. */
  readonly approvedSeq: number | null
  /** Flag, environment and rollout seed: units counted under it are never counted again by another run. */
  readonly seedScope: string
  readonly salt: string
  readonly tickMs: number
  readonly end: RampEnd | null
  readonly run: string | null
  readonly source: { readonly url?: string; readonly commit?: string; readonly image?: string } | null
  readonly startedBy: Actor
  readonly startedAt: number
  readonly watcher: { readonly seenAt: number; readonly attended: string | null } | null
}
