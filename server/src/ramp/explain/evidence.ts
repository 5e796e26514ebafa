import {
  type ChangeAs,
  type Evidence,
  type Reaction,
  sayChange,
  sayLeast,
  sayLimit,
  sayMost,
} from '@rampart/contract/admin'
import type { Detail, OnlyHolds } from '../findings/finding.ts'
import { allowedRatio } from '../guards.ts'
import { sayAmount, sayClock, sayCount, sayCountOf, sayRate, sayUnits } from './numbers.ts'

export interface GuardContext {
  /** The reaction the guard was made with; the evidence carries the one that applies now. */
  readonly declared: Reaction
  /** The risk ratio that the present step wants ruled out. */
  readonly clear: number | null
  readonly onlyHolds: OnlyHolds | null
  readonly detail?: Detail | undefined
  /** Why the guard's source says nothing at present. */
  readonly outage?: string | null
}

type Figures = Omit<Evidence, 'words'>

/**
 * One guard in one sentence, for screens, command line, alerts and audit alike:
 * "checkout_error: 4.1% of users without, 19.8% with (4.8×, 99% at any time: at least 2.3×), limit no worse; 131 users".
 *
 * "At least 2.3×" is the largest ratio reached in any interval, at all times together, with 99% probability; it is no average
 * over the ramp, and the words must not say so.
 */
export function explainEvidence(evidence: Figures, context: GuardContext): string {
  const { metric, treatment, control, units, verdict } = evidence
  const { detail, outage = null } = context
  if (verdict === 'skipped') return `${metric}: not watched in this step`
  if (detail?.kind === 'learning')
    return `${metric}: what it compares with is taken from the first ${sayCount(detail.need)} values, which are not there yet`
  if (detail?.kind === 'window' && treatment.units + control.units === 0)
    return `${metric}: the time of the first ${sayUnits(units)} is over at ${sayClock(detail.until)}`
  const silent = outage === null ? '' : `; ${outage}`
  if (evidence.method === 'gauge') return `${metric}: ${sayGauge(evidence)}${silent}`
  if (treatment.units + control.units === 0)
    return evidence.method === 'requests'
      ? `${metric}: no figures yet${silent}`
      : `${metric}: no ${sayUnits(units)} met yet`
  const limit = `limit ${sayLimit(evidence.limit)}`
  const size = sayCountOf(treatment.units, units)
  const slower = detail?.kind === 'slower' ? ` slower than ${sayAmount(detail.bound)}` : ''
  const state = outage === null || verdict === 'tripped' ? sayState(evidence, context) : ''
  return `${metric}${slower}: ${sayArms(evidence)}, ${limit}; ${size}${state}${silent}`
}

/** There is no control, and no evidence: only how often in a row it was too much. */
function sayGauge({ treatment, limit, e, needed }: Figures): string {
  if (treatment.mean === undefined) return 'no figures yet'
  const bound = limit.kind === 'gauge' && limit.bound !== undefined && limit.bound !== null ? limit.bound : null
  const usual = bound !== null && limit.kind === 'gauge' && bound > limit.max ? `, usual up to ${sayAmount(bound)}` : ''
  const over = e === 0 ? '' : `; above it in ${e} of ${needed} minutes in a row`
  return `${sayAmount(treatment.mean)} in the last minute, limit ${sayLimit(limit)}${usual}${over}`
}

function sayArms(evidence: Figures): string {
  const units = sayUnits(evidence.units)
  const { control, treatment } = evidence
  if (evidence.method === 'tilt' || evidence.method === 'mean') {
    const without =
      control.mean === undefined ? `no ${units} without yet` : `${sayAmount(control.mean)} on average without`
    const withIt = treatment.mean === undefined ? `no ${units} with yet` : `${sayAmount(treatment.mean)} with`
    return `${without}, ${withIt}${sayFound(evidence)}`
  }
  if (evidence.method === 'requests' && control.units === 0 && treatment.rate !== null)
    return `${sayRate(treatment.rate)} of ${units}`
  const without = control.rate === null ? `no ${units} without yet` : `${sayRate(control.rate)} of ${units} without`
  const withIt = treatment.rate === null ? `no ${units} with yet` : `${sayRate(treatment.rate)} with`
  return `${without}, ${withIt}${sayFound(evidence)}`
}

function sayFound(evidence: Figures): string {
  const { change } = evidence
  if (change === null) return ''
  const bound = sayBound(evidence)
  // without units no probability is promised
  const how = evidence.method === 'requests' ? 'as far as requests can tell' : '99% at any time'
  return ` (${sayChange(change.as, change.value)}${bound === '' ? '' : `, ${how}: ${bound}`})`
}

/** The end of the interval on the side of harm, where it lies beyond what the guard allows. */
function sayBound({ change, verdict, limit }: Figures): string {
  if (change === null || verdict !== 'tripped') return ''
  const [low, high] = change.interval
  const allowed = allowedRatio(limit) ?? 1
  switch (change.as) {
    case 'ratio':
      return limit.kind === 'not_fall' ? atMost('ratio', high, allowed) : atLeast('ratio', low, allowed)
    case 'points':
      return limit.kind === 'points' ? atLeast('points', low, limit.max) : ''
    case 'percent':
      return atMost('percent', high, allowed - 1)
  }
}

/** An end that is beyond what is allowed by less than the digits show is told as just that: "at least 1×" would be no harm. */
function atLeast(as: ChangeAs, low: number | null, allowed: number): string {
  if (low === null || low < allowed) return ''
  return sayLeast(as, low) === sayLeast(as, allowed)
    ? `more than ${sayChange(as, allowed)}`
    : `at least ${sayLeast(as, low)}`
}

function atMost(as: ChangeAs, high: number | null, allowed: number): string {
  if (high === null || high > allowed) return ''
  return sayMost(as, high) === sayMost(as, allowed)
    ? `less than ${sayChange(as, allowed)}`
    : `at most ${sayMost(as, high)}`
}

function sayState(evidence: Figures, { declared, clear, onlyHolds, detail }: GuardContext): string {
  switch (evidence.verdict) {
    case 'tripped':
      return evidence.reaction === declared || onlyHolds === null ? '' : `; ${WHY_ONLY_HELD[onlyHolds]}`
    case 'clear':
      return ruling(evidence, clear, 'is ruled out')
    case 'collecting':
      if (detail?.kind === 'window')
        return `; the time of those met in this step is over from ${sayClock(detail.until)} on`
      return ruling(evidence, clear, 'is not ruled out yet')
    case 'error':
      return `; ${WHY_ONLY_HELD.wiring}`
    case 'no_data':
    case 'skipped':
      return `; no ${sayUnits(evidence.units)} met in this step yet`
  }
}

function ruling({ method, limit }: Figures, clear: number | null, is: string): string {
  if (method === 'absolute' || method === 'gauge' || clear === null) return ''
  return `; ${sayChange('ratio', limit.kind === 'not_fall' ? 1 / clear : clear)} ${is}`
}

/** Why a guard that was made to take the ramp back holds it. */
const WHY_ONLY_HELD: Readonly<Record<OnlyHolds, string>> = {
  control_over: 'control is over the limit too, so the ramp holds and is not rolled back',
  common: 'more than a tenth of control had it, where a margin is not exact, so the ramp holds and is not rolled back',
  whole_service: 'it is of both arms together, so the ramp holds and is not rolled back',
  wiring: 'more than a fifth of its outcomes came without a unit, so that it judges nothing: pass the context along',
}
