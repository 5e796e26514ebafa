import type { Actor, AuditAction, Cause, RampEnd } from '@rampart/contract/admin'
import type { Key, Percent } from '@rampart/core'
import type { Frozen } from './frozen.ts'
import { iso } from './instant.ts'
import { percentAt } from './plan.ts'
import { type Latch, type Reached, type Said, SPLIT, type StoredRamp } from './state.ts'

/** Something that happens to a ramp: decided at a tick, or asked for by a person. */
export type RampEvent =
  // decided
  | { readonly kind: 'go_on'; readonly to: number }
  | { readonly kind: 'finish' }
  /** The last one goes down for good: the ramp then waits for a person. */
  | { readonly kind: 'step_back'; readonly cause: Cause; readonly guards: readonly Key[]; readonly last: boolean }
  | { readonly kind: 'roll_back'; readonly by: RampEnd['by']; readonly cause: Cause }
  | { readonly kind: 'latch'; readonly latches: readonly Latch[] }
  | { readonly kind: 'say'; readonly said: readonly Said[] }
  | { readonly kind: 'judge'; readonly reached: Reached | null }
  | { readonly kind: 'freeze'; readonly frozen: readonly Frozen[] }
  /** There are too many units: half of them, of both arms alike, take no further part. */
  | { readonly kind: 'halve' }
  /** What comes in after the end is no longer looked at. */
  | { readonly kind: 'forget' }
  // asked for
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** `to` is a percent of the plan; null is the next step. */
  | { readonly kind: 'advance'; readonly to: Percent | null }
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject'; readonly actor: Actor; readonly reason: string | null }
  | { readonly kind: 'take_back'; readonly actor: Actor; readonly reason: string | null }
  | { readonly kind: 'kill'; readonly actor: Actor; readonly reason: string | null }
  | {
      readonly kind: 'give_way'
      readonly to: 'replaced' | 'edited'
      readonly actor: Actor
      readonly reason: string | null
    }

/** What the audit calls a move of a ramp. */
export type RampAction = Extract<AuditAction, `ramp.${string}`>

export type Transition =
  | { readonly kind: 'moved'; readonly ramp: StoredRamp; readonly action: RampAction | null }
  /** Already so: nothing is written, and nobody is told. */
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly code: 'ramp_ended' | 'invalid'; readonly words: string }

/** The next ramp for an event at `now`, or why there is none. The table of states and events, and nothing else: no gate is looked at. */
export function move(ramp: StoredRamp, event: RampEvent, now: number): Transition {
  if (ramp.end !== null) return afterTheEnd(ramp, event)
  if (ramp.state === 'scheduled') return beforeTheStart(ramp, event, now)
  switch (event.kind) {
    case 'go_on':
      return ramp.state === 'running' ? moved(enter(ramp, event.to, now, 'system')) : same
    case 'finish':
      return ramp.state === 'paused' ? same : moved(complete(ramp, now, 'system'))
    case 'step_back':
      return stepBack(ramp, event, now)
    case 'roll_back':
      return {
        kind: 'moved',
        ramp: giveBack(ramp, 'rolled_back', { at: iso(now), by: event.by, cause: event.cause }, now),
        action: 'ramp.rolled_back',
      }
    case 'latch':
      return {
        kind: 'moved',
        ramp: { ...ramp, latches: event.latches },
        action: event.latches.length > ramp.latches.length ? 'ramp.held' : null,
      }
    case 'say':
      return { kind: 'moved', ramp: { ...ramp, alerted: [...ramp.alerted, ...event.said] }, action: 'ramp.warned' }
    case 'judge':
      return judgeFrom(ramp, event.reached, now)
    case 'freeze':
      return { kind: 'moved', ramp: { ...ramp, frozen: [...ramp.frozen, ...event.frozen] }, action: null }
    case 'halve':
      return { kind: 'moved', ramp: { ...ramp, halved: [...ramp.halved, now] }, action: null }
    case 'forget':
      return same
    case 'pause':
      return ramp.state === 'paused'
        ? same
        : { kind: 'moved', ramp: { ...ramp, state: 'paused', pausedAt: now }, action: 'ramp.paused' }
    case 'resume':
      return resume(ramp, now)
    case 'advance':
      return advance(ramp, event.to, now)
    case 'approve':
      return approve(ramp)
    case 'reject':
      return byPerson(ramp, 'rejected', event, now)
    case 'take_back':
      return byPerson(ramp, 'person', event, now)
    case 'kill':
      return kill(ramp, event, now)
    case 'give_way':
      return giveWay(ramp, event, now)
  }
}

