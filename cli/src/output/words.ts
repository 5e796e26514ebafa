import { type Evidence, formatSteps, type Ramp, sayDuration } from '@rampart/contract/admin'
import type { RampEvent } from '../follow.ts'
import { sayPropagation, sayShare } from './figures.ts'
import { plain } from './plain.ts'

/** Verdicts as they are shown: what is not known yet is never shown as well. */
export const VERDICTS: Record<Evidence['verdict'], { readonly word: string; readonly mark: string }> = {
  clear: { word: 'ok', mark: '✔' },
  tripped: { word: 'FAIL', mark: '✖' },
  collecting: { word: 'waiting', mark: '…' },
  no_data: { word: 'no data', mark: '∅' },
  error: { word: 'error', mark: '!' },
  skipped: { word: 'skipped', mark: '–' },
}

/** States as they are shown. */
export const STATES: Record<Ramp['state'], { readonly word: string; readonly mark: string }> = {
  scheduled: { word: 'scheduled', mark: '○' },
  running: { word: 'running', mark: '◉' },
  paused: { word: 'paused', mark: '‖' },
  baking: { word: 'baking', mark: '◉' },
  completed: { word: 'completed', mark: '✔' },
  rolled_back: { word: 'rolled back', mark: '↶' },
  killed: { word: 'killed', mark: '✖' },
  superseded: { word: 'superseded', mark: '⇄' },
  cancelled: { word: 'cancelled', mark: '○' },
}

/** One line of a log: a short word for its kind, and what happened. */
export interface Line {
  readonly at: number
  readonly kind: string
  readonly text: string
}

/** An event in lines. The server's own sentences are shown as they came. */
export function linesOf(event: RampEvent, ramp: Ramp): readonly Line[] {
  const line = (kind: string, text: string): Line => ({ at: event.at, kind, text: plain(text) })
  switch (event.kind) {
    case 'attached':
      return [line('ramp', introduction(ramp))]
    case 'passed':
      return [line('pass', `step ${event.step}`)]
    case 'moved':
      return [line('move', event.from === null ? `at ${sayShare(event.to)}` : shift(event.from, event.to))]
    case 'arrived':
      return [line('sdks', sayPropagation(ramp.propagation))]
    case 'judged':
      return judgements(ramp)
        .filter(({ guard }) => event.guards.includes(guard))
        .map((e) => line('check', sayVerdict(e)))
    case 'waits':
      return [line('wait', ramp.sentence)]
    case 'paused':
    case 'resumed':
    case 'baking':
      return [line(event.kind === 'paused' ? 'pause' : event.kind === 'resumed' ? 'resume' : 'bake', ramp.sentence)]
    case 'ended':
      return [line('end', ramp.sentence)]
  }
}

/** The same beside a picture that has the figures: `ok checkout_error, order`. */
export function shortLinesOf(event: RampEvent, ramp: Ramp): readonly Line[] {
  if (event.kind !== 'judged') return linesOf(event, ramp)
  const judged = judgements(ramp).filter(({ guard }) => event.guards.includes(guard))
  return verdictNames
    .map((verdict) => ({ verdict, metrics: judged.filter((e) => e.verdict === verdict).map(({ metric }) => metric) }))
    .filter(({ metrics }) => metrics.length > 0)
    .map(({ verdict, metrics }) => ({
      at: event.at,
      kind: 'check',
      text: `${VERDICTS[verdict].word} ${[...new Set(metrics)].join(', ')}`,
    }))
}

const verdictNames = ['clear', 'tripped', 'collecting', 'no_data', 'error', 'skipped'] as const

/** `FAIL checkout_error: 4.1% of users without, …`. */
export function sayVerdict(evidence: Evidence): string {
  return `${VERDICTS[evidence.verdict].word} ${evidence.words}`
}

function judgements(ramp: Ramp): readonly Evidence[] {
  return ramp.end?.cause?.kind === 'guard' ? ramp.end.cause.evidence : ramp.verdicts
}

/** The evidence an end rests on; empty when no guard ended the ramp. */
export function evidenceOfEnd({ end }: Pick<Ramp, 'end'>): readonly Evidence[] {
  return end?.cause?.kind === 'guard' ? end.cause.evidence : []
}

/** The guards that carried the trip. */
export function namedEvidence({ end }: Pick<Ramp, 'end'>): readonly Evidence[] {
  const cause = end?.cause
  return cause?.kind === 'guard' ? cause.evidence.filter(({ guard }) => cause.named.includes(guard)) : []
}

/** `1% → 10%`. */
export function shift(from: number, to: number): string {
  return `${sayShare(from)} → ${sayShare(to)}`
}

/** `new-checkout-flow · production · r_01JD8K · 1%:10m,10%:15m,100% · guards checkout_error`. */
function introduction(ramp: Ramp): string {
  const guards = ramp.plan.guards.map(({ metric }) => metric)
  return [
    `${ramp.flag} · ${ramp.environment}`,
    ramp.id,
    formatSteps(ramp.plan.steps),
    guards.length === 0 ? 'no guards' : `guards ${guards.join(', ')}`,
  ].join(' · ')
}

/** How long a ramp ran, or has been running. */
export function sayAge(ramp: Ramp, now: number): string {
  return sayDuration((ramp.end === null ? now : Date.parse(ramp.end.at)) - Date.parse(ramp.startedAt))
}

/** The command that watches a ramp again. */
export function watchAgain(ramp: Pick<Ramp, 'id' | 'project'>): string {
  return `rampart ramp watch ${ramp.id} -p ${ramp.project}`
}

/** The command that starts anew after a rollback, from the step that had gone well. */
export function startAgain(ramp: Ramp): string {
  const steps = formatSteps(ramp.plan.steps)
  return `rampart ramp run ${ramp.flag} -p ${ramp.project} -e ${ramp.environment} --steps "${steps}"`
}
