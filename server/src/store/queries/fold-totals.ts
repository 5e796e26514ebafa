import { and, asc, eq, gt, inArray, lt, notExists } from 'drizzle-orm'
import { COARSEST, FOLDS, startOf, type Tier } from '../../totals/tiers.ts'
import type { Db, Engine } from '../engine.ts'
import { columnsOf, foldInto } from './totals.ts'

/** Series that are folded in one transaction: a bound on how long other writes wait. Each has 360 rows in an hour. */
const AT_ONCE = 8

/** Folds every row that is older than its tier is kept into the next tier, and deletes what the last does not keep. */
export async function foldTotals(write: Engine['write'], now: number): Promise<void> {
  let done = 0
  for (;;) {
    const series = await write((db) => seriesAfter(db, done))
    const last = series.at(-1)
    if (last === undefined) break
    for (const step of FOLDS) await write((db) => foldSeries(db, series, { ...step, now }))
    await write((db) => deleteOlder(db, series, COARSEST, now - COARSEST.keptMs))
    done = last
  }
  await write(deleteEmptySeries)
}

async function seriesAfter({ q, t }: Db, done: number): Promise<readonly number[]> {
  const rows = await q
    .select({ id: t.series.id })
    .from(t.series)
    .where(gt(t.series.id, done))
    .orderBy(asc(t.series.id))
    .limit(AT_ONCE)
  return rows.map(({ id }) => id)
}

/** Folding is adding: a row may be folded into one that is there already, and each count is in one row at any time. */
async function foldSeries(
  db: Db,
  series: readonly number[],
  { from, into, now }: { readonly from: Tier; readonly into: Tier; readonly now: number },
): Promise<void> {
  const before = startOf(now - from.keptMs, into.widthMs)
  const rows = await db.q
    .select(columnsOf(db))
    .from(db.t.totals)
    .where(olderThan(db, series, from, before))
  if (rows.length === 0) return
  await foldInto(db, into, rows)
  await deleteOlder(db, series, from, before)
}

async function deleteOlder(db: Db, series: readonly number[], tier: Tier, before: number): Promise<void> {
  await db.q.delete(db.t.totals).where(olderThan(db, series, tier, before))
}

function olderThan({ t }: Db, series: readonly number[], { widthMs }: Tier, before: number) {
  return and(inArray(t.totals.series, [...series]), eq(t.totals.width, widthMs), lt(t.totals.start, before))
}

/** A series of which nothing is kept makes room for another. */
async function deleteEmptySeries({ q, t }: Db): Promise<void> {
  const kept = q.select({ series: t.totals.series }).from(t.totals).where(eq(t.totals.series, t.series.id))
  await q.delete(t.series).where(notExists(kept))
}