const same: Transition = { kind: 'same' }

function afterTheEnd(ramp: StoredRamp, event: RampEvent): Transition {
  switch (event.kind) {
    case 'pause':
    case 'resume':
    case 'advance':
    case 'approve':
    case 'reject':
    case 'take_back':
      return {
        kind: 'refused',
        code: 'ramp_ended',
        words: `The ramp has ended (${ramp.state.replace('_', ' ')}); start a new one.`,
      }
    case 'say':
      return { kind: 'moved', ramp: { ...ramp, alerted: [...ramp.alerted, ...event.said] }, action: 'ramp.warned' }
    case 'forget':
      return ramp.watchedUntil === null ? same : { kind: 'moved', ramp: { ...ramp, watchedUntil: null }, action: null }
    case 'go_on':
    case 'finish':
    case 'step_back':
    case 'roll_back':
    case 'latch':
    case 'judge':
    case 'freeze':
    case 'halve':
    case 'kill':
    case 'give_way':
      return same
  }
}

function beforeTheStart(ramp: StoredRamp, event: RampEvent, now: number): Transition {
  switch (event.kind) {
    case 'advance': {
      const step = event.to === null ? 1 : ramp.plan.steps.findIndex((s) => s.percent === event.to) + 1
      if (step === 0) return noSuchStep(ramp, event.to)
      return { ...moved(enter({ ...ramp, state: 'running' }, step, now, 'person')), action: 'ramp.started' }
    }
    case 'reject':
    case 'take_back':
      return cancelled(ramp, event.kind === 'reject' ? 'rejected' : 'person', event, now)
    case 'kill':
      return cancelled(ramp, 'kill', event, now)
    case 'give_way':
      return giveWay(ramp, event, now)
    case 'pause':
    case 'resume':
    case 'approve':
      return { kind: 'refused', code: 'invalid', words: 'The ramp has not begun yet.' }
    case 'go_on':
    case 'finish':
    case 'step_back':
    case 'roll_back':
    case 'latch':
    case 'say':
    case 'judge':
    case 'freeze':
    case 'halve':
    case 'forget':
      return same
  }
}

function cancelled(ramp: StoredRamp, kind: 'rejected' | 'person' | 'kill', asked: Asked, now: number): Transition {
  const end: RampEnd = { at: iso(now), by: 'person', cause: { kind, actor: asked.actor, reason: asked.reason } }
  return { kind: 'moved', ramp: { ...ramp, state: 'cancelled', end }, action: 'ramp.cancelled' }
}

interface Asked {
  readonly actor: Actor
  readonly reason: string | null
}

/** Publishes a step. Reaching the last one completes the ramp, or begins its bake. */
function enter(ramp: StoredRamp, step: number, now: number, by: RampEnd['by']): StoredRamp {
  const entered = publish(
    { ...ramp, step, latches: [], approvedSeq: null, pausedAt: null },
    percentAt(ramp.plan, step),
    now,
  )
  if (step < ramp.plan.steps.length) return { ...entered, state: 'running' }
  if (ramp.plan.bake !== null) return { ...entered, state: 'baking' }
  return completed(entered, by, now)
}

function publish(ramp: StoredRamp, percent: Percent, now: number): StoredRamp {
  const seq = ramp.seq + 1
  return {
    ...ramp,
    seq,
    percent: { ...ramp.percent, now: percent, reached: Math.max(ramp.percent.reached, percent) },
    publishes: [...ramp.publishes, { seq, step: ramp.step, percent, at: now }],
    enteredAt: now,
    judgingSince: null,
  }
}

