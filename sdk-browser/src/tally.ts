import type { Arms, Counts, ErrorCode, Key, Watched } from '@rampart/contract/wire'
import { bucketOf, isMetricName, type Stand } from '@rampart/core'
import type { Answers, Told } from './answers.ts'

/** What is kept apart at most, of each kind. What is beyond is shed and said so. */
const MOST = 500
/** Keys that no flag has: the server takes no more. */
const MOST_UNKNOWN = 100
/** Numbers beyond this are shed: a sum of them could stop being finite. */
const LARGEST = 1e100

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Row<K extends 'evaluations' | 'unknown' | 'errors'> = Mutable<NonNullable<Counts[K]>[number]>
type Units = { readonly metric: string } & Arms<string[]>

interface WatchedRow {
  readonly wire: Mutable<Pick<Watched, 'ramp' | 'seq'>> & { seen: Arms<string[]>; evaluations: Mutable<Arms<number>> }
  readonly from: number
  readonly to: number
  readonly first: Map<string, Units>
  readonly outcomes: Map<string, { metric: string; placed: number; unplaced: number }>
}

interface Total {
  readonly metric: string
  n: number
  sum?: number
  readonly histogram?: Map<number, number>
}

function nothing(now: number) {
  return {
    since: now,
    evaluations: new Map<string, Row<'evaluations'>>(),
    unknown: new Map<string, Row<'unknown'>>(),
    errors: new Map<string, Row<'errors'>>(),
    totals: new Map<string, Total>(),
    watched: new Map<string, WatchedRow>(),
    dropped: { evaluations: 0, outcomes: 0, units: 0 },
  }
}

/** What happened in this page since it was last drained, in the shapes of the wire. */
export interface Tally {
  exposure(told: Told): void
  error(key: Key, code: ErrorCode): void
  /** Something happened `n` times, or was measured: then `value` is what. */
  outcome(answers: Answers | undefined, metric: string, n: number, value?: number): void
  /** Takes out what was counted; undefined when nothing was. `answers` say which ramps there still are. */
  drain(answers: Answers | undefined, revision: number): Counts | undefined
}

