import type { UnitHash } from '@rampart/core'
import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { CountsCommit, TickRow, UnitCount } from '../store.ts'
import { countCrossed } from './crossed-units.ts'
import { parts, ROWS } from './parts.ts'
import { MOST_METRICS } from './series.ts'
import { addTotals } from './totals.ts'
import { addUnits } from './units.ts'
import { seeUnknown } from './unknown-flags.ts'
import { addAmounts, openWindows } from './windows.ts'

/** What each unit of one scope and metric is counted as, if it has not been counted before. */
export interface UnitGroup {
  readonly first: UnitCount
  readonly units: Map<UnitHash, UnitCount>
  /** Those that are named in both arms. */
  readonly crossed: Map<UnitHash, UnitCount>
}

export type FreshTicks = Map<string, TickRow & { readonly ramp: string }>

/**
 * Adds batches in one go, each once. What they bring is added up before it is written: a hundred batches in one take little
 * more than one, since they count in the same few ticks, series and sets.
 */
export async function addAllCounts(db: Db, all: readonly CountsCommit[]): Promise<readonly ('added' | 'duplicate')[]> {
  const fresh = new Set<CountsCommit>()
  for (const group of byEnvironment(all)) {
    const news = await remember(db, group)
    for (const counts of news) fresh.add(counts)
    await add(db, news)
  }
  // What is waiting gets its turn before the sync to disk.
  await db.breathe()
  return all.map((counts) => (fresh.delete(counts) ? 'added' : 'duplicate'))
}

function byEnvironment(all: readonly CountsCommit[]): Iterable<readonly CountsCommit[]> {
  const groups = new Map<string, CountsCommit[]>()
  for (const counts of all) {
    const name = `${counts.environment.project}/${counts.environment.environment}`
    const group = groups.get(name) ?? []
    groups.set(name, group)
    group.push(counts)
  }
  return groups.values()
}

/** Remembers batches of one environment, and answers those that were not known before. */
async function remember({ q, t }: Db, group: readonly CountsCommit[]): Promise<readonly CountsCommit[]> {
  const named = new Map(group.toReversed().map((counts) => [counts.batch, counts]))
  const added: string[] = []
  for (const part of parts([...named.values()], ROWS)) {
    const rows = await q
      .insert(t.batches)
      .values(part.map(({ environment, batch, at }) => ({ ...environment, batch, at })))
      .onConflictDoNothing()
      .returning({ batch: t.batches.batch })
    added.push(...rows.map(({ batch }) => batch))
  }
  return added.flatMap((batch) => named.get(batch) ?? [])
}

/** What batches of one environment come to together. */
async function add(db: Db, batches: readonly CountsCommit[]): Promise<void> {
  const [first] = batches
  if (first === undefined) return
  const { environment } = first
  const at = Math.max(...batches.map((counts) => counts.at))
  const fresh: FreshTicks = new Map()
  for (const group of grouped(batches.flatMap(({ units }) => units))) await countOnce(db, group, fresh)
  for (const row of batches.flatMap(({ tallies = [] }) => tallies)) addTick(fresh, row)
  await foldTicks(db, fresh)
  await addAmounts(
    db,
    batches.flatMap(({ amounts = [] }) => amounts),
  )
  await seeMetrics(db, { environment, at, metrics: batches.flatMap(({ metrics }) => metrics) })
  await addTotals(
    db,
    environment,
    batches.flatMap(({ totals = [] }) => totals),
  )
  await seeUnknown(db, environment, { unknown: batches.flatMap(({ unknown = [] }) => unknown), at })
  await addLate(
    db,
    batches.flatMap(({ late }) => late),
  )
}

async function addLate({ q, t }: Db, late: CountsCommit['late']): Promise<void> {
  const sums = new Map<string, number>()
  for (const { ramp, n } of late) sums.set(ramp, (sums.get(ramp) ?? 0) + n)
  for (const [ramp, n] of sums) {
    await q
      .update(t.ramps)
      .set({ late: sql`${t.ramps.late} + ${n}` })
      .where(eq(t.ramps.id, ramp))
  }
}

/** A unit that a batch names twice in one scope and metric counts where it is named first. */
function grouped(units: readonly UnitCount[]): Iterable<UnitGroup> {
  const groups = new Map<string, UnitGroup>()
  let group: UnitGroup | undefined
  for (const count of units) {
    // They come in long runs of one scope and metric: a name for each would cost as much as all the rest.
    if (group === undefined || group.first.metric !== count.metric || group.first.scope !== count.scope) {
      const name = `${count.metric} ${count.scope}`
      group = groups.get(name) ?? { first: count, units: new Map(), crossed: new Map() }
      groups.set(name, group)
    }
    const named = group.units.get(count.unit)
    if (named === undefined) group.units.set(count.unit, count)
    else if (named.arm !== count.arm) group.crossed.set(count.unit, count)
  }
  return groups.values()
}

async function countOnce(db: Db, group: UnitGroup, fresh: FreshTicks): Promise<void> {
  const added = await addUnits(db, group.first, [...group.units.keys()])
  const news = added.flatMap((unit) => group.units.get(unit) ?? [])
  for (const { first, n } of runs(news)) {
    const { ramp, seq, tick, metric, arm, counts = [metric] } = first
    for (const name of counts) addTick(fresh, { ramp, seq, tick, metric: name, treatment: 0, control: 0, [arm]: n })
  }
  await openWindows(db, news)
  const { twice } = group.first
  if (twice !== undefined) await countCrossed(db, group, { twice, added }, fresh)
}

/** Units that follow one another and count as the same. */
function runs(units: readonly UnitCount[]): readonly { readonly first: UnitCount; readonly n: number }[] {
  const all: { readonly first: UnitCount; n: number }[] = []
  for (const count of units) {
    const last = all.at(-1)
    if (last !== undefined && isCountedAlike(last.first, count)) last.n += 1
    else all.push({ first: count, n: 1 })
  }
  return all
}

function isCountedAlike(a: UnitCount, b: UnitCount): boolean {
  return (
    a.arm === b.arm &&
    a.tick === b.tick &&
    a.seq === b.seq &&
    a.ramp === b.ramp &&
    a.metric === b.metric &&
    a.counts === undefined &&
    b.counts === undefined
  )
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

type Named = Pick<CountsCommit, 'environment' | 'metrics' | 'at'>

async function seeMetrics(db: Db, counts: Named): Promise<void> {
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
async function namable({ q, t }: Db, counts: Named): Promise<readonly string[]> {
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
