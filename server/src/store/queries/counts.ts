import type { UnitHash } from '@rampart/core'
import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { CountsCommit, TickRow, UnitCount } from '../store.ts'
import { parts, ROWS } from './parts.ts'
import { MOST_METRICS } from './series.ts'
import { addTotals } from './totals.ts'
import { seeUnknown } from './unknown-flags.ts'
import { addAmounts, openWindows } from './windows.ts'

const LISTED_ROWS = 5_000

/** What each unit of one scope and metric is counted as, if it has not been counted before. */
interface UnitGroup {
  readonly first: UnitCount
  readonly units: Map<UnitHash, UnitCount>
}

export type FreshTicks = Map<string, TickRow & { readonly ramp: string }>

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
  for (const row of counts.tallies ?? []) addTick(fresh, row)
  await foldTicks(db, fresh)
  await addAmounts(db, counts.amounts ?? [])
  await seeMetrics(db, counts)
  await addTotals(db, counts.environment, counts.totals ?? [])
  await seeUnknown(db, counts.environment, { unknown: counts.unknown ?? [], at: counts.at })
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

async function countOnce(db: Db, group: UnitGroup, fresh: FreshTicks): Promise<void> {
  const added = await addUnits(db, group.first, [...group.units.keys()])
  const news = added.flatMap((unit) => group.units.get(unit) ?? [])
  for (const { ramp, seq, tick, metric, arm, counts = [metric] } of news) {
    for (const name of counts) addTick(fresh, { ramp, seq, tick, metric: name, treatment: 0, control: 0, [arm]: 1 })
  }
  await openWindows(db, news)
}

/**
 * Adds units to their set and answers those that were not in it. The unique key of (set, unit) is what de-duplicates across
 * instances, servers and runs: only what it lets in counts.
 */
export async function addUnits(
  db: Db,
  scope: Pick<UnitCount, 'scope' | 'metric' | 'ramp'>,
  units: readonly UnitHash[],
): Promise<readonly UnitHash[]> {
  const { q, t, listed } = db
  const set = await setOf(db, scope)
  const added: UnitHash[] = []
  for (const part of parts(units, LISTED_ROWS)) {
    const rows = await q
      .insert(t.units)
      // `where true`: without it, SQLite would read the conflict clause as part of a join.
      .select(sql`select ${set}, value from ${listed(part)} where true`)
      .onConflictDoNothing()
      .returning({ unit: t.units.unit })
    added.push(...rows.map(({ unit }) => unit))
  }
  return added
}

export function addTick(fresh: FreshTicks, row: TickRow & { readonly ramp: string }): void {
  const name = `${row.ramp} ${row.seq} ${row.tick} ${row.metric}`
  const old = fresh.get(name)
  const { treatment, control } = row
  fresh.set(
    name,
    old === undefined ? row : { ...old, treatment: old.treatment + treatment, control: old.control + control },
  )
}

export async function foldTicks({ q, t }: Db, fresh: FreshTicks): Promise<void> {
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

async function setOf(
  { q, t }: Db,
  { scope, metric, ramp }: Pick<UnitCount, 'scope' | 'metric' | 'ramp'>,
): Promise<number> {
  await q.insert(t.unitSets).values({ scope, metric, ramp }).onConflictDoNothing()
  const [set] = await q
    .select({ id: t.unitSets.id })
    .from(t.unitSets)
    .where(and(eq(t.unitSets.scope, scope), eq(t.unitSets.metric, metric)))
  if (set === undefined) throw new Error(`the units of ${scope} have no set`)
  return set.id
}

async function seeMetrics(db: Db, counts: CountsCommit): Promise<void> {
  const { q, t } = db
  const { project, environment } = counts.environment
  for (const part of parts(await namable(db, counts), ROWS)) {
    await q
      .insert(t.metrics)
      .values(part.map((name) => ({ project, environment, name, lastSeenAt: counts.at })))
      .onConflictDoUpdate({
        target: [t.metrics.project, t.metrics.environment, t.metrics.name],
        set: { lastSeenAt: counts.at },
      })
  }
}

/** The metrics of a batch that are known, and of the others those for which there is room. */
async function namable({ q, t }: Db, counts: CountsCommit): Promise<readonly string[]> {
  const { project, environment } = counts.environment
  const names = new Set(counts.metrics)
  if (names.size === 0) return []
  const rows = await q
    .select({ name: t.metrics.name })
    .from(t.metrics)
    .where(and(eq(t.metrics.project, project), eq(t.metrics.environment, environment)))
  const known = new Set(rows.map(({ name }) => name))
  const fresh = [...names].filter((name) => !known.has(name))
  return [...[...names].filter((name) => known.has(name)), ...fresh.slice(0, Math.max(0, MOST_METRICS - known.size))]
}
