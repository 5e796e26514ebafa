import type { UnitHash } from '@rampart/core'
import { and, asc, eq, gt } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { UnitCount } from '../store.ts'
import { bytesOf, eachHash, HashSet } from '../units/hash-set.ts'
import type { UnitSet } from '../units/memory.ts'

/** Bytes of a run that is still added to: what is written again with every few units. */
const SHORT = 4_096
/** Bytes of the longest run. */
const LONG = 32_768
/** Runs read in one statement. */
const RUNS = 64

type Scope = Pick<UnitCount, 'scope' | 'metric' | 'ramp'>

/**
 * Adds units to their set and answers those that were not in it: only those count, which is what de-duplicates across instances
 * and runs. A set is kept as runs of hashes in the order in which they came: adding writes a page or two at its end, where rows in
 * an index of random keys would touch a page each (docs/decisions/0021). Each is in the set once.
 */
export async function addUnits(db: Db, scope: Scope, units: readonly UnitHash[]): Promise<readonly UnitHash[]> {
  if (units.length === 0) return []
  const set = await known(db, scope)
  const before = set.hashes.size
  const fresh = those(units, (high, low) => set.hashes.add(high, low))
  await append(db, set, bytesOf(fresh))
  db.unitMemory.remember(nameOf(scope), set, set.hashes.size - before)
  await db.breathe()
  return fresh
}

/** Those of the units that are in their set. */
export async function unitsIn(db: Db, scope: Scope, units: readonly UnitHash[]): Promise<readonly UnitHash[]> {
  if (units.length === 0) return []
  const { hashes } = await known(db, scope)
  return those(units, (high, low) => hashes.has(high, low))
}

function those(units: readonly UnitHash[], of: (high: number, low: number) => boolean): readonly UnitHash[] {
  const bytes = bytesOf(units)
  if (bytes.length !== 8 * units.length) throw new Error('among the units of a ramp is one that is no hash')
  const found: UnitHash[] = []
  eachHash(bytes, (high, low, index) => {
    const unit = units[index]
    if (of(high, low) && unit !== undefined) found.push(unit)
  })
  return found
}

function nameOf({ scope, metric }: Scope): string {
  return `${scope}\n${metric}`
}

async function known(db: Db, scope: Scope): Promise<UnitSet> {
  const set = db.unitMemory.find(nameOf(scope))
  if (set !== undefined) return set
  const loaded = await load(db, scope)
  db.unitMemory.remember(nameOf(scope), loaded, loaded.hashes.size)
  return loaded
}

async function append({ q, t }: Db, set: UnitSet, bytes: Buffer): Promise<void> {
  const { id, tail } = set
  if (bytes.length === 0) return
  if (tail !== undefined && tail.bytes.length + bytes.length <= SHORT) {
    const units = Buffer.concat([tail.bytes, bytes])
    await q
      .update(t.unitRuns)
      .set({ units })
      .where(and(eq(t.unitRuns.set, id), eq(t.unitRuns.run, tail.run)))
    set.tail = { run: tail.run, bytes: units }
    return
  }
  for (let from = 0; from < bytes.length; from += LONG) {
    const units = bytes.subarray(from, from + LONG)
    await q.insert(t.unitRuns).values({ set: id, run: set.next, units })
    set.tail = units.length < SHORT ? { run: set.next, bytes: units } : undefined
    set.next += 1
  }
}

async function load(db: Db, scope: Scope): Promise<UnitSet> {
  const set: UnitSet = { id: await idOf(db, scope), hashes: new HashSet(), tail: undefined, next: 0 }
  for (let isMore = true; isMore; await db.breathe()) {
    const runs = await runsOf(db, set.id, set.next - 1)
    for (const { run, units } of runs) {
      eachHash(units, (high, low) => set.hashes.add(high, low))
      set.tail = units.length < SHORT ? { run, bytes: units } : undefined
      set.next = run + 1
    }
    isMore = runs.length === RUNS
  }
  return set
}

/** Some runs of a set after one of them, in their order; there are no more when they are fewer than `RUNS`. */
async function runsOf({ q, t }: Db, id: number, after: number) {
  return q
    .select({ run: t.unitRuns.run, units: t.unitRuns.units })
    .from(t.unitRuns)
    .where(and(eq(t.unitRuns.set, id), gt(t.unitRuns.run, after)))
    .orderBy(asc(t.unitRuns.run))
    .limit(RUNS)
}

async function idOf({ q, t }: Db, { scope, metric, ramp }: Scope): Promise<number> {
  await q.insert(t.unitSets).values({ scope, metric, ramp }).onConflictDoNothing()
  const [set] = await q
    .select({ id: t.unitSets.id })
    .from(t.unitSets)
    .where(and(eq(t.unitSets.scope, scope), eq(t.unitSets.metric, metric)))
  if (set === undefined) throw new Error(`the units of ${scope} have no set`)
  return set.id
}

/**
 * Deletes of some runs of a set the units whose second half is not below a bound; `after` is -1 to begin with. Answers the last run
 * looked at, or undefined when there are no more.
 */
export async function keepBelow(
  db: Db,
  { set, after, bound }: { readonly set: number; readonly after: number; readonly bound: number },
): Promise<number | undefined> {
  if (after < 0) db.unitMemory.keepBelow(set, bound)
  const { q, t } = db
  const runs = await runsOf(db, set, after)
  for (const { run, units } of runs) {
    const kept = below(units, bound)
    const here = and(eq(t.unitRuns.set, set), eq(t.unitRuns.run, run))
    if (kept.length === 0) await q.delete(t.unitRuns).where(here)
    else if (kept.length < units.length) await q.update(t.unitRuns).set({ units: kept }).where(here)
  }
  return runs.length < RUNS ? undefined : runs.at(-1)?.run
}

function below(units: Buffer, bound: number): Buffer {
  const kept: Buffer[] = []
  eachHash(units, (_, low, index) => {
    if (low < bound) kept.push(units.subarray(8 * index, 8 * index + 8))
  })
  return Buffer.concat(kept)
}

/** Deletes some runs of a set, and the set with its last one. */
export async function deleteSomeOf(db: Db, set: number): Promise<void> {
  const { q, t } = db
  const runs = await runsOf(db, set, -1)
  for (const { run } of runs) await q.delete(t.unitRuns).where(and(eq(t.unitRuns.set, set), eq(t.unitRuns.run, run)))
  if (runs.length < RUNS) await q.delete(t.unitSets).where(eq(t.unitSets.id, set))
  db.unitMemory.forget(set)
}
