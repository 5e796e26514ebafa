import type { Subject } from './attributes.ts'
import type { Conclusion } from './conclusion.ts'
import type { Configuration } from './configuration.ts'
import { bucketOf, isMetricName } from './metric.ts'
import type { ErrorCode, Id, Key } from './model.ts'
import { type Memory, noteExposure, noteOutcome, type WatchedRow } from './watched.ts'

/** What a tally holds at most. What is beyond is shed and counted in `dropped`, never kept without bound. */
export interface TallyLimits {
  /** Conclusions of flags. */
  readonly evaluations: number
  /** Keys that no flag has. */
  readonly unknown: number
  /** Combinations of flag and error. */
  readonly errors: number
  readonly metrics: number
  /** Combinations of ramp, sequence and tick. */
  readonly watched: number
  /** Unit hashes waiting to be drained, over all ramps and both arms: shedding never looks at the arm. */
  readonly units: number
  /**
   * Units remembered per ramp and sequence as seen, and per ramp and metric as counted. A full memory starts again
   * empty: units met again are sent again, and the server keeps each once, so that this costs bytes and never truth.
   */
  readonly remembered: number
}

export const TALLY_LIMITS: TallyLimits = {
  evaluations: 10_000,
  unknown: 100,
  errors: 1_000,
  metrics: 500,
  watched: 1_000,
  units: 20_000,
  remembered: 100_000,
}

/** Keys of flags that may not exist are cut at this length. */
const KEY_LENGTH = 128

/** Numbers beyond this are shed: a sum of them could stop being finite. */
const LARGEST = 1e100

/**
 * What happened since the last drain, and which units each ramp has met. Changed in place by the functions below and
 * nobody else. Times are milliseconds of one monotonic clock, which the caller reads.
 */
export interface Tally {
  readonly limits: TallyLimits
  readonly memories: Map<Id, Memory>
  /** When the last drain was, or the tally was made. */
  since: number
  /** Its identity tells the rows of what is pending from those that were drained. */
  batch: object
  pending: Pending
}

/** Counts waiting to be drained. */
export interface Pending {
  readonly evaluations: EvaluationRow[]
  readonly unknown: Map<string, UnknownRow>
  /** The one that was counted last: whoever asks for a flag that is not there asks again and again. */
  lastUnknown: UnknownRow | undefined
  readonly errors: Map<Key, Map<ErrorCode, number>>
  readonly counted: Map<string, number>
  readonly observed: Map<string, Observed>
  readonly watched: WatchedRow[]
  readonly size: { errors: number; units: number }
  readonly dropped: { evaluations: number; outcomes: number; units: number }
}

/** How often the application was given one conclusion of a flag. */
export interface EvaluationRow {
  readonly batch: object
  readonly flag: Key
  readonly conclusion: Conclusion
  n: number
}

/** How often a key that no flag has was asked for. */
export interface UnknownRow {
  readonly key: string
  n: number
}

export interface Observed {
  n: number
  sum: number
  readonly histogram: Map<number, number>
}

export function createTally(nowMs: number, limits: Partial<TallyLimits> = {}): Tally {
  return {
    limits: { ...TALLY_LIMITS, ...limits },
    memories: new Map(),
    since: nowMs,
    batch: {},
    pending: nothingPending(),
  }
}

export function nothingPending(): Pending {
  return {
    evaluations: [],
    unknown: new Map(),
    lastUnknown: undefined,
    errors: new Map(),
    counted: new Map(),
    observed: new Map(),
    watched: [],
    size: { errors: 0, units: 0 },
    dropped: { evaluations: 0, outcomes: 0, units: 0 },
  }
}

/**
 * Counts that the application was given a conclusion that is no error. For a flag under a ramp the unit is noted too, once
 * per sequence. `configuration` is the one that came to it, just now: where the unit stands is read from there, and the
 * watch names the step that the unit belongs to. `nowMs` is looked at only for conclusions with a watch.
 */
