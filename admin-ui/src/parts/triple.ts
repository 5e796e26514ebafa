import { type HoldKind, parseDuration, type Ramp } from '@rampart/contract/admin'
import { sayPercent } from './percent.ts'
import { needsPerson } from './ramp-words.ts'
import { sayCountdown, sayZonedClock } from './time-words.ts'

export interface Told {
  readonly main: string
  readonly more: string | undefined
}

/** The three things to know of a ramp that is under way. */
export interface Triple {
  readonly where: Told
  readonly waitingFor: Told
  readonly nextDecision: Told
}

type Underway = Pick<
  Ramp,
  'state' | 'step' | 'plan' | 'percent' | 'holds' | 'enteredAt' | 'judgingSince' | 'nextDecisionAt'
>

/** Where a ramp is, what it waits for and when it decides next, at `now` in epoch milliseconds. */
export function tripleOf(ramp: Underway, now: number): Triple {
  return { where: where(ramp, now), waitingFor: waitingFor(ramp), nextDecision: nextDecision(ramp, now) }
}

function where(ramp: Underway, now: number): Told {
  const share = sayPercent(ramp.percent.now)
  if (ramp.state === 'scheduled') return { main: `Not begun · ${share}`, more: undefined }
  const place = ramp.state === 'baking' ? 'Bake' : `Step ${ramp.step} of ${ramp.plan.steps.length}`
  return { main: `${place} · ${share}`, more: dwelling(ramp, now) }
}

function dwelling(ramp: Underway, now: number): string {
  const until = ramp.holds.find(({ kind }) => kind === 'dwell')?.until
  const written = ramp.state === 'baking' ? ramp.plan.bake : ramp.plan.steps[ramp.step - 1]?.dwell
  const dwell = written === null || written === undefined ? undefined : parseDuration(written)
  if (until !== null && until !== undefined && dwell !== undefined) {
    const left = Math.max(0, Date.parse(until) - now)
    // a second try dwells longer than its step says
    if (left <= dwell) return `dwelling ${clock(dwell - left)} of ${clock(dwell)}`
  }
  return `here for ${clock(Math.max(0, now - Date.parse(ramp.enteredAt)))}`
}

/** Elapsed time counts whole seconds that are over; a countdown those that are begun. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000) * 1000
  return seconds === 0 ? '0:00' : sayCountdown(seconds)
}

function waitingFor(ramp: Underway): Told {
  if (ramp.state === 'paused') return { main: 'A person, to resume', more: 'The guards go on watching.' }
  if (ramp.state === 'scheduled') return { main: 'Its start', more: undefined }
  if (ramp.holds.length === 0) return { main: 'Nothing', more: undefined }
  const kinds = [...new Set(ramp.holds.map(({ kind }) => KINDS[kind]))]
  const counted = ramp.holds.find(({ have, need }) => have !== undefined && need !== undefined)
  const more =
    counted === undefined ? undefined : `${counted.have?.toLocaleString('en')} of ${counted.need?.toLocaleString('en')}`
  return { main: capital(kinds.join(', ')), more }
}

const KINDS: Readonly<Record<HoldKind, string>> = {
  dwell: 'dwell time',
  sample: 'more units',
  not_clear: 'more evidence',
  gate: 'its gate to open',
  approval: 'an approval',
  window: 'its window to open',
  freeze: 'the freeze to end',
  propagation: 'SDKs to have this step',
  no_data: 'data',
  source_error: 'a metric source that fails',
  imbalance: 'a person: the split is off',
  guard: 'a person: a guard holds it',
  conflict: 'a person: the rule was edited',
  second_step_back: 'a person: it stepped back twice',
  max_dwell: 'a person: its time is over',
}

function nextDecision(ramp: Underway, now: number): Told {
  if (ramp.state === 'paused') return { main: 'Not while paused', more: undefined }
  if (ramp.nextDecisionAt === null)
    return { main: needsPerson(ramp) ? 'When somebody acts' : 'As soon as that is there', more: undefined }
  const at = Date.parse(ramp.nextDecisionAt)
  const left = sayCountdown(at - now)
  return { main: left === 'now' ? 'Now' : `In ${left}`, more: `at ${sayZonedClock(at)}` }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
