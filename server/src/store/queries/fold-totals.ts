import { and, asc, eq, lt, lte, notExists, or } from 'drizzle-orm'
import type { TotalRow } from '../../totals/fold.ts'
import { COARSEST, FOLDS, startOf, type Tier } from '../../totals/tiers.ts'
import type { Db, Engine } from '../engine.ts'
import { columnsOf, foldInto } from './totals.ts'

/** Rows folded or deleted in one transaction: a bound on how long other writes wait. */
const AT_ONCE = 2_000

/** Folds every row that is older than its tier is kept into the next tier, and deletes what the last does not keep. */
export async function foldTotals(write: Engine['write'], now: number): Promise<void> {
  for (const step of FOLDS) while (await write((db) => foldSome(db, step, now)));
  while (await write((db) => deleteSome(db, now)));
  await write(deleteEmptySeries)
}

/** Folding is adding: a row may be folded into one that is there already, and each count is in one row at any time. */
async function foldSome(
  db: Db,
  { from, into }: { readonly from: Tier; readonly into: Tier },
  now: number,
): Promise<boolean> {
  const rows = await oldest(db, from, startOf(now - from.keptMs, into.widthMs))
  const last = rows.at(-1)
  if (last === undefined) return false
  await foldInto(db, into, rows)
  await deleteUpTo(db, from, last)
  return true
}

async function deleteSome(db: Db, now: number): Promise<boolean> {
  const last = (await oldest(db, COARSEST, now - COARSEST.keptMs)).at(-1)
  if (last === undefined) return false
  await deleteUpTo(db, COARSEST, last)
  return true
}

/** A series of which nothing is kept makes room for another. */
async function deleteEmptySeries({ q, t }: Db): Promise<void> {
  const kept = q.select({ series: t.totals.series }).from(t.totals).where(eq(t.totals.series, t.series.id))
  await q.delete(t.series).where(notExists(kept))
}

async function oldest(db: Db, { widthMs }: Tier, before: number): Promise<readonly TotalRow[]> {
  const { q, t } = db
  return await q
    .select(columnsOf(db))
    .from(t.totals)
    .where(and(eq(t.totals.width, widthMs), lt(t.totals.start, before)))
    .orderBy(asc(t.totals.start), asc(t.totals.series))
    .limit(AT_ONCE)
}

async function deleteUpTo({ q, t }: Db, { widthMs }: Tier, { start, series }: TotalRow): Promise<void> {
  const inOrder = or(lt(t.totals.start, start), and(eq(t.totals.start, start), lte(t.totals.series, series)))
  await q.delete(t.totals).where(and(eq(t.totals.width, widthMs), inOrder))
}
