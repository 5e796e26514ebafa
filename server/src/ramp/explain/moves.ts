import type { Evidence, Hold } from '@rampart/contract/admin'
import type { StoredRamp } from '../state.ts'
import type { RampAction } from '../transitions.ts'
import { sayList, sayPercent, sayUnits } from './numbers.ts'
import { explainRamp, explainStart } from './ramp.ts'

/** What was known when a ramp moved. */
export interface Known {
  readonly evidence: readonly Evidence[]
  readonly holds: readonly Hold[]
  /** Sources that said nothing, each in words. */
  readonly silent?: readonly string[]
}

export const nothingKnown: Known = { evidence: [], holds: [] }

/** What happened to a ramp, in one sentence: for the audit, for alerts, for the log of decisions. */
export function explainMove(
  before: StoredRamp,
  after: StoredRamp,
  action: RampAction,
  known: Known,
  now: number,
): string {
  if (after.end !== null && action === 'ramp.warned') return lookingBack(after, known)
  if (after.end !== null) return explainRamp(after, { holds: [], nextDecisionAt: null }, now)
  const moved = `${sayPercent(before.percent.now)} → ${sayPercent(after.percent.now)} of ${sayUnits(after.unit)}`
  const at = sayPercent(after.percent.now)
  switch (action) {
    case 'ramp.started':
      return explainStart(after)
    case 'ramp.stepped_back':
      return `Stepped back, ${moved}: ${wordsOf(known, 'step_back')}.`
    case 'ramp.baking':
      return `Baking: ${moved}, the rest stays as control.`
    case 'ramp.approved':
      return `The next step, ${sayPercent(after.plan.steps[after.step]?.percent ?? 0)}, is approved.`
    case 'ramp.paused':
      return `Paused at ${at}; the guards go on watching.`
    case 'ramp.resumed':
      return `Resumed at ${at}.`
    case 'ramp.held':
      return `Holds at ${at}, waiting for ${sayList(known.holds.map((hold) => hold.words))}.`
    case 'ramp.warned':
      return `At ${at}: ${warning(known)}.`
    case 'ramp.advanced':
    case 'ramp.completed':
    case 'ramp.rolled_back':
    case 'ramp.killed':
    case 'ramp.superseded':
    case 'ramp.cancelled':
      return `${moved}.`
  }
}

/** What is found after the end moves nothing: whoever was told of the end is told of that. */
function lookingBack(after: StoredRamp, known: Known): string {
  const at = sayPercent(after.percent.now)
  if (after.alerted.at(-1)?.kind === 'not_effective')
    return `The share went back to ${at} more than a minute ago, and ${after.to} is still given: some instances do not hear of changes.`
  const said = new Set(after.alerted.flatMap((one) => (one.kind === 'late_regression' ? [one.guard] : [])))
  const late = known.evidence.filter(({ guard, verdict }) => verdict === 'tripped' && said.has(guard))
  return `The ramp is complete at ${at}, and only now: ${late.map(({ words }) => words).join('; ')}. Nothing was changed.`
}

function warning(known: Known): string {
  const blind = known.holds
    .filter((hold) => hold.kind === 'no_data' && hold.guard === undefined)
    .map((hold) => `still waiting for ${hold.words}`)
  const warned = wordsOf(known, 'warn')
  return [...blind, ...(known.silent ?? []), ...(warned === '' ? [] : [warned])].join('; ')
}

function wordsOf(known: Known, reaction: Evidence['reaction']): string {
  return known.evidence
    .filter((e) => e.verdict === 'tripped' && e.reaction === reaction)
    .map((e) => e.words)
    .join('; ')
}
