import { readUnit, type Subject } from './attributes.ts'
import { seededUnitHash } from './bucket.ts'
import type { Configuration } from './configuration.ts'
import { conclude } from './evaluate.ts'
import type { Id, UnitHash, Watch, WatchedMetric } from './model.ts'
import type { Tally } from './tally.ts'
import { type Arm, armOf, type PreparedWatch } from './watches.ts'

/** Units longer than this are remembered by their hash, so that a memory is bounded in bytes too. */
const REMEMBERED_LENGTH = 64

/**
 * Which units one ramp has met here, and which it has counted for a metric, in one sequence. A new sequence counts again: what was
 * sent of the one before may not have been counted, and the server keeps each unit once.
 */
export interface Memory {
  seq: number
  /** When this sequence was first met here. */
  since: number
  readonly seen: Set<string>
  /** By metric and what is taken of it. */
  readonly counted: Map<WatchedMetric['take'], Map<string, Set<string>>>
  /** The row that was written last. */
  row: WatchedRow | undefined
}

/** What happened under one ramp and sequence within one tick of the caller's clock. */
export interface WatchedRow {
  /** Of the counts that wait for the same drain. */
  readonly batch: object
  readonly ramp: Id
  readonly seq: number
  readonly tick: number
  readonly tickMs: number
  readonly evaluations: Record<Arm, number>
  readonly seen: UnitsByArm
  readonly first: Map<string, UnitsByArm>
  readonly slow: Map<string, MeasuredByArm>
  /** What units came to here, by metric and unit. */
  readonly sum: Map<string, Map<string, Amount>>
  readonly outcomes: Map<string, Placement>
  /** Units that are repeated while a metric settles: once a row. */
  readonly repeated: Map<string, Set<string>>
}

export type UnitsByArm = Readonly<Record<Arm, UnitHash[]>>
export type MeasuredByArm = Readonly<Record<Arm, (readonly [UnitHash, number])[]>>

export interface Amount {
  readonly arm: Arm
  readonly hash: UnitHash
  value: number
}

/** Outcomes of contexts with a unit, and of those without. */
export interface Placement {
  placed: number
  unplaced: number
}

/**
 * Counts that the application was given the conclusion its configuration has just come to, and notes the unit when this
 * sequence meets it for the first time. Only conclusions of the ramped rule have a watch.
 */
export function noteExposure(
  tally: Tally,
  configuration: Configuration,
  watch: PreparedWatch,
  context: Subject,
  nowMs: number,
): void {
  const { hasUnit, place } = configuration.asking
  const unit = hasUnit ? readUnit(context, watch.by) : undefined
  const arm = unit === undefined ? undefined : armOf(watch, unit, place >>> 0)
  if (unit === undefined || arm === undefined) return
  const memory = memoryOf(tally, watch.watch, nowMs)
  const row = rowAt(tally, memory, watch.watch, nowMs)
  if (row === undefined) return
  row.evaluations[arm] += 1
  if (meets(tally, watch, unit, memory.seen)) row.seen[arm].push(seededUnitHash(unit, watch.seeds))
}

/** What happened to a unit: so many events, or one measured value. */
export interface Outcome {
  readonly metric: string
  readonly n: number
  readonly value: number | undefined
}

/**
 * Notes an outcome of a unit for every ramp that watches the metric. The arm is the one the context has now: no exposure
 * is looked up, and none is needed. An outcome of a context without unit is in no arm: it is counted as such.
 */
export function noteOutcome(
  tally: Tally,
  configuration: Configuration,
  outcome: Outcome,
  context: Subject,
  nowMs: number,
): void {
  const { metric } = outcome
  for (const { flag, metrics } of configuration.watches.byMetric.get(metric) ?? []) {
    const { watch } = conclude(configuration, flag, context)
    if (watch === undefined) continue
    const { hasUnit, place } = configuration.asking
    const unit = hasUnit ? readUnit(context, watch.by) : undefined
    const arm = unit === undefined ? undefined : armOf(watch, unit, place >>> 0)
    if (unit !== undefined && arm === undefined) continue
    const memory = memoryOf(tally, watch.watch, nowMs)
    const row = rowAt(tally, memory, watch.watch, nowMs)
    if (row === undefined) continue
    notePlacement(row, metric, unit !== undefined)
    if (unit === undefined || arm === undefined) continue
    const noted: Noted = { watch, memory, row, unit, arm, nowMs }
    // A unit that has an outcome was met, so that failures of a sequence never outnumber its units.
    if (meets(tally, watch, unit, memory.seen)) row.seen[arm].push(seededUnitHash(unit, watch.seeds))
    for (const watched of metrics) if (watched.metric === metric) take(tally, noted, watched, outcome)
  }
}

function notePlacement({ outcomes }: WatchedRow, metric: string, isPlaced: boolean): void {
  const placement = entry(outcomes, metric, () => ({ placed: 0, unplaced: 0 }))
  if (isPlaced) placement.placed += 1
  else placement.unplaced += 1
}

/** Where a unit stands in a ramp, and where that is noted. */
interface Noted {
  readonly watch: PreparedWatch
  readonly memory: Memory
  readonly row: WatchedRow
  readonly unit: string
  readonly arm: Arm
  readonly nowMs: number
}