export function recordExposure(
  tally: Tally,
  configuration: Configuration,
  key: Key,
  conclusion: Conclusion,
  context: Subject,
  nowMs: number,
): void {
  const { row, watch } = conclusion
  if (row !== undefined && row.batch === tally.batch) row.n += 1
  else openRow(tally, key, conclusion)
  if (watch !== undefined) noteExposure(tally, configuration, watch, context, nowMs)
}

function openRow({ batch, pending, limits }: Tally, key: Key, conclusion: Conclusion): void {
  if (pending.evaluations.length >= limits.evaluations) {
    pending.dropped.evaluations += 1
    return
  }
  conclusion.row = { batch, flag: key, conclusion, n: 1 }
  pending.evaluations.push(conclusion.row)
}

/**
 * Counts that the application was given no value. Whether this is the first of its kind since the last drain, among those
 * that are kept apart.
 */
export function recordError(tally: Tally, key: Key, code: ErrorCode): boolean {
  if (code !== 'flag_not_found') return recordErrorOf(tally, named(key), code)
  const { pending } = tally
  const { lastUnknown } = pending
  const known = lastUnknown?.key === key ? lastUnknown : pending.unknown.get(key)
  if (known === undefined) return recordUnknown(tally, named(key))
  known.n += 1
  pending.lastUnknown = known
  return false
}

function recordUnknown({ pending, limits }: Tally, name: string): boolean {
  const known = pending.unknown.get(name)
  if (known !== undefined) {
    known.n += 1
    return false
  }
  if (pending.unknown.size >= limits.unknown) {
    pending.dropped.evaluations += 1
    return false
  }
  pending.unknown.set(name, { key: name, n: 1 })
  return true
}

/** Applications without types may ask for anything. */
function named(key: Key): string {
  return String(key).slice(0, KEY_LENGTH)
}

function recordErrorOf({ pending, limits }: Tally, name: string, code: ErrorCode): boolean {
  const codes = pending.errors.get(name) ?? new Map<ErrorCode, number>()
  const isFirst = !codes.has(code)
  if (isFirst) {
    if (pending.size.errors >= limits.errors) {
      pending.dropped.evaluations += 1
      return false
    }
    pending.size.errors += 1
    pending.errors.set(name, codes)
  }
  add(codes, code, 1)
  return isFirst
}

/**
 * Counts that `metric` happened `n` times to a unit. Under a ramp that watches the metric, the unit's first event is
 * noted for the arm that this configuration gives the context now. A name that is not `[a-z][a-z0-9_.]{0,63}` or an `n`
 * that is not a positive number (up to 1e100) is shed.
 */
export function recordOutcome(
  tally: Tally,
  configuration: Configuration,
  metric: string,
  context: Subject,
  n: number,
  nowMs: number,
): void {
  const { counted } = tally.pending
  if (!(isNumber(n) && n > 0) || !accepts(tally, counted, metric)) {
    tally.pending.dropped.outcomes += 1
    return
  }
  add(counted, metric, n)
  noteOutcome(tally, configuration, { metric, n, value: undefined }, context, nowMs)
}

/** Counts a measured value, such as a latency or an amount. It is an event of the metric too. Not within ±1e100: shed. */
export function recordObservation(
  tally: Tally,
  configuration: Configuration,
  metric: string,
  context: Subject,
  value: number,
  nowMs: number,
): void {
  const { observed } = tally.pending
  if (!isNumber(value) || !accepts(tally, observed, metric)) {
    tally.pending.dropped.outcomes += 1
    return
  }
  const total = observed.get(metric) ?? { n: 0, sum: 0, histogram: new Map() }
  total.n += 1
  total.sum += value
  add(total.histogram, bucketOf(value), 1)
  observed.set(metric, total)
  noteOutcome(tally, configuration, { metric, n: 1, value }, context, nowMs)
}

/** Applications without types pass texts too, which would be added to others as texts. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LARGEST
}

function accepts(tally: Tally, held: ReadonlyMap<string, unknown>, metric: string): boolean {
  return held.has(metric) || (held.size < tally.limits.metrics && isMetricName(metric))
}

function add<K>(counts: Map<K, number>, key: K, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n)
}