function complete(ramp: StoredRamp, now: number, by: RampEnd['by']): StoredRamp {
  const percent = ramp.plan.steps.at(-1)?.percent ?? ramp.percent.now
  const there = { ...ramp, step: ramp.plan.steps.length, latches: [], pausedAt: null }
  const published = percent === ramp.percent.now ? there : publish(there, percent, now)
  return completed(published, by, now)
}

/** Whoever is to be told of harm that shows only now. */
function completed(ramp: StoredRamp, by: RampEnd['by'], now: number): StoredRamp {
  const watchedUntil = ramp.plan.guards.length === 0 ? null : now + WATCHED_COMPLETED_MS
  return { ...ramp, state: 'completed', end: { at: iso(now), by, cause: null }, watchedUntil }
}

/** A day's traffic differs from an hour's. */
const WATCHED_COMPLETED_MS = 24 * 3_600_000
/** An instance that still gives the new variation after so long will not stop by itself. */
const WATCHED_TAKEN_BACK_MS = 3_600_000

/** Judging begins, and with it the dwell: the step has reached the fleet, or had its time. */
function judgeFrom(ramp: StoredRamp, reached: Reached | null, now: number): Transition {
  if (ramp.judgingSince !== null) return same
  const publishes = ramp.publishes.map((publish) =>
    publish.seq === ramp.seq && reached !== null ? { ...publish, reached } : publish,
  )
  return { kind: 'moved', ramp: { ...ramp, publishes, judgingSince: now }, action: null }
}

/**
 * One step down; from the first step that is where the ramp began, which ends it. The guards begin anew; a pause stays. When the
 * second try failed as the first did, the ramp waits there for a person.
 */
function stepBack(ramp: StoredRamp, event: Extract<RampEvent, { kind: 'step_back' }>, now: number): Transition {
  const first = ramp.publishes[0]?.step ?? 1
  if (ramp.step <= first) return move(ramp, { kind: 'roll_back', by: 'guard', cause: event.cause }, now)
  const step = ramp.step - 1
  const back = publish({ ...ramp, step, approvedSeq: null }, percentAt(ramp.plan, step), now)
  const state = ramp.state === 'paused' ? 'paused' : 'running'
  const [guard] = event.guards
  const latch: Latch = { kind: 'second_step_back', seq: back.seq, ...(guard === undefined ? {} : { guard }) }
  const next = {
    ...restart(back, event.guards, now),
    latches: event.last ? [...ramp.latches, latch] : ramp.latches,
    state,
    pausedAt: state === 'paused' ? now : null,
  } as const
  return { kind: 'moved', ramp: next, action: 'ramp.stepped_back' }
}

function resume(ramp: StoredRamp, now: number): Transition {
  const paused = ramp.pausedAt === null ? 0 : now - ramp.pausedAt
  if (ramp.state !== 'paused' && ramp.latches.length === 0) return same
  const judgingSince = ramp.judgingSince === null ? null : ramp.judgingSince + paused
  const waitedOut = ramp.latches.some((latch) => latch.kind === 'max_dwell')
  const resumed: StoredRamp = {
    ...restart(ramp, guardsOf(ramp.latches), now),
    state: isBaking(ramp) ? 'baking' : 'running',
    pausedAt: null,
    latches: [],
    judgingSince: waitedOut ? now : judgingSince,
  }
  // After an edit under the ramp, going on means serving the step again.
  const edited = ramp.latches.some((latch) => latch.kind === 'conflict')
  return { kind: 'moved', ramp: edited ? publish(resumed, ramp.percent.now, now) : resumed, action: 'ramp.resumed' }
}

