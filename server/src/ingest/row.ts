import type { Guard } from '@rampart/contract/admin'
import type { Arms, Watched } from '@rampart/contract/wire'
import type { Audience, Id, UnitHash } from '@rampart/core'
import { inSample, isSettling, sampleAt } from '../ramp/cells.ts'
import {
  AFTER_END,
  fromBrowser,
  MET,
  MET_IN_RUN,
  MET_TWICE,
  slowerThan,
  withoutUnit,
  withUnit,
} from '../ramp/counted.ts'
import { boundsOf } from '../ramp/frozen.ts'
import { windowOf } from '../ramp/guards.ts'
import type { Publish, StoredRamp } from '../ramp/state.ts'
import { guardsOf } from '../ramp/watch.ts'
import type { CountsCommit, UnitAmount, UnitCount } from '../store/store.ts'

/** How long after its end a tick still takes what belongs to it. */
const CLOSES_AFTER_MS = 5_000
/** An instance needs a moment to hear that a ramp was taken back. */
const STILL_GIVEN_MS = 60_000

export interface RowOf {
  readonly ramp: StoredRamp
  readonly audience: Audience
  readonly now: number
}

/** What one row adds. */
export interface RowCounts {
  readonly ramp: Id
  readonly units: readonly UnitCount[]
  readonly amounts: readonly UnitAmount[]
  readonly tallies: NonNullable<CountsCommit['tallies']>
  /** Outcomes that are no evidence: of another run, sequence or metric than is judged. */
  readonly late: number
}

/**
 * What a row adds to its ramp.
 *
 * A row belongs to the sequence it carries, not to the one of now: the share it is judged by is the share of the
 * configuration that decided its arms. Rows of an ended ramp, of a sequence that was never published or of a metric that
 * nobody watches are late: they are counted as such and not as evidence.
 */
export function countRow(row: Watched, of: RowOf): RowCounts {
  const { ramp, now } = of
  const publish = ramp.publishes.find(({ seq }) => seq === row.seq)
  if (publish === undefined || !isCounting(ramp, publish)) {
    return { ramp: ramp.id, units: [], amounts: [], tallies: stillGiven(row, ramp, now), late: outcomesIn(row) }
  }
  const place: Place = { ...of, publish, tick: tickOf(row.agoMs, publish, ramp.tickMs, now) }
  const guards = guardsOf(ramp, of.audience)
  const first = firsts(row, place, guards)
  const slow = slows(row, place, guards)
  const sum = sums(row, place, guards)
  return {
    ramp: ramp.id,
    units: [...metIn(row, place, guards), ...first.units, ...slow.units],
    amounts: sum.amounts,
    tallies: placedIn(row, place, guards),
    late: first.late + slow.late + sum.late,
  }
}

/** Where a row counts. */
interface Place extends RowOf {
  readonly publish: Publish
  readonly tick: number
}

/** Whether a sequence has something to compare. A pause stops advancing, not counting; a completed ramp is watched for a while. */
function isCounting({ state, watchedUntil }: StoredRamp, { percent }: Publish): boolean {
  if (state === 'completed') return watchedUntil !== null && percent > 0
  return (state === 'running' || state === 'paused' || state === 'baking') && percent > 0 && percent < 100
}

/**
 * The start of the tick that a row of this age belongs to. When that tick has closed it is the one that is open now: both
 * arms of an instance come together, so that nothing is biased. No row is older than its sequence.
 */
function tickOf(agoMs: number, publish: Publish, tickMs: number, now: number): number {
  const floor = (time: number): number => Math.floor(time / tickMs) * tickMs
  const own = floor(Math.max(publish.at, now - agoMs))
  return own + tickMs + CLOSES_AFTER_MS > now ? own : floor(now)
}

/**
 * Units that were met, once per step entry (docs/decisions/0003) and once per run; a unit whose outcome is recorded was met. The
 * first time in the run opens the windows in which its amounts count. What browsers say is kept apart, and the split is not
 * checked by it.
 */
function metIn(row: Watched, place: Place, guards: readonly Guard[]): readonly UnitCount[] {
  const { ramp, publish, audience } = place
  const opens = guards
    .filter(({ take }) => take === 'sum')
    .map((guard) => ({ metric: named(place, guard.metric), closesAt: place.tick + windowOf(guard) }))
  const twice = audience === 'server' ? { twice: MET_TWICE } : {}
  const met = { metric: named(place, MET), scope: named(place, `${ramp.id}/${publish.seq}`), ...twice }
  const inRun = { metric: named(place, MET_IN_RUN), scope: named(place, ramp.id), opens }
  const asksForRun = (audience === 'server' && publish.percent < 100) || opens.length > 0
  const { seen, first = [], slow = [], sum = [] } = row
  return [seen, ...first, ...[...slow, ...sum].map(unitsOnly)].flatMap((arms) => [
    ...unitsIn(arms, place, met),
    ...(asksForRun ? unitsIn(arms, place, inRun) : []),
  ])
}

/** First events of the run. While every guard of a metric settles, its units stay countable. */
function firsts(row: Watched, place: Place, guards: readonly Guard[]) {
  return counted(row.first ?? [], place, guards, 'first', (outcome) =>
    unitsIn(outcome, place, { metric: named(place, outcome.metric), scope: named(place, place.ramp.seedScope) }),
  )
}

