import type { Actor, Plan, RampEnd, RampState as StateName } from '@rampart/contract/admin'
import type { Id, Key, Path, Percent } from '@rampart/core'
import type { Frozen } from './frozen.ts'

/** One publish of a ramp. A count carries the sequence, and is judged by the share of that sequence. */
export interface Publish {
  readonly seq: number
  /** 1 for the first step of the plan. */
  readonly step: number
  readonly percent: Percent
  readonly at: number
  /** How far it had travelled when judging began; absent while that has not begun. */
  readonly reached?: Reached
}

export interface Reached {
  readonly at: number
  /** SDK instances that were connected, and those of them that had the step. */
  readonly instances: number
  readonly holding: number
  readonly slowestMs: number | null
  /** Names of the others. */
  readonly behind: readonly string[]
}

/** How much traffic there was before the ramp. */
export interface Pace {
  /** Evaluations of the flag in a minute. */
  readonly perMinute: number
  /** Events of a metric for each evaluation. */
  readonly rates: { readonly [metric: string]: number }
}

/** A hold that stays until a person acts (or, for `guard`, until its evidence has halved). */
export interface Latch {
  readonly kind: 'guard' | 'imbalance' | 'conflict' | 'second_step_back' | 'max_dwell'
  readonly seq: number
  readonly guard?: Key
}

/** The check of the split, where guards are named; no key of a guard. */
export const SPLIT = '*split'

export type Said =
  | { readonly kind: 'warned'; readonly guard: Key }
  | { readonly kind: 'flying_blind'; readonly seq: number }
  | { readonly kind: 'source_error'; readonly guard: Key; readonly seq: number }
  | { readonly kind: 'not_effective' }
  | { readonly kind: 'late_regression'; readonly guard: Key }

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
  /** What guards of measured values compare with; a guard without an entry still waits for it. */
  readonly frozen: readonly Frozen[]
  /** Null when the flag was not asked before. */
  readonly pace: Pace | null
  /** When the units that take part were halved because there were too many of them. */
  readonly halved: readonly number[]
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
  /** Until when what comes in after the end is looked at; null when it no longer is, or has not ended. */
  readonly watchedUntil: number | null
  readonly run: string | null
  readonly source: { readonly url?: string; readonly commit?: string; readonly image?: string } | null
  readonly startedBy: Actor
  readonly startedAt: number
  readonly watcher: { readonly seenAt: number; readonly attended: string | null } | null
}
