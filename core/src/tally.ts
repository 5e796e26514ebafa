import type { Subject } from './attributes.ts'
import type { Configuration } from './configuration.ts'
import { bucketOf, isMetricName } from './metric.ts'
import type { Answer, ErrorCode, Id, Key, Reason } from './model.ts'
import { type Memory, recordEvent, recordExposure, type WatchedRow } from './watched.ts'

/** What a tally holds at most. What is beyond is shed and counted in `dropped`, never kept without bound. */
export interface TallyLimits {
  /** Combinations of flag, variation, reason and rule. */
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
  pending: Pending
}

/** Counts waiting to be drained. */
export interface Pending {
  readonly evaluations: Map<Key, EvaluationRow[]>
  readonly unknown: Map<string, number>
  readonly errors: Map<Key, Map<ErrorCode, number>>
  readonly counted: Map<string, number>
  readonly observed: Map<string, Observed>
  readonly watched: WatchedRow[]
  readonly size: { evaluations: number; errors: number; units: number }
  readonly dropped: { evaluations: number; outcomes: number; units: number }
}

export interface EvaluationRow {
  readonly variation: Key
  readonly reason: Reason
  readonly rule: Id | undefined
  n: number
}

export interface Observed {
  n: number
  sum: number
  readonly histogram: Map<number, number>
}

export function createTally(nowMs: number, limits: Partial<TallyLimits> = {}): Tally {
  return { limits: { ...TALLY_LIMITS, ...limits }, memories: new Map(), since: nowMs, pending: nothingPending() }
}

export function nothingPending(): Pending {
  return {
    evaluations: new Map(),
    unknown: new Map(),
    errors: new Map(),
    counted: new Map(),
    observed: new Map(),
    watched: [],
    size: { evaluations: 0, errors: 0, units: 0 },
    dropped: { evaluations: 0, outcomes: 0, units: 0 },
  }
}

/**
 * Counts an answer that was given to the application. For a flag under a ramp the unit is noted too, once per sequence.
 * `configuration` is the one that gave the answer: its watch names the step the unit belongs to.
 */
export function recordEvaluation(
  tally: Tally,
  configuration: Configuration,
  key: Key,
  answer: Answer,
  context: Subject,
  nowMs: number,
): void {
  if (answer.error !== undefined) {
    countError(tally, key, answer.error)
    return
  }
  countEvaluation(tally, configuration, key, answer)
  if (answer.position === undefined) return
  const watch = configuration.watches.byFlag.get(key)
  if (watch !== undefined) recordExposure(tally, watch, answer, context, nowMs)
}

function countEvaluation({ pending, limits }: Tally, configuration: Configuration, key: Key, answer: Answer): void {
  const { variation, reason, rule } = answer
  if (variation === undefined) return
  let rows = pending.evaluations.get(key)
  if (rows !== undefined) {
    // Texts of one configuration are shared, so that comparing them is comparing pointers.
    for (const row of rows) {
      if (row.variation === variation && row.reason === reason && row.rule === rule) {
        row.n += 1
        return
      }
    }
  }
  if (pending.size.evaluations >= limits.evaluations || !configuration.flags.has(key)) {
    pending.dropped.evaluations += 1
    return
  }
  if (rows === undefined) {
    rows = []
    pending.evaluations.set(key, rows)
  }
  rows.push({ variation, reason, rule, n: 1 })
  pending.size.evaluations += 1
}

function countError({ pending, limits }: Tally, key: Key, code: ErrorCode): void {
  // Applications without types may ask for anything.
  const name = String(key).slice(0, KEY_LENGTH)
  if (code === 'flag_not_found') {
    if (pending.unknown.has(name) || pending.unknown.size < limits.unknown) add(pending.unknown, name, 1)
    else pending.dropped.evaluations += 1
    return
  }
  const codes = pending.errors.get(name) ?? new Map<ErrorCode, number>()
  if (!codes.has(code)) {
    if (pending.size.errors >= limits.errors) {
      pending.dropped.evaluations += 1
      return
    }
    pending.size.errors += 1
    pending.errors.set(name, codes)
  }
  add(codes, code, 1)
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
  if (!(n > 0 && n <= LARGEST) || !accepts(tally, counted, metric)) {
    tally.pending.dropped.outcomes += 1
    return
  }
  add(counted, metric, n)
  recordEvent(tally, configuration, metric, context, nowMs)
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
  if (!(Math.abs(value) <= LARGEST) || !accepts(tally, observed, metric)) {
    tally.pending.dropped.outcomes += 1
    return
  }
  const total = observed.get(metric) ?? { n: 0, sum: 0, histogram: new Map() }
  total.n += 1
  total.sum += value
  add(total.histogram, bucketOf(value), 1)
  observed.set(metric, total)
  recordEvent(tally, configuration, metric, context, nowMs)
}

function accepts(tally: Tally, held: ReadonlyMap<string, unknown>, metric: string): boolean {
  return held.has(metric) || (held.size < tally.limits.metrics && isMetricName(metric))
}

function add<K>(counts: Map<K, number>, key: K, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n)
}
