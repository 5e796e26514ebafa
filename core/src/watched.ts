import type { Subject } from './attributes.ts'
import { seededUnitHash } from './bucket.ts'
import type { Configuration } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import type { Answer, Id, UnitHash, Watch, WatchedMetric } from './model.ts'
import type { Tally } from './tally.ts'
import { type Arm, type Placed, type PreparedWatch, place } from './watches.ts'

/** Units longer than this are remembered by their hash, so that a memory is bounded in bytes too. */
const REMEMBERED_LENGTH = 64

/** Which units one ramp has met here: once per sequence, while first events are counted once per ramp. */
export interface Memory {
  /** The sequence that `seen` belongs to. */
  seq: number
  readonly seen: Set<string>
  readonly first: Map<string, Set<string>>
}

/** What happened under one ramp and sequence within one tick of the caller's clock. */
export interface WatchedRow {
  readonly ramp: Id
  readonly seq: number
  readonly tick: number
  readonly tickMs: number
  readonly evaluations: Record<Arm, number>
  readonly seen: UnitsByArm
  readonly first: Map<string, UnitsByArm>
}

export type UnitsByArm = Readonly<Record<Arm, UnitHash[]>>

/** Counts an evaluation of the ramped rule, and notes its unit when this sequence meets it for the first time. */
export function recordExposure(
  tally: Tally,
  prepared: PreparedWatch,
  answer: Answer,
  context: Subject,
  nowMs: number,
): void {
  const placed = place(prepared, answer, context)
  if (placed === undefined) return
  const row = rowAt(tally, prepared.watch, nowMs)
  if (row === undefined) return
  row.evaluations[placed.arm] += 1
  noteSeen(tally, prepared, placed, row)
}

function noteSeen(tally: Tally, prepared: PreparedWatch, placed: Placed, row: WatchedRow): void {
  const hash = meet(tally, prepared, placed, memoryOf(tally, prepared.watch).seen)
  if (hash !== undefined) row.seen[placed.arm].push(hash)
}

/**
 * Notes an event of a unit for every ramp that watches the metric. The arm is the one the context has now: no exposure
 * is looked up, and none is needed.
 */
export function recordEvent(
  tally: Tally,
  configuration: Configuration,
  metric: string,
  context: Subject,
  nowMs: number,
): void {
  for (const prepared of configuration.watches.byMetric.get(metric) ?? []) {
    const placed = place(prepared, evaluate(configuration, prepared.watch.flag, context), context)
    if (placed === undefined) continue
    for (const watched of prepared.watch.metrics) {
      if (watched.metric === metric) take(tally, prepared, watched, placed, nowMs)
    }
  }
}

function take(tally: Tally, prepared: PreparedWatch, watched: WatchedMetric, placed: Placed, nowMs: number): void {
  switch (watched.take) {
    case 'first':
      takeFirst(tally, prepared, watched.metric, placed, nowMs)
      break
    case 'slow':
    case 'sum':
      // Counted in the totals only: no guard of this version judges measured values by unit.
      break
  }
}

function takeFirst(tally: Tally, prepared: PreparedWatch, metric: string, placed: Placed, nowMs: number): void {
  const row = rowAt(tally, prepared.watch, nowMs)
  if (row === undefined) return
  // A unit that has an outcome was met, so that failures of a sequence never outnumber its units.
  noteSeen(tally, prepared, placed, row)
  const counted = entry(memoryOf(tally, prepared.watch).first, metric, () => new Set<string>())
  const hash = meet(tally, prepared, placed, counted)
  if (hash !== undefined) entry(row.first, metric, noUnits)[placed.arm].push(hash)
}

/**
 * The unit's hash when it is new to this memory, which then remembers it. A unit that is shed for want of room is not
 * remembered: it can still be counted later.
 */
function meet(tally: Tally, prepared: PreparedWatch, { unit }: Placed, memory: Set<string>): UnitHash | undefined {
  const name = unit.length > REMEMBERED_LENGTH ? seededUnitHash(unit, prepared.seeds) : unit
  if (memory.has(name)) return undefined
  if (tally.pending.size.units >= tally.limits.units) {
    tally.pending.dropped.units += 1
    return undefined
  }
  if (memory.size >= tally.limits.remembered) memory.clear()
  memory.add(name)
  tally.pending.size.units += 1
  return seededUnitHash(unit, prepared.seeds)
}

/** The row of this moment; undefined when there are too many, which is counted as a unit shed. */
function rowAt(tally: Tally, { ramp, seq, tickMs }: Watch, nowMs: number): WatchedRow | undefined {
  const { watched, dropped } = tally.pending
  const tick = Math.floor(nowMs / tickMs)
  const row = watched.findLast((one) => one.ramp === ramp && one.seq === seq && one.tick === tick)
  if (row !== undefined) return row
  if (watched.length >= tally.limits.watched) {
    dropped.units += 1
    return undefined
  }
  const opened: WatchedRow = {
    ramp,
    seq,
    tick,
    tickMs,
    evaluations: { treatment: 0, control: 0 },
    seen: noUnits(),
    first: new Map(),
  }
  watched.push(opened)
  return opened
}

function memoryOf(tally: Tally, { ramp, seq }: Watch): Memory {
  const memory = entry(tally.memories, ramp, (): Memory => ({ seq, seen: new Set(), first: new Map() }))
  if (memory.seq !== seq) {
    memory.seq = seq
    memory.seen.clear()
  }
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
