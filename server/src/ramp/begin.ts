import type { Actor, Parsed, Plan } from '@rampart/contract/admin'
import type { Id, Key, Percent } from '@rampart/core'
import type { Frozen } from './frozen.ts'
import { percentAt } from './plan.ts'
import type { Ramped } from './rollout.ts'
import type { Pace, StoredRamp } from './state.ts'

/** Ticks are short so that a trip is noticed soon; each is one factor of the evidence. */
const TICK_MS = 5_000

export interface Beginning {
  readonly id: Id
  readonly project: Key
  readonly environment: Key
  readonly flag: Key
  readonly rule: Id
  readonly ramped: Ramped
  readonly plan: Plan
  /** The share to begin with at least; null is the first step. */
  readonly from: Percent | null
  readonly seedScope: string
  readonly salt: string
  /** What guards of measured values compare with, as far as it is known. */
  readonly frozen: readonly Frozen[]
  readonly pace: Pace | null
  readonly run: string | null
  readonly source: StoredRamp['source']
  readonly startedBy: Actor
  readonly now: number
}

/**
 * A new ramp at its first step: the first of the plan that is not below `from`, nor below what the rule gives already, so that a start
 * never takes anything from anybody. Copies of the evidence and their weights follow from it and are fixed from here on.
 */
export function begin(beginning: Beginning): Parsed<StoredRamp> {
  const { plan, ramped, now } = beginning
  const least = Math.max(beginning.from ?? 0, ramped.percent)
  const step = plan.steps.findIndex((s) => s.percent >= least && s.percent > 0) + 1
  if (step === 0) {
    return {
      ok: false,
      problem: `the last step is ${plan.steps.at(-1)?.percent ?? 0}%, and the ramp would begin at ${least}%`,
    }
  }
  const percent = percentAt(plan, step)
  const { ramped: _ramped, from: _from, now: _now, ...named } = beginning
  return {
    ok: true,
    value: {
      ...named,
      to: ramped.to,
      otherwise: ramped.otherwise,
      unit: ramped.unit,
      state: step === plan.steps.length && plan.bake !== null ? 'baking' : 'running',
      step,
      seq: 1,
      percent: { before: ramped.percent, reached: percent, now: percent },
      publishes: [{ seq: 1, step, percent, at: now }],
      enteredAt: now,
      judgingSince: null,
      pausedAt: null,
      latches: [],
      halved: [],
      restarts: [],
      alerted: [],
      approvedSeq: null,
      tickMs: TICK_MS,
      end: null,
      watchedUntil: null,
      startedAt: now,
      watcher: null,
    },
  }
}
