import { type Evidence, type Reaction, sayLimit } from '@rampart/contract/admin'
import { allowedRatio } from '../guards.ts'
import { sayAtLeast, sayCountOf, sayRate, sayRatio, sayUnits } from './numbers.ts'

export interface GuardContext {
  /** The reaction the guard was made with; the evidence carries the one that applies now. */
  readonly declared: Reaction
  /** The risk ratio that the present step wants ruled out. */
  readonly clear: number | null
}

/**
 * One guard in one sentence, for screens, command line, alerts and audit alike:
 * "checkout_error: 4.1% of users without, 19.8% with (4.8×, 99% at any time: at least 2.3×), limit no worse; 131 users".
 *
 * "At least 2.3×" is the largest ratio reached in any interval, at all times together, with 99% probability; it is no average
 * over the ramp, and the words must not say so.
 */
export function explainEvidence(evidence: Omit<Evidence, 'words'>, context: GuardContext): string {
  const met = evidence.treatment.units + evidence.control.units
  if (evidence.verdict === 'skipped') return `${evidence.metric}: not watched in this step`
  if (met === 0) return `${evidence.metric}: no ${sayUnits(evidence.units)} met yet`
  const limit = `limit ${sayLimit(evidence.limit)}`
  const size = sayCountOf(evidence.treatment.units, evidence.units)
  return `${evidence.metric}: ${sayArms(evidence)}, ${limit}; ${size}${sayState(evidence, context)}`
}

function sayArms(evidence: Omit<Evidence, 'words'>): string {
  const units = sayUnits(evidence.units)
  const { control, treatment } = evidence
  const without = control.rate === null ? `no ${units} without yet` : `${sayRate(control.rate)} of ${units} without`
  const withIt = treatment.rate === null ? `no ${units} with yet` : `${sayRate(treatment.rate)} with`
  return `${without}, ${withIt}${sayChange(evidence)}`
}

function sayChange({ change, verdict, limit }: Omit<Evidence, 'words'>): string {
  if (change === null) return ''
  const low = change.interval[0]
  const bound =
    verdict === 'tripped' && low !== null && low >= (allowedRatio(limit) ?? 1)
      ? `, 99% at any time: at least ${sayAtLeast(low)}`
      : ''
  return ` (${sayRatio(change.value)}${bound})`
}

function sayState(evidence: Omit<Evidence, 'words'>, { declared, clear }: GuardContext): string {
  switch (evidence.verdict) {
    case 'tripped':
      return evidence.reaction === declared
        ? ''
        : `; ${WHY_ONLY_HELD[evidence.method === 'absolute' ? 'absolute' : 'ratio']}`
    case 'clear':
      return evidence.method === 'absolute' || clear === null ? '' : `; ${sayRatio(clear)} is ruled out`
    case 'collecting':
      return evidence.method === 'absolute' || clear === null ? '' : `; ${sayRatio(clear)} is not ruled out yet`
    case 'no_data':
    case 'error':
    case 'skipped':
      return `; no ${sayUnits(evidence.units)} met in this step yet`
  }
}

/** Why a guard that was made to take the ramp back holds it. */
const WHY_ONLY_HELD = {
  absolute: 'control is over the limit too, so the ramp holds and is not rolled back',
  ratio: 'more than a tenth of control had it, where a margin is not exact, so the ramp holds and is not rolled back',
} as const
