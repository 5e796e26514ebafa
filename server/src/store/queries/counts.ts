import type { UnitHash } from '@rampart/core'
import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { CountsCommit, TickRow, UnitCount } from '../store.ts'

/** Rows of one insert: a bound on the size of a statement. */
const ROWS = 500
const LISTED_ROWS = 5_000

/** What each unit of one scope and metric is counted as, if it has not been counted before. */
interface UnitGroup {
  readonly first: UnitCount
  readonly units: Map<UnitHash, UnitCount>
}

type FreshTicks = Map<string, TickRow & { readonly ramp: string }>

export async function addCounts(db: Db, counts: CountsCommit): Promise<'added' | 'duplicate'> {
  const { q, t } = db
  const { project, environment } = counts.environment
  const remembered = await q
    .insert(t.batches)
    .values({ project, environment, batch: counts.batch, at: counts.at })
    .onConflictDoNothing()
    .returning({ batch: t.batches.batch })
  if (remembered.length === 0) return 'duplicate'

  const fresh: FreshTicks = new Map()
  for (const group of grouped(counts.units)) await countOnce(db, group, fresh)
  await foldTicks(db, fresh)
  await seeMetrics(db, counts)
  for (const { ramp, n } of counts.late) {
    await q
      .update(t.ramps)
      .set({ late: sql`${t.ramps.late} + ${n}` })
      .where(eq(t.ramps.id, ramp))
  }
  return 'added'
}

/** A unit that a batch names twice in one scope and metric counts where it is named first. */
function grouped(units: readonly UnitCount[]): Iterable<UnitGroup> {
  const groups = new Map<string, UnitGroup>()
  for (const count of units) {
    const name = `${count.metric} ${count.scope}`
    const group = groups.get(name) ?? { first: count, units: new Map<UnitHash, UnitCount>() }
    groups.set(name, group)
    if (!group.units.has(count.unit)) group.units.set(count.unit, count)
  }
  return groups.values()
}

/** The unique key of (set, unit) is what de-duplicates across instances, servers and runs: only what it lets in counts. */
async function countOnce(db: Db, group: UnitGroup, fresh: FreshTicks): Promise<void> {
  const { q, t, listed } = db
  const set = await setOf(db, group.first)
  for (const part of parts([...group.units.keys()], LISTED_ROWS)) {
    const added = await q
      .insert(t.units)
      // `where true`: without it, SQLite would read the conflict clause as part of a join.
      .select(sql`select ${set}, value from ${listed(part)} where true`)
      .onConflictDoNothing()
      .returning({ unit: t.units.unit })
    for (const { unit } of added) {
      const count = group.units.get(unit)
      if (count !== undefined) tally(fresh, count)
    }
  }
}

function tally(fresh: FreshTicks, { ramp, seq, tick, metric, arm }: UnitCount): void {
  const name = `${ramp} ${seq} ${tick} ${metric}`
  const row = fresh.get(name) ?? { ramp, seq, tick, metric, treatment: 0, control: 0 }
  fresh.set(name, { ...row, [arm]: row[arm] + 1 })
}

async function foldTicks({ q, t }: Db, fresh: FreshTicks): Promise<void> {
  for (const part of parts([...fresh.values()], ROWS)) {
    await q
      .insert(t.ticks)
      .values([...part])
      .onConflictDoUpdate({
        target: [t.ticks.ramp, t.ticks.seq, t.ticks.tick, t.ticks.metric],
        set: {
          treatment: sql`${t.ticks.treatment} + excluded.treatment`,
          control: sql`${t.ticks.control} + excluded.control`,
        },
      })
  }
}

async function setOf({ q, t }: Db, { scope, metric, ramp }: UnitCount): Promise<number> {
  await q.insert(t.unitSets).values({ scope, metric, ramp }).onConflictDoNothing()
  const [set] = await q
    .select({ id: t.unitSets.id })
    .from(t.unitSets)
    .where(and(eq(t.unitSets.scope, scope), eq(t.unitSets.metric, metric)))
  if (set === undefined) throw new Error(`the units of ${scope} have no set`)
  return set.id
}

async function seeMetrics({ q, t }: Db, counts: CountsCommit): Promise<void> {
  const { project, environment } = counts.environment
  for (const part of parts([...new Set(counts.metrics)], ROWS)) {
    await q
      .insert(t.metrics)
      .values(part.map((name) => ({ project, environment, name, lastSeenAt: counts.at })))
      .onConflictDoUpdate({
        target: [t.metrics.project, t.metrics.environment, t.metrics.name],
        set: { lastSeenAt: counts.at },
      })
  }
}

function* parts<T>(items: readonly T[], rows: number): Iterable<readonly T[]> {
  for (let from = 0; from < items.length; from += rows) yield items.slice(from, from + rows)
}
