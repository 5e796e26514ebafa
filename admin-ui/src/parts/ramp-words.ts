import {
  ENDED,
  type Hold,
  type HoldKind,
  parseDuration,
  type Ramp,
  type RampState,
  sayDuration,
} from '@rampart/contract/admin'
import { sayPercent } from './percent.ts'
import { sayBriefly } from './time-words.ts'

export const stateWords: Readonly<Record<RampState, string>> = {
  scheduled: 'Scheduled',
  running: 'Running',
  paused: 'Paused',
  baking: 'Baking',
  completed: 'Completed',
  rolled_back: 'Rolled back',
  killed: 'Killed',
  superseded: 'Superseded',
  cancelled: 'Cancelled',
}

/**
 * What lifts a hold: `step` is what every healthy step goes through, `outside` is time or another system, `person` is
 * somebody who looks and acts.
 */
const LIFTED_BY: Readonly<Record<HoldKind, 'step' | 'outside' | 'person'>> = {
  dwell: 'step',
  sample: 'step',
  not_clear: 'step',
  propagation: 'step',
  no_data: 'person',
  window: 'outside',
  freeze: 'outside',
  gate: 'outside',
  source_error: 'person',
  approval: 'person',
  imbalance: 'person',
  guard: 'person',
  conflict: 'person',
  second_step_back: 'person',
  max_dwell: 'person',
}

/** What lifts a hold. Missing data is a matter of the step until its grace is over. */
export function liftedBy({ kind, until }: Pick<Hold, 'kind' | 'until'>): 'step' | 'outside' | 'person' {
  return kind === 'no_data' && until !== null ? 'step' : LIFTED_BY[kind]
}

/** Whether a ramp waits for a person, and not for time, samples or another system. */
export function needsPerson(ramp: Pick<Ramp, 'state' | 'holds'>): boolean {
  if (ENDED.includes(ramp.state) || ramp.state === 'scheduled') return false
  return ramp.state === 'paused' || ramp.holds.some((hold) => liftedBy(hold) === 'person')
}

/** The tab's title: `10% · 8m · checkout-v2` while it runs, `Rolled back · checkout-v2` at the end. */
export function tabTitle(
  ramp: Pick<Ramp, 'state' | 'percent' | 'nextDecisionAt' | 'flag' | 'holds'>,
  now: number,
): string {
  if (ENDED.includes(ramp.state)) return `${stateWords[ramp.state]} · ${ramp.flag}`
  const share = sayPercent(ramp.percent.now)
  if (ramp.state === 'paused') return `${share} · paused · ${ramp.flag}`
  if (needsPerson(ramp)) return `${share} · on hold · ${ramp.flag}`
  if (ramp.nextDecisionAt === null) return `${share} · ${ramp.flag}`
  return `${share} · ${sayBriefly(Date.parse(ramp.nextDecisionAt) - now)} · ${ramp.flag}`
}

/** What a plan's steps amount to: `1% for 10m, 10% for 15m, then 100%; at least 25m in all`. */
export function outlineOf(steps: readonly { readonly percent: number; readonly dwell: string | null }[]): string {
  const last = steps.at(-1)
  if (last === undefined) return ''
  const dwells = steps.slice(0, -1).map((step) => ({
    percent: step.percent,
    ms: step.dwell === null ? undefined : parseDuration(step.dwell),
  }))
  const parts = dwells.map(({ percent, ms }) =>
    ms === undefined ? sayPercent(percent) : `${sayPercent(percent)} for ${sayDuration(ms)}`,
  )
  const total = dwells.reduce((sum, { ms }) => sum + (ms ?? 0), 0)
  const way = parts.length === 0 ? sayPercent(last.percent) : `${parts.join(', ')}, then ${sayPercent(last.percent)}`
  return total === 0 ? way : `${way}; at least ${sayDuration(total)} in all`
}
