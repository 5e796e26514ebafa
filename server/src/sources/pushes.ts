import type { Guard, PushedMeasurement } from '@rampart/contract/admin'
import { sayTime } from '../ramp/explain/numbers.ts'
import type { StoredRamp } from '../ramp/state.ts'
import type { FigureRow, FigureStratum, Figures, SourceState } from './figures.ts'
import { PUSH_GRACE_MS } from './health.ts'

export type PushOutcome = 'added' | 'repeated' | 'late'

export type Sorted =
  | {
      readonly ok: true
      /** One for each figure that was pushed. */
      readonly outcomes: readonly PushOutcome[]
      /** By guard: the rows that change, and the state that goes with them. */
      readonly changes: readonly { readonly state: SourceState; readonly rows: readonly FigureRow[] }[]
    }
  /** `at` is the number of the figure that cannot be taken; none of them is. */
  | { readonly ok: false; readonly at: number; readonly problem: string }

const LONGEST_WINDOW_MS = 3_600_000
/** How far the clock of who pushes may be ahead. */
const CLOCK_MS = 60_000

/**
 * What pushed figures add to those of a ramp. The key of a figure is (metric, start, arm, instance): one that is there already is
 * repeated and stays as it was, whatever it says now. A window closes half a minute after its end, for both arms: what comes
 * later would be judged after people, or the ramp, have acted on its absence.
 */
export function sortPushes(
  ramp: Pick<StoredRamp, 'plan' | 'startedAt'>,
  pushed: readonly PushedMeasurement[],
  { rows, states }: Figures,
  now: number,
): Sorted {
  const outcomes: PushOutcome[] = []
  const changes = new Map<string, Change>()
  for (const [at, one] of pushed.entries()) {
    for (const guard of guardsOf(ramp, one)) {
      const change = changes.get(guard.key) ?? begin(guard, rows, states)
      changes.set(guard.key, change)
      const added = addTo(change, one, { startedAt: ramp.startedAt, now })
      if ('problem' in added) return { ok: false, at, problem: added.problem }
      outcomes[at] = added.outcome
    }
    if (outcomes[at] === undefined)
      return { ok: false, at, problem: `no guard of this ramp takes pushed figures of ${one.metric}` }
  }
  return { ok: true, outcomes, changes: [...changes.values()].map((change) => settled(change, now)) }
}

/** Guards of this ramp that a figure is for. */
function guardsOf({ plan }: Pick<StoredRamp, 'plan'>, { metric }: PushedMeasurement): readonly Guard[] {
  return plan.guards.filter((guard) => guard.source.kind === 'pushed' && guard.metric === metric)
}

interface Change {
  readonly guard: Guard
  readonly before: SourceState | undefined
  /** Every window of the guard, by its start, as it is with this push. */
  readonly windows: Map<number, FigureRow>
  readonly changed: Set<number>
  fresh: number
  late: number
  lengthMs: number | null
}

function begin(guard: Guard, rows: readonly FigureRow[], states: readonly SourceState[]): Change {
  return {
    guard,
    before: states.find((state) => state.guard === guard.key),
    windows: new Map(rows.filter((row) => row.guard === guard.key).map((row) => [row.start, row])),
    changed: new Set(),
    fresh: 0,
    late: 0,
    lengthMs: null,
  }
}

interface When {
  readonly startedAt: number
  readonly now: number
}

function addTo(
  change: Change,
  one: PushedMeasurement,
  { startedAt, now }: When,
): { readonly outcome: PushOutcome } | { readonly problem: string } {
  const start = Date.parse(one.start)
  const end = Date.parse(one.end)
  const problem = problemOf(change, one, { start, end, now })
  if (problem !== null) return { problem }
  const old = change.windows.get(start)
  if (old !== undefined && isThere(old, one)) return { outcome: 'repeated' }
  if (now > end + PUSH_GRACE_MS || start < startedAt) {
    change.late += 1
    return { outcome: 'late' }
  }
  if (old === undefined) change.fresh += 1
  change.windows.set(
    start,
    joined(old ?? { guard: change.guard.key, start, end, part: 0, strata: [], value: null }, one),
  )
  change.changed.add(start)
  change.lengthMs = end - start
  return { outcome: 'added' }
}

function problemOf(
  { guard, windows }: Change,
  one: PushedMeasurement,
  { start, end, now }: { readonly start: number; readonly end: number; readonly now: number },
): string | null {
  if (end <= start) return 'the window must end after it starts'
  if (end - start > LONGEST_WINDOW_MS) return 'the window must not be longer than an hour'
  if (end > now + CLOCK_MS) return 'the window has not ended yet; push it when it has'
  if ('value' in one !== (guard.take === 'gauge'))
    return guard.take === 'gauge'
      ? `${one.metric} is a gauge: push a value`
      : `${one.metric} counts events: push events and total of an arm`
  if ('total' in one && one.events > one.total) return 'there cannot be more events than there are in total'
  const other = [...windows.values()].find(
    (row) => row.start < end && start < row.end && (row.start !== start || row.end !== end),
  )
  if (other === undefined) return null
  return `the window overlaps with the one from ${sayTime(other.start, now)} to ${sayTime(other.end, now)}`
}

function isThere(row: FigureRow, one: PushedMeasurement): boolean {
  if ('value' in one) return row.value !== null
  const stratum = row.strata.find(({ instance }) => instance === (one.instance ?? ''))
  return stratum !== undefined && stratum[one.arm] !== null
}

function joined(row: FigureRow, one: PushedMeasurement): FigureRow {
  if ('value' in one) return { ...row, value: one.value }
  const { arm, events, total, instance = '' } = one
  const known = row.strata.find((stratum) => stratum.instance === instance)
  const stratum: FigureStratum = {
    ...(known ?? { instance, treatment: null, control: null }),
    [arm]: { events, total },
  }
  return { ...row, strata: [...row.strata.filter((other) => other !== known), stratum] }
}

function settled(change: Change, now: number) {
  const { guard, before, windows, changed, fresh, late, lengthMs } = change
  const rows = [...changed].map((start) => windows.get(start)).filter((row) => row !== undefined)
  const added = rows.length > 0
  const readAt = Math.max(before?.readAt ?? 0, ...rows.map(({ end }) => end))
  const state: SourceState = {
    guard: guard.key,
    version: (before?.version ?? 0) + 1,
    state: added ? 'ok' : (before?.state ?? 'waiting'),
    since: added && before?.state === 'ok' ? before.since : now,
    askedAt: added ? now : (before?.askedAt ?? now),
    everyMs: lengthMs ?? before?.everyMs ?? 60_000,
    readAt: readAt === 0 ? null : readAt,
    inARow: 0,
    windows: (before?.windows ?? 0) + fresh,
    withoutData: before?.withoutData ?? 0,
    failed: before?.failed ?? 0,
    late: (before?.late ?? 0) + late,
    words: added ? 'figures' : 'what was pushed came too late',
    counters: null,
  }
  return { state, rows }
}