function advance(ramp: StoredRamp, to: Percent | null, now: number): Transition {
  if (isBaking(ramp)) return moved(complete(ramp, now, 'person'))
  const steps = ramp.plan.steps
  const step = to === null ? ramp.step + 1 : steps.findIndex((s) => s.percent === to) + 1
  if (step === 0 || step > steps.length) return step === 0 ? noSuchStep(ramp, to) : moved(complete(ramp, now, 'person'))
  if (step <= ramp.step) {
    return {
      kind: 'refused',
      code: 'invalid',
      words: `The ramp is at ${ramp.percent.now}% already; an advance only goes up.`,
    }
  }
  return moved(enter(restart(ramp, guardsOf(ramp.latches), now), step, now, 'person'))
}

function noSuchStep(ramp: StoredRamp, to: Percent | null): Transition {
  const steps = ramp.plan.steps.map((step) => `${step.percent}%`).join(', ')
  return { kind: 'refused', code: 'invalid', words: `The plan has no step at ${to}%; its steps are ${steps}.` }
}

function isBaking(ramp: StoredRamp): boolean {
  return ramp.plan.bake !== null && ramp.step === ramp.plan.steps.length
}

function approve(ramp: StoredRamp): Transition {
  const next = ramp.plan.steps[ramp.step]
  if (next?.approval !== true)
    return { kind: 'refused', code: 'invalid', words: 'The next step waits for no approval.' }
  if (ramp.approvedSeq === ramp.seq) return same
  return { kind: 'moved', ramp: { ...ramp, approvedSeq: ramp.seq }, action: 'ramp.approved' }
}

function byPerson(ramp: StoredRamp, kind: 'rejected' | 'person', asked: Asked, now: number): Transition {
  const end: RampEnd = { at: iso(now), by: 'person', cause: { kind, actor: asked.actor, reason: asked.reason } }
  return { kind: 'moved', ramp: giveBack(ramp, 'rolled_back', end, now), action: 'ramp.rolled_back' }
}

function kill(ramp: StoredRamp, asked: Asked, now: number): Transition {
  const end: RampEnd = { at: iso(now), by: 'person', cause: { kind: 'kill', actor: asked.actor, reason: asked.reason } }
  return { kind: 'moved', ramp: giveBack(ramp, 'killed', end, now), action: 'ramp.killed' }
}

/** The percent stays: whoever takes over publishes what is served next, in the same commit. */
function giveWay(ramp: StoredRamp, event: Asked & { readonly to: 'replaced' | 'edited' }, now: number): Transition {
  const cause: Cause = { kind: event.to, actor: event.actor, reason: event.reason }
  return {
    kind: 'moved',
    ramp: { ...ramp, state: 'superseded', end: { at: iso(now), by: 'person', cause } },
    action: 'ramp.superseded',
  }
}

function giveBack(ramp: StoredRamp, state: 'rolled_back' | 'killed', end: RampEnd, now: number): StoredRamp {
  const watchedUntil = now + WATCHED_TAKEN_BACK_MS
  return { ...publish(ramp, ramp.percent.before, now), state, end, latches: [], pausedAt: null, watchedUntil }
}

/** The evidence of these guards is 1 again, and only ticks that have not begun yet count for them. */
function restart(ramp: StoredRamp, guards: readonly Key[], now: number): StoredRamp {
  const from = (Math.floor(now / ramp.tickMs) + 1) * ramp.tickMs
  const others = ramp.restarts.filter((entry) => !guards.includes(entry.guard))
  return { ...ramp, restarts: [...others, ...guards.map((guard) => ({ guard, from }))] }
}

function guardsOf(latches: readonly Latch[]): readonly Key[] {
  return latches.flatMap(({ kind, guard }) => (kind === 'imbalance' ? [SPLIT] : guard === undefined ? [] : [guard]))
}

function moved(ramp: StoredRamp): Extract<Transition, { kind: 'moved' }> {
  return {
    kind: 'moved',
    ramp,
    action: ramp.end !== null ? 'ramp.completed' : ramp.state === 'baking' ? 'ramp.baking' : 'ramp.advanced',
  }
}
