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
type RowOf<K extends 'evaluations' | 'unknown' | 'errors'> = Mutable<NonNullable<Counts[K]>[number]>

interface Rows {
  readonly evaluations: RowOf<'evaluations'>
  readonly unknown: RowOf<'unknown'>
  readonly errors: RowOf<'errors'>
  readonly totals: { readonly metric: string; n: number; sum?: number; histogram?: [bucket: number, n: number][] }
  readonly watched: WatchedRow
}

/** As on the wire, but that it says which tick it is of, and not how long ago that was. */
interface WatchedRow extends Pick<Watched, 'ramp' | 'seq'> {
  readonly from: number
  readonly to: number
  readonly seen: Arms<string[]>
  readonly evaluations: Mutable<Arms<number>>
  first?: ({ readonly metric: string } & Arms<string[]>)[]
  outcomes?: { readonly metric: string; placed: number; unplaced: number }[]
}

type Dropped = Mutable<NonNullable<Counts['dropped']>>

function nothing(since: number) {
  return {
    since,
    rows: new Map<keyof Rows, Map<string, Rows[keyof Rows]>>(),
    dropped: undefined as Dropped | undefined,
    isPressing: false,
  }
}

/** What happened in this page since it was last drained, in the shapes of the wire. */
export interface Tally {
  /** Whether there is news for a ramp: somebody it has not met, or somebody's first outcome that it asks for. */
  readonly isPressing: boolean
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

  /** The row that this begins, which begins with `zero`; undefined when there are too many of its kind. */
  function row<K extends keyof Rows>(
    kind: K,
    shed: keyof Dropped,
    thing: Partial<Rows[K]>,
    zero: object = { n: 0 },
    most = MOST,
  ): Rows[K] | undefined {
    const all = pending.rows.get(kind) ?? new Map<string, Rows[keyof Rows]>()
    const name = JSON.stringify(thing)
    const known = all.get(name)
    if (!known && all.size >= most) return drop(shed)
    const made = (known ?? { ...thing, ...zero }) as Rows[K]
    pending.rows.set(kind, all.set(name, made))
    return made
  }

  function drop(shed: keyof Dropped): undefined {
    pending.dropped ??= {}
    pending.dropped[shed] = (pending.dropped[shed] ?? 0) + 1
  }

  function isNew(name: string): boolean {
    if (met.has(name)) return false
    met.set(name, clock())
    return true
  }

  function watchedRow({ watch: { ramp, seq, tickMs }, unit, arm }: Stand): WatchedRow | undefined {
    const scope = scopeOf(ramp, seq)
    isNew(scope)
    const from = Math.floor(clock() / tickMs) * tickMs
    const zero = { seen: noUnits(), evaluations: { treatment: 0, control: 0 } }
    const noted = row('watched', 'units', { ramp, seq, from, to: from + tickMs }, zero)
    // A unit that has an outcome was met, so that failures of a sequence never outnumber its units.
    if (noted && unit && arm && isNew(scope + unit)) {
      noted.seen[arm].push(unit)
      pending.isPressing = true
    }
    return noted
  }

  function noteOutcome(stand: Stand, metric: string): void {
    const { watch, unit, arm } = stand
    const watched = watch.metrics.find((one) => one.metric === metric && one.take === 'first')
    // A unit outside the sample is in no arm and is not missed.
    const noted = watched && (!unit || arm) && watchedRow(stand)
    if (!noted) return
    noted.outcomes ??= []
    of(noted.outcomes, metric, { placed: 0, unplaced: 0 })[unit ? 'placed' : 'unplaced'] += 1
    if (!unit || !arm) return
    const scope = scopeOf(watch.ramp, watch.seq)
    // While the metric settles the server may not count what it is told: the unit is told of again until then, once a row.
    const isSettling = clock() < (met.get(scope) ?? 0) + (watched.settleMs ?? 0)
    if (!isSettling && !isNew(`${scope}${metric} ${unit}`)) return
    noted.first ??= []
    const units = of(noted.first, metric, noUnits())[arm]
    if (units.includes(unit)) return
    units.push(unit)
    pending.isPressing = true
  }

  return {
    get isPressing() {
      return pending.isPressing
    },
    exposure({ key: flag, variation = '', reason, rule, stand }) {
      const named = rule === 'everyone-else' ? undefined : rule
      const counted = row('evaluations', 'evaluations', { flag, variation, reason, ...(named && { rule: named }) })
      if (counted) counted.n += 1
      const noted = stand?.arm && watchedRow(stand)
      if (noted) noted.evaluations[stand.arm] += 1
    },
    error(key, code) {
      const flag = String(key).slice(0, 128)
      const counted =
        code === 'flag_not_found'
          ? row('unknown', 'evaluations', { flag }, undefined, MOST_UNKNOWN)
          : row('errors', 'evaluations', { flag, code })
      if (counted) counted.n += 1
    },
    outcome(answers, metric, n, value) {
      if (!isMetricName(metric) || !(isNumber(n) && n > 0 && isNumber(value ?? 0))) return drop('outcomes')
      // Counted and observed are rows of their own.
      const zero = { n: 0, ...(value !== undefined && { sum: 0, histogram: [] }) }
      const total = row('totals', 'outcomes', { metric, ...zero }, {}, 2 * MOST)
      if (!total) return
      total.n += n
      if (value !== undefined && total.histogram) {
        total.sum = (total.sum ?? 0) + value
        const at = bucketOf(value)
        const bucket = total.histogram.find(([known]) => known === at)
        if (bucket) bucket[1] += 1
        else total.histogram.push([at, 1])
      }
      for (const { stand } of answers?.values() ?? []) if (stand) noteOutcome(stand, metric)
    },
    drain(answers, revision) {
      const now = clock()
      const { since, rows, dropped } = pending
      pending = nothing(now)
      const running = [...(answers?.values() ?? [])].flatMap(({ stand }) =>
        stand ? scopeOf(stand.watch.ramp, stand.watch.seq) : [],
      )
      for (const name of met.keys()) if (!running.some((scope) => name.startsWith(scope))) met.delete(name)
      const lists = [...rows].map(([kind, all]) => [kind, [...all.values()].map(written)])
      if (lists.length === 0 && !dropped) return undefined
      return {
        revision,
        spanMs: Math.round(now - since),
        evaluations: [],
        ...Object.fromEntries(lists),
        ...(dropped && { dropped }),
      }

      /** With the age of the middle of that part of the tick which it covers. */
      function written({ from, to, ...rest }: Rows[keyof Rows] & Partial<WatchedRow>): object {
        if (from === undefined || to === undefined) return rest
        return { ...rest, agoMs: Math.max(0, Math.round(now - (Math.max(since, from) + Math.min(now, to)) / 2)) }
      }
    },
  }
}

/** Applications without types pass texts too, which would be added to others as texts. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= LARGEST
}

function scopeOf(ramp: string, seq: number): string {
  return `${ramp} ${seq} `
}

function noUnits(): Arms<string[]> {
  return { treatment: [], control: [] }
}

/** The entry of this metric, which begins with `zero`. */
function of<T>(list: ({ readonly metric: string } & T)[], metric: string, zero: T): T {
  const known = list.find((one) => one.metric === metric)
  if (known) return known
  const made = { metric, ...zero }
  list.push(made)
  return made
}