/** The tally of one page: of one unit at a time, and of events only, since browsers report nothing else of a ramp. */
export function createTally(clock: () => number): Tally {
  let pending = nothing(clock())
  /** What each ramp and sequence has met here and has counted, and when that was. */
  const met = new Map<string, number>()

  /** The row of this name; undefined when there are too many of its kind. */
  function row<T>(
    rows: Map<string, T>,
    name: string,
    make: () => T,
    shed: keyof typeof pending.dropped,
    most = MOST,
  ): T | undefined {
    const known = rows.get(name)
    if (known) return known
    if (rows.size >= most) {
      pending.dropped[shed] += 1
      return undefined
    }
    const made = make()
    rows.set(name, made)
    return made
  }

  function isNew(name: string): boolean {
    if (met.has(name)) return false
    met.set(name, clock())
    return true
  }

  function watchedRow({ watch: { ramp, seq, tickMs }, unit, arm }: Stand): WatchedRow | undefined {
    const scope = scopeOf(ramp, seq)
    isNew(scope)
    const now = clock()
    const from = Math.floor(now / tickMs) * tickMs
    const noted = row(
      pending.watched,
      `${scope}${from}`,
      () => ({
        wire: { ramp, seq, seen: noUnits(), evaluations: { treatment: 0, control: 0 } },
        from,
        to: from + tickMs,
        first: new Map(),
        outcomes: new Map(),
      }),
      'units',
    )
    // A unit that has an outcome was met, so that failures of a sequence never outnumber its units.
    if (noted && unit && arm && isNew(scope + unit)) noted.wire.seen[arm].push(unit)
    return noted
  }

  function noteOutcome(stand: Stand, metric: string): void {
    const { watch, unit, arm } = stand
    const watched = watch.metrics.find((one) => one.metric === metric && one.take === 'first')
    // A unit outside the sample is in no arm and is not missed.
    if (!watched || (unit && !arm)) return
    const noted = watchedRow(stand)
    if (!noted) return
    const placement = row(noted.outcomes, metric, () => ({ metric, placed: 0, unplaced: 0 }), 'units')
    if (placement) placement[unit ? 'placed' : 'unplaced'] += 1
    if (!unit || !arm) return
    const scope = scopeOf(watch.ramp, watch.seq)
    // While the metric settles the server may not count what it is told: the unit is told of again until then, once a row.
    const isSettling = clock() < (met.get(scope) ?? 0) + (watched.settleMs ?? 0)
    const isTold = isSettling ? noted.first.get(metric)?.[arm].includes(unit) : !isNew(`${scope}${metric} ${unit}`)
    if (!isTold) row(noted.first, metric, () => ({ metric, ...noUnits() }), 'units')?.[arm].push(unit)
  }

  return {
    exposure({ key: flag, variation = '', reason, rule, stand }) {
      const named = rule && rule !== 'everyone-else' ? rule : undefined
      const counted = row(
        pending.evaluations,
        [flag, variation, reason, named].join('\n'),
        () => ({ flag, variation, reason, ...(named && { rule: named }), n: 0 }),
        'evaluations',
      )
      if (counted) counted.n += 1
      if (!stand?.arm) return
      const noted = watchedRow(stand)
      if (noted) noted.wire.evaluations[stand.arm] += 1
    },
    error(key, code) {
      const flag = String(key).slice(0, 128)
      const counted =
        code === 'flag_not_found'
          ? row(pending.unknown, flag, () => ({ flag, n: 0 }), 'evaluations', MOST_UNKNOWN)
          : row(pending.errors, `${flag}\n${code}`, () => ({ flag, code, n: 0 }), 'evaluations')
      if (counted) counted.n += 1
    },
    outcome(answers, metric, n, value) {
      const isMeasured = value !== undefined
      const isGood = isMetricName(metric) && n > 0 && n <= LARGEST && Math.abs(value ?? 0) <= LARGEST
      const total =
        isGood &&
        row<Total>(
          pending.totals,
          `${metric} ${isMeasured}`,
          () => ({ metric, n: 0, ...(isMeasured && { sum: 0, histogram: new Map() }) }),
          'outcomes',
          2 * MOST,
        )
      if (!total) {
        if (!isGood) pending.dropped.outcomes += 1
        return
      }
      total.n += n
      if (isMeasured && total.histogram) {
        total.sum = (total.sum ?? 0) + value
        const bucket = bucketOf(value)
        total.histogram.set(bucket, (total.histogram.get(bucket) ?? 0) + 1)
      }
      for (const { stand } of answers?.values() ?? []) if (stand) noteOutcome(stand, metric)
    },
    drain(answers, revision) {
      const now = clock()
      const { since, evaluations, unknown, errors, totals, watched, dropped } = pending
      pending = nothing(now)
      const running = [...(answers?.values() ?? [])].flatMap(({ stand }) =>
        stand ? scopeOf(stand.watch.ramp, stand.watch.seq) : [],
      )
      for (const name of met.keys()) if (!running.some((scope) => name.startsWith(scope))) met.delete(name)
      const shed = Object.entries(dropped).filter(([, n]) => n > 0)
      const counts: Counts = {
        revision,
        spanMs: Math.round(now - since),
        evaluations: [...evaluations.values()],
        ...listed('unknown', unknown),
        ...listed('errors', errors),
        ...listed('totals', totals, ({ histogram, ...total }) => ({
          ...total,
          ...(histogram && { histogram: [...histogram].sort(([a], [b]) => a - b) }),
        })),
        ...listed('watched', watched, ({ wire, from, to, first, outcomes }) => ({
          ...wire,
          // The age of the middle of that part of the tick which these counts cover.
          agoMs: Math.max(0, Math.round(now - (Math.max(since, from) + Math.min(now, to)) / 2)),
          ...listed('first', first),
          ...listed('outcomes', outcomes),
        })),
        ...(shed.length > 0 && { dropped: Object.fromEntries(shed) }),
      }
      return Object.keys(counts).length > 3 || evaluations.size > 0 ? counts : undefined
    },
  }
}

function scopeOf(ramp: string, seq: number): string {
  return `${ramp} ${seq} `
}

function noUnits(): Arms<string[]> {
  return { treatment: [], control: [] }
}

/** A member of this name, unless it would be empty. */
function listed<T>(name: string, rows: ReadonlyMap<string, T>, written: (row: T) => unknown = (row) => row): object {
  return rows.size > 0 ? { [name]: [...rows.values()].map(written) } : {}
}
