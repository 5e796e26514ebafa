import { type Ramp, sayDuration } from '@rampart/contract/admin'
import { sayAbout, sayCountOf, sayPercent } from './explain/numbers.ts'
import { ruledOut } from './findings/events.ts'
import { windowOf } from './guards.ts'
import type { Findings } from './judge.ts'
import { ms, percentAt, stepAt } from './plan.ts'
import type { StoredRamp } from './state.ts'
import { minutesFor, unitsToClear } from './stats/estimate.ts'

export type RampEstimate = NonNullable<Ramp['estimate']>

const MINUTE = 60_000
/** Before so many units in so long a time, what the ramp has met says less than the hour before it. */
const LEAST_UNITS = 50
const LEAST_MS = 30_000

export interface Traffic {
  /** Units of both arms in a minute. */
  readonly perMinute: number | null
  readonly from: RampEstimate['from']
}

/** How many units a minute there are: as the present step has met them, else as the hour before the ramp says. */
export function trafficOf(ramp: StoredRamp, { unitsInStep }: Pick<Findings, 'unitsInStep'>, now: number): Traffic {
  const elapsed = now - ramp.enteredAt
  if (unitsInStep >= LEAST_UNITS && elapsed >= LEAST_MS)
    return { perMinute: (unitsInStep / elapsed) * MINUTE, from: 'ramp' }
  return { perMinute: ramp.pace?.perMinute ?? null, from: 'before' }
}

type StepEstimate = RampEstimate['steps'][number]

/** How long the steps that are left will take, and what each will wait for. */
export function forecast(ramp: StoredRamp, findings: Findings, now: number): RampEstimate {
  const traffic = trafficOf(ramp, findings, now)
  const left = ramp.plan.steps.flatMap((_, i) => (i + 1 < ramp.step || i + 1 >= ramp.plan.steps.length ? [] : [i + 1]))
  const steps = left.map((step) => estimateOf(ramp, findings, step, traffic))
  return { ...traffic, steps, words: explain(ramp, traffic, steps) }
}

function estimateOf(ramp: StoredRamp, findings: Findings, step: number, traffic: Traffic): StepEstimate {
  const { plan } = ramp
  const planned = stepAt(plan, step)
  const percent = percentAt(plan, step)
  const waits: Pick<StepEstimate, 'minutes' | 'waitsFor' | 'guard'>[] = [
    { minutes: ms(planned?.dwell ?? 'PT0S') / MINUTE, waitsFor: 'dwell', guard: null },
  ]
  const minUnits = planned?.minUnits ?? 0
  if (minUnits > 0) waits.push({ minutes: minutesOf(minUnits, percent, traffic), waitsFor: 'sample', guard: null })
  for (const guard of plan.guards) {
    if (guard.reaction === 'warn' || guard.source.kind !== 'sdk' || guard.fromStep > step) continue
    if (guard.minUnits !== null)
      waits.push({ minutes: minutesOf(guard.minUnits, percent, traffic), waitsFor: 'sample', guard: guard.key })
    if (guard.take === 'sum') waits.push({ minutes: windowOf(guard) / MINUTE, waitsFor: 'window', guard: guard.key })
    const clear = planned?.clear ?? null
    const base = baseOf(ramp, findings, guard.key)
    if (clear === null || guard.limit.kind === 'below' || guard.take !== 'first') continue
    const ratio = ruledOut(guard.limit, clear)
    const units = base === null ? null : unitsToClear({ base, ratio, share: percent / 100 })
    waits.push({
      minutes: units === null ? null : minutesOf(units, percent, traffic),
      waitsFor: 'clear',
      guard: guard.key,
    })
  }
  const longest = waits.reduce((a, b) => (isLonger(b, a) ? b : a))
  return { step, percent, ...longest }
}

/** Nobody can tell how long is longer than any time. */
function isLonger(a: Pick<StepEstimate, 'minutes'>, b: Pick<StepEstimate, 'minutes'>): boolean {
  return (a.minutes ?? Number.POSITIVE_INFINITY) > (b.minutes ?? Number.POSITIVE_INFINITY)
}

/** The rate of control that was met, else the one before the ramp; null when it never happened. */
function baseOf(ramp: StoredRamp, { evidence }: Pick<Findings, 'evidence'>, guard: string): number | null {
  const found = evidence.find((one) => one.guard === guard)
  const rate = found === undefined || found.control.units < 100 ? null : found.control.rate
  const base = rate ?? ramp.pace?.rates[found?.metric ?? ''] ?? null
  return base === null || base <= 0 ? null : Math.min(base, 0.99)
}

function minutesOf(units: number, percent: number, { perMinute }: Traffic): number | null {
  return perMinute === null || perMinute === 0 ? null : minutesFor(units, percent / 100, perMinute)
}

/** How much longer a guard of the present step will take to be clear; null when nobody can tell. */
export function minutesToClear(ramp: StoredRamp, findings: Findings, guard: string, now: number): number | null {
  const traffic = trafficOf(ramp, findings, now)
  const one = ramp.plan.guards.find(({ key }) => key === guard)
  const clear = stepAt(ramp.plan, ramp.step)?.clear ?? null
  const base = baseOf(ramp, findings, guard)
  if (one === undefined || one.take !== 'first' || clear === null || base === null) return null
  const share = ramp.percent.now / 100
  const needed = unitsToClear({ base, ratio: ruledOut(one.limit, clear), share }) - findings.unitsInStep * share
  return needed <= 0 ? null : minutesOf(needed, ramp.percent.now, traffic)
}

/** How much longer until so many more treatment units are met; null when nobody can tell. */
export function minutesToMeet(ramp: StoredRamp, findings: Findings, units: number, now: number): number | null {
  return minutesOf(units, ramp.percent.now, trafficOf(ramp, findings, now))
}

function explain(ramp: StoredRamp, { perMinute, from }: Traffic, steps: readonly StepEstimate[]): string {
  if (perMinute === null)
    return `How long the ramp takes cannot be told: ${ramp.flag} was not asked in the hour before it.`
  const pace =
    from === 'ramp'
      ? `at ${sayCountOf(perMinute, ramp.unit)} a minute`
      : `at ${sayCountOf(perMinute, ramp.unit)} a minute at most`
  const unknown = steps.filter(({ minutes }) => minutes === null)
  const known = steps.reduce((sum, { minutes }) => sum + (minutes ?? 0), 0)
  const total =
    steps.length === 0
      ? 'The last step is next.'
      : unknown.length > 0
        ? `At least ${sayAbout(known)} ${pace}.`
        : `${capital(sayAbout(known))} ${pace}.`
  return [total, ...steps.flatMap((step) => warningOf(ramp, step))].join(' ')
}

/** A step that cannot end in its time is better known before than after. */
function warningOf({ plan }: StoredRamp, { percent, minutes, guard }: StepEstimate): readonly string[] {
  const asks = guard === null ? '' : ` for ${guard}`
  if (minutes === null)
    return [`Nobody can tell how long ${sayPercent(percent)} needs${asks}: it has not happened so far.`]
  if (minutes * MINUTE <= ms(plan.maxDwell)) return []
  return [
    `${sayPercent(percent)} needs ${sayAbout(minutes)}${asks}, longer than its longest dwell (${sayDuration(ms(plan.maxDwell))}).`,
  ]
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`
}