function take(tally: Tally, noted: Noted, watched: WatchedMetric, { n, value }: Outcome): void {
  const { row, arm, unit, watch } = noted
  const { metric } = watched
  switch (watched.take) {
    case 'first':
      if (isToBeSent(tally, noted, watched)) entry(row.first, metric, noUnits)[arm].push(hashOf(noted))
      break
    case 'slow':
      if (value === undefined || !isToBeSent(tally, noted, watched)) return
      entry(row.slow, metric, nothingMeasured)[arm].push([hashOf(noted), passedBy(value, watched.over)])
      break
    case 'sum':
      addAmount(
        tally,
        entry(row.sum, metric, () => new Map<string, Amount>()),
        nameOf(unit, watch),
        noted,
        {
          value: value ?? n,
          cap: watched.cap,
        },
      )
      break
  }
}

function passedBy(value: number, over: readonly number[]): number {
  let passed = 0
  for (const bound of over) if (value > bound) passed += 1
  return passed
}

/** A row says once what a unit came to in it; the server caps the sum of all rows as well. */
function addAmount(
  { pending, limits }: Tally,
  amounts: Map<string, Amount>,
  name: string,
  noted: Noted,
  { value, cap }: { readonly value: number; readonly cap: number },
): void {
  const amount = amounts.get(name)
  if (amount !== undefined) {
    amount.value = Math.min(cap, amount.value + value)
    return
  }
  if (pending.size.units >= limits.units) {
    pending.dropped.units += 1
    return
  }
  pending.size.units += 1
  amounts.set(name, { arm: noted.arm, hash: hashOf(noted), value: Math.min(cap, value) })
}

/**
 * Whether a unit is still to be told of for a metric. While the metric settles the server may not count what it is told, so that
 * the unit is told of again until then, once a row.
 */
function isToBeSent(tally: Tally, { watch, memory, row, unit, nowMs }: Noted, watched: WatchedMetric): boolean {
  const { metric, settleMs = 0 } = watched
  const isSettling = nowMs < memory.since + settleMs
  const known = isSettling
    ? entry(row.repeated, `${watched.take} ${metric}`, () => new Set<string>())
    : entry(
        entry(memory.counted, watched.take, () => new Map<string, Set<string>>()),
        metric,
        () => new Set<string>(),
      )
  return meets(tally, watch, unit, known)
}

function hashOf({ unit, watch }: Noted): UnitHash {
  return seededUnitHash(unit, watch.seeds)
}

/**
 * Whether a unit is new to a set of a memory, which then remembers it. A unit that is shed for want of room is not
 * remembered: it can still be counted later.
 */
function meets({ pending, limits }: Tally, { seeds }: PreparedWatch, unit: string, known: Set<string>): boolean {
  const name = nameOf(unit, { seeds })
  if (known.has(name)) return false
  if (pending.size.units >= limits.units) {
    pending.dropped.units += 1
    return false
  }
  if (known.size >= limits.remembered) known.clear()
  known.add(name)
  pending.size.units += 1
  return true
}

/** By which a unit is remembered. */
function nameOf(unit: string, { seeds }: Pick<PreparedWatch, 'seeds'>): string {
  return unit.length > REMEMBERED_LENGTH ? seededUnitHash(unit, seeds) : unit
}

/** The row of this moment; undefined when there are too many, which is counted as a unit shed. */
function rowAt({ batch, pending, limits }: Tally, memory: Memory, watch: Watch, nowMs: number): WatchedRow | undefined {
  const tick = Math.floor(nowMs / watch.tickMs)
  const { row } = memory
  if (row !== undefined && row.tick === tick && row.seq === watch.seq && row.batch === batch) return row
  memory.row = pending.watched.findLast((one) => one.ramp === watch.ramp && one.seq === watch.seq && one.tick === tick)
  if (memory.row !== undefined) return memory.row
  if (pending.watched.length >= limits.watched) {
    pending.dropped.units += 1
    return undefined
  }
  const { ramp, seq, tickMs } = watch
  memory.row = {
    batch,
    ramp,
    seq,
    tick,
    tickMs,
    evaluations: { treatment: 0, control: 0 },
    seen: noUnits(),
    first: new Map(),
    slow: new Map(),
    sum: new Map(),
    outcomes: new Map(),
    repeated: new Map(),
  }
  pending.watched.push(memory.row)
  return memory.row
}

function memoryOf({ memories }: Tally, { ramp, seq }: Watch, nowMs: number): Memory {
  const held = memories.get(ramp)
  if (held !== undefined && held.seq === seq) return held
  const memory = held ?? { seq, since: nowMs, seen: new Set(), counted: new Map(), row: undefined }
  memory.seq = seq
  memory.since = nowMs
  memory.seen.clear()
  memory.counted.clear()
  memories.set(ramp, memory)
  return memory
}

function noUnits(): UnitsByArm {
  return { treatment: [], control: [] }
}

function nothingMeasured(): MeasuredByArm {
  return { treatment: [], control: [] }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const held = map.get(key)
  if (held !== undefined) return held
  const made = make()
  map.set(key, made)
  return made
}
