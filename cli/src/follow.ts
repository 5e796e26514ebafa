import type { Ramp } from '@rampart/contract/admin'
import { hasEnded } from './exit-codes.ts'

/** Something worth a line, in the order it happened. `at` is epoch milliseconds. */
export type RampEvent =
  /** The ramp is seen for the first time. */
  | { readonly kind: 'attached'; readonly at: number }
  | { readonly kind: 'passed'; readonly at: number; readonly step: number }
  /** `from` is null when the move itself was not seen. */
  | { readonly kind: 'moved'; readonly at: number; readonly from: number | null; readonly to: number }
  /** Every connected SDK holds the present share. */
  | { readonly kind: 'arrived'; readonly at: number }
  /** These guards have another verdict than before. */
  | { readonly kind: 'judged'; readonly at: number; readonly guards: readonly string[] }
  /** It waits for something it did not wait for before. */
  | { readonly kind: 'waits'; readonly at: number }
  | { readonly kind: 'paused' | 'resumed' | 'baking'; readonly at: number }
  | { readonly kind: 'ended'; readonly at: number }

/**
 * What happened between two looks at a ramp. Looks may be far apart (a restart, an outage): what cannot be known is not
 * made up.
 */
export function follow(previous: Ramp | undefined, next: Ramp, now: number): readonly RampEvent[] {
  if (previous === undefined) return firstSight(next, now)
  if (hasEnded(previous.state)) return []
  const ended = next.end === null ? undefined : Date.parse(next.end.at)
  if (ended !== undefined)
    return [...endingVerdicts(next, ended), ...moves(previous, next, ended), { kind: 'ended', at: ended }]
  return [
    ...moves(previous, next, Date.parse(next.enteredAt)),
    ...stateChange(previous, next, now),
    ...arrival(previous, next, now),
    ...verdictChanges(previous, next, now),
    ...newWaits(previous, next, now),
  ]
}

function firstSight(next: Ramp, now: number): readonly RampEvent[] {
  if (next.end !== null) {
    const ended = Date.parse(next.end.at)
    return [{ kind: 'attached', at: ended }, ...endingVerdicts(next, ended), { kind: 'ended', at: ended }]
  }
  if (next.state === 'scheduled') return [{ kind: 'attached', at: now }]
  // the start itself is seen when the first step is the one it began with
  const begun = next.enteredAt === next.startedAt
  const at = begun ? Date.parse(next.startedAt) : now
  return [
    { kind: 'attached', at },
    ...(begun && next.percent.before === next.percent.now
      ? []
      : [{ kind: 'moved', at, from: begun ? next.percent.before : null, to: next.percent.now } as const]),
    ...(hasArrived(next) ? [{ kind: 'arrived', at: now } as const] : []),
    ...(next.state === 'paused' ? [{ kind: 'paused', at: now } as const] : []),
    ...(next.state !== 'paused' && toldWaits(next, now).length > 0 ? [{ kind: 'waits', at: now } as const] : []),
  ]
}

/** The evidence that ended a ramp comes before what it did. */
function endingVerdicts({ end }: Ramp, at: number): readonly RampEvent[] {
  if (end?.cause?.kind !== 'guard') return []
  return [{ kind: 'judged', at, guards: end.cause.evidence.map(({ guard }) => guard) }]
}

function moves(previous: Ramp, next: Ramp, at: number): readonly RampEvent[] {
  if (next.seq === previous.seq && next.percent.now === previous.percent.now) return []
  const passed = next.step > previous.step && next.end?.by !== 'guard'
  return [
    ...(passed ? [{ kind: 'passed', at, step: previous.step } as const] : []),
    { kind: 'moved', at, from: previous.percent.now, to: next.percent.now },
  ]
}

function stateChange(previous: Ramp, next: Ramp, now: number): readonly RampEvent[] {
  if (next.state === previous.state) return []
  if (next.state === 'paused') return [{ kind: 'paused', at: now }]
  if (previous.state === 'paused') return [{ kind: 'resumed', at: now }]
  return next.state === 'baking' ? [{ kind: 'baking', at: Date.parse(next.enteredAt) }] : []
}

function arrival(previous: Ramp, next: Ramp, now: number): readonly RampEvent[] {
  const before = previous.seq === next.seq && hasArrived(previous)
  return !before && hasArrived(next) ? [{ kind: 'arrived', at: now }] : []
}

function hasArrived({ propagation }: Ramp): boolean {
  return propagation.instances > 0 && propagation.holding >= propagation.instances
}

function verdictChanges(previous: Ramp, next: Ramp, now: number): readonly RampEvent[] {
  // a step begins with empty verdicts: that every guard collects again is no news
  const begins = next.seq !== previous.seq
  const guards = next.verdicts
    .filter(({ guard, verdict }) => {
      if (begins && (verdict === 'collecting' || verdict === 'no_data')) return false
      return previous.verdicts.find((old) => old.guard === guard)?.verdict !== verdict
    })
    .map(({ guard }) => guard)
  return guards.length === 0 ? [] : [{ kind: 'judged', at: now, guards }]
}

function newWaits(previous: Ramp, next: Ramp, now: number): readonly RampEvent[] {
  if (next.state === 'paused') return []
  const before = new Set(previous.seq === next.seq ? toldWaits(previous, now) : [])
  return toldWaits(next, now).some((wait) => !before.has(wait)) ? [{ kind: 'waits', at: now }] : []
}

/**
 * The waits that are worth a line. While a step travels, and until its first data come, there is nothing to say yet; while
 * it dwells, that samples are still small is what the dwell is for. What wants a person is always told.
 */
function toldWaits({ holds }: Ramp, now: number): readonly string[] {
  const begins = holds.some(({ kind, until }) => kind === 'propagation' || (kind === 'no_data' && isAhead(until, now)))
  const dwells = holds.some(({ kind }) => kind === 'dwell')
  return holds
    .filter(({ kind }) => {
      if (begins) return !ORDINARY.includes(kind)
      return dwells ? !ORDINARY.includes(kind) || kind === 'dwell' : true
    })
    .map(({ kind, guard }) => `${kind} ${guard ?? ''}`)
}

const ORDINARY: readonly Ramp['holds'][number]['kind'][] = ['propagation', 'no_data', 'dwell', 'sample', 'not_clear']

function isAhead(until: string | null, now: number): boolean {
  return until !== null && Date.parse(until) > now
}