/** First observations of the step, by how many thresholds they exceed. */
function slows(row: Watched, place: Place, guards: readonly Guard[]) {
  const { ramp, publish } = place
  return counted(row.slow ?? [], place, guards, 'slow', ({ metric, treatment, control }) => {
    const most = boundsOf(ramp, metric).length
    if (most === 0) return []
    const rest = { metric: named(place, `${metric}>`), scope: named(place, `${ramp.id}/step ${publish.step}`) }
    const counts = (passed: number): readonly string[] =>
      Array.from({ length: Math.min(most, Math.max(0, passed)) + 1 }, (_, k) => named(place, slowerThan(metric, k)))
    const arm = (units: readonly (readonly [UnitHash, number])[], which: UnitCount['arm']): readonly UnitCount[] =>
      units
        .filter(([unit]) => takesPart(unit, place))
        .map(([unit, passed]) => ({ ...at(place), ...rest, arm: which, unit, counts: counts(passed) }))
    return [...arm(treatment, 'treatment'), ...arm(control, 'control')]
  })
}

/** The arm of an amount does not matter: it counts for the arm in which its unit was met. */
function sums(row: Watched, place: Place, guards: readonly Guard[]) {
  const amounts: UnitAmount[] = []
  let late = 0
  for (const { metric, treatment, control } of row.sum ?? []) {
    const all = [...treatment, ...control]
    if (!guards.some((guard) => guard.take === 'sum' && guard.metric === metric)) late += all.length
    else
      for (const [unit, amount] of all) {
        if (!takesPart(unit, place)) continue
        amounts.push({ ramp: place.ramp.id, metric: named(place, metric), unit, at: place.tick, amount })
      }
  }
  return { amounts, late }
}

/** Outcomes of one kind that a guard asks for and that it does not let pass while it settles. */
function counted<T extends { readonly metric: string } & Arms<readonly unknown[]>>(
  outcomes: readonly T[],
  { ramp, tick }: Place,
  guards: readonly Guard[],
  take: Guard['take'],
  unitsOf: (outcome: T) => readonly UnitCount[],
) {
  const units: UnitCount[] = []
  let late = 0
  for (const outcome of outcomes) {
    const asking = guards.filter((guard) => guard.take === take && guard.metric === outcome.metric)
    if (asking.length === 0) late += outcome.treatment.length + outcome.control.length
    else if (asking.some((guard) => !isSettling(ramp, tick, guard.grace))) units.push(...unitsOf(outcome))
  }
  return { units, late }
}

/** How many outcomes had a unit at all: without one they are in no arm, and too many of those leave a guard blind. */
function placedIn(row: Watched, place: Place, guards: readonly Guard[]): RowCounts['tallies'] {
  return (row.outcomes ?? [])
    .filter(({ metric }) => guards.some((guard) => guard.metric === metric))
    .flatMap(({ metric, placed, unplaced }) => [
      { ...at(place), metric: named(place, withUnit(metric)), treatment: 0, control: placed },
      { ...at(place), metric: named(place, withoutUnit(metric)), treatment: 0, control: unplaced },
    ])
    .filter(({ control }) => control > 0)
}

/** Evaluations that gave the new variation long after a ramp was taken back: somebody does not hear of it. */
function stillGiven(row: Watched, ramp: StoredRamp, now: number): RowCounts['tallies'] {
  const { treatment } = row.evaluations
  const isTakenBack = ramp.state === 'rolled_back' || ramp.state === 'killed'
  if (!isTakenBack || ramp.end === null || ramp.watchedUntil === null || treatment === 0) return []
  if (now - row.agoMs < Date.parse(ramp.end.at) + STILL_GIVEN_MS) return []
  const tick = Math.floor(now / ramp.tickMs) * ramp.tickMs
  return [{ ramp: ramp.id, seq: row.seq, tick, metric: AFTER_END, treatment, control: 0 }]
}

function outcomesIn({ first = [], slow = [], sum = [] }: Watched): number {
  return [...first, ...slow, ...sum].reduce((n, { treatment, control }) => n + treatment.length + control.length, 0)
}

function unitsOnly({ treatment, control }: Arms<readonly (readonly [UnitHash, number])[]>): Arms<readonly UnitHash[]> {
  return { treatment: treatment.map(([unit]) => unit), control: control.map(([unit]) => unit) }
}

function unitsIn(
  arms: Arms<readonly UnitHash[]>,
  place: Place,
  rest: Pick<UnitCount, 'metric' | 'scope' | 'opens' | 'twice'>,
): readonly UnitCount[] {
  const of = (units: readonly UnitHash[], arm: UnitCount['arm']): readonly UnitCount[] =>
    units.filter((unit) => takesPart(unit, place)).map((unit) => ({ ...at(place), ...rest, arm, unit }))
  return [...of(arms.treatment, 'treatment'), ...of(arms.control, 'control')]
}

function at({ ramp, publish, tick }: Place): Pick<UnitCount, 'ramp' | 'seq' | 'tick'> {
  return { ramp: ramp.id, seq: publish.seq, tick }
}

/** An SDK that does not know of the sample reports units outside it as well. */
function takesPart(unit: UnitHash, { ramp, now }: Place): boolean {
  return inSample(unit, sampleAt(ramp, now))
}

function named({ audience }: Place, name: string): string {
  return audience === 'client' ? fromBrowser(name) : name
}
