import type { Subject } from './attributes.ts'
import { seededUnitHash } from './bucket.ts'
import type { Configuration } from './configuration.ts'
import { conclude } from './evaluate.ts'
import type { Id, UnitHash, Watch, WatchedMetric } from './model.ts'
import type { Tally } from './tally.ts'
import { type Arm, armOf, type PreparedWatch, unitUnder } from './watches.ts'

/** Units longer than this are remembered by their hash, so that a memory is bounded in bytes too. */
const REMEMBERED_LENGTH = 64

/** Which units one ramp has met here: once per sequence, while first events are counted once per ramp. */
export interface Memory {
  /** The sequence that `seen` belongs to. */
  seq: number
  readonly seen: Set<string>
  readonly first: Map<string, Set<string>>
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
}

export type UnitsByArm = Readonly<Record<Arm, UnitHash[]>>

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
  const unit = hasUnit ? unitUnder(watch, context) : undefined
  const arm = unit === undefined ? undefined : armOf(watch, unit, place >>> 0)
  if (unit === undefined || arm === undefined) return
  const memory = memoryOf(tally, watch.watch)
  const row = rowAt(tally, memory, watch.watch, nowMs)
  if (row === undefined) return
  row.evaluations[arm] += 1
  if (meets(tally, watch, unit, memory.seen)) row.seen[arm].push(seededUnitHash(unit, watch.seeds))
}

/**
 * Notes an event of a unit for every ramp that watches the metric. The arm is the one the context has now: no exposure
 * is looked up, and none is needed.
 */
export function noteEvent(
  tally: Tally,
  configuration: Configuration,
  metric: string,
  context: Subject,
  nowMs: number,
): void {
  for (const { flag, metrics } of configuration.watches.byMetric.get(metric) ?? []) {
    const { watch } = conclude(configuration, flag, context)
    const { hasUnit, place } = configuration.asking
    const unit = watch !== undefined && hasUnit ? unitUnder(watch, context) : undefined
    const arm = watch === undefined || unit === undefined ? undefined : armOf(watch, unit, place >>> 0)
    if (watch === undefined || unit === undefined || arm === undefined) continue
    for (const watched of metrics) {
      if (watched.metric === metric) take(tally, watch, watched, { unit, arm }, nowMs)
    }
  }
}

/** Where a unit stands in a ramp. */
interface Placed {
  readonly unit: string
  readonly arm: Arm
}

function take(tally: Tally, watch: PreparedWatch, watched: WatchedMetric, placed: Placed, nowMs: number): void {
  switch (watched.take) {
    case 'first':
      takeFirst(tally, watch, watched.metric, placed, nowMs)
      break
    case 'slow':
    case 'sum':
      // Counted in the totals only: no guard of this version judges measured values by unit.
      break
  }
}

function takeFirst(tally: Tally, watch: PreparedWatch, metric: string, { unit, arm }: Placed, nowMs: number): void {
  const memory = memoryOf(tally, watch.watch)
  const row = rowAt(tally, memory, watch.watch, nowMs)
  if (row === undefined) return
  // A unit that has an outcome was met, so that failures of a sequence never outnumber its units.
  if (meets(tally, watch, unit, memory.seen)) row.seen[arm].push(seededUnitHash(unit, watch.seeds))
  const counted = entry(memory.first, metric, () => new Set<string>())
  if (!meets(tally, watch, unit, counted)) return
  entry(row.first, metric, noUnits)[arm].push(seededUnitHash(unit, watch.seeds))
}

/**
 * Whether a unit is new to a set of a memory, which then remembers it. A unit that is shed for want of room is not
 * remembered: it can still be counted later.
 */
function meets({ pending, limits }: Tally, { seeds }: PreparedWatch, unit: string, known: Set<string>): boolean {
  const name = unit.length > REMEMBERED_LENGTH ? seededUnitHash(unit, seeds) : unit
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
  }
  pending.watched.push(memory.row)
  return memory.row
}

function memoryOf({ memories }: Tally, { ramp, seq }: Watch): Memory {
  const held = memories.get(ramp)
  if (held !== undefined && held.seq === seq) return held
  const memory = held ?? { seq, seen: new Set(), first: new Map(), row: undefined }
  memory.seq = seq
  memory.seen.clear()
  memories.set(ramp, memory)
  return memory
}

function noUnits(): UnitsByArm {
  return { treatment: [], control: [] }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const held = map.get(key)
  if (held !== undefined) return held
  const made = make()
  map.set(key, made)
  return made
}
