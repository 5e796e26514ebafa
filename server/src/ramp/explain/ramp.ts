import { type Actor, type Cause, type Evidence, type Hold, type RampEnd, sayDuration } from '@rampart/contract/admin'
import type { StoredRamp } from '../state.ts'
import { sayList, sayPercent, sayTime, sayUnits } from './numbers.ts'
import { explainSplit } from './split.ts'

/** What the present looks like: derived at the moment, never stored. */
export interface Present {
  readonly holds: readonly Hold[]
  readonly nextDecisionAt: number | null
}

/**
 * Where a ramp is, what it waits for and when it decides next; or how it ended and why. The one sentence that screens, the
 * command line, alerts and the audit show.
 */
export function explainRamp(ramp: StoredRamp, present: Present, now: number): string {
  if (ramp.end !== null) return explainEnd(ramp, ramp.end, now)
  switch (ramp.state) {
    case 'scheduled':
      return `Has not begun; ${sayPercent(ramp.percent.now)} have ${ramp.to}.`
    case 'paused':
      return `Paused at ${place(ramp)} since ${sayTime(ramp.pausedAt ?? ramp.enteredAt, now)}; the guards go on watching.`
    case 'baking':
      return `Baking at ${sayPercent(ramp.percent.now)}, with the rest kept as control. ${waits(present, now)}`
    case 'running':
    case 'completed':
    case 'rolled_back':
    case 'killed':
    case 'superseded':
    case 'cancelled':
      return `Running, ${place(ramp)}. ${waits(present, now)}`
  }
}

function place(ramp: StoredRamp): string {
  return `step ${ramp.step} of ${ramp.plan.steps.length}, ${sayPercent(ramp.percent.now)} of ${sayUnits(ramp.unit)}`
}

function waits({ holds, nextDecisionAt }: Present, now: number): string {
  if (holds.length === 0) return 'Nothing holds it; it decides now.'
  const decides = nextDecisionAt === null || nextDecisionAt <= now ? '' : ` Decides at ${sayTime(nextDecisionAt, now)}.`
  return `Waiting for ${sayList(holds.map((hold) => hold.words))}.${decides}`
}

function explainEnd(ramp: StoredRamp, end: RampEnd, now: number): string {
  const at = Date.parse(end.at)
  const when = `at ${sayTime(at, now)} after ${sayDuration(at - ramp.startedAt)}`
  const from = sayPercent(ramp.publishes.at(-2)?.percent ?? ramp.percent.reached)
  const moved = `${from} → ${sayPercent(ramp.percent.now)}`
  switch (ramp.state) {
    case 'completed':
      if (ramp.percent.before >= ramp.percent.now)
        return `Completed at once, at ${sayTime(at, now)}: ${sayPercent(ramp.percent.now)} of ${sayUnits(ramp.unit)} had ${ramp.to} already. To climb again, set the share back first.`
      return `Completed: ${sayPercent(ramp.percent.now)} of ${sayUnits(ramp.unit)} have ${ramp.to}, ${when}.`
    case 'rolled_back':
      return `Rolled back ${moved} ${when}: ${explainCause(end.cause)}.`
    case 'killed':
      return `Killed ${when}${byWhom(end.cause)}; the share went back, ${moved}.`
    case 'superseded':
      return `Ended ${when}: ${explainCause(end.cause)}.`
    case 'cancelled':
      return `Cancelled before it began${byWhom(end.cause)}.`
    case 'scheduled':
    case 'running':
    case 'paused':
    case 'baking':
      return `Ended ${when}.`
  }
}

/** Why a ramp ended, in words that follow a colon. */
function explainCause(cause: Cause | null): string {
  if (cause === null) return 'every step is done'
  switch (cause.kind) {
    case 'guard':
      return explainGuards(cause.evidence, cause.named)
    case 'imbalance':
      return explainSplit(cause)
    case 'no_data':
      if (cause.words !== undefined)
        return `figures were missing for so long that the plan takes the ramp back (${cause.words})`
      return 'nobody was met in this step for so long that the plan takes the ramp back'
    case 'max_dwell':
      return 'the longest dwell passed without enough evidence, and the plan takes the ramp back'
    case 'rejected':
      return `${name(cause.actor)} rejected the next step${reason(cause.reason)}`
    case 'person':
      return `${name(cause.actor)} took it back${reason(cause.reason)}`
    case 'kill':
      return `${name(cause.actor)} killed the flag${reason(cause.reason)}`
    case 'replaced':
      return `${name(cause.actor)} started another ramp in its place${reason(cause.reason)}`
    case 'edited':
      return `${name(cause.actor)} set the share by hand${reason(cause.reason)}`
  }
}

/** The guards that carry the trip; the others are left to the table. */
function explainGuards(evidence: readonly Evidence[], named: readonly string[]): string {
  return evidence
    .filter((e) => named.includes(e.guard))
    .map((e) => e.words)
    .join('; and ')
}

function byWhom(cause: Cause | null): string {
  return cause !== null && 'actor' in cause ? ` by ${name(cause.actor)}${reason(cause.reason)}` : ''
}

function name(actor: Actor): string {
  return actor.name
}

function reason(text: string | null): string {
  return text === null || text === '' ? '' : ` (${text})`
}

/** The first sentence of a ramp's life, for audit and alert. */
export function explainStart(ramp: StoredRamp): string {
  const steps = ramp.plan.steps.map((step) => sayPercent(step.percent)).join(', ')
  const guards = ramp.plan.guards.map((guard) => guard.metric)
  const watched = guards.length === 0 ? 'nothing watches it' : `watched by ${sayList(guards)}`
  return `Ramp to ${ramp.to} started at ${sayPercent(ramp.percent.now)} (steps ${steps}), ${watched}.`
}
