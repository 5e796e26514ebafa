import { and, asc, count, eq, gte, inArray, isNull, lt, lte, max, min } from 'drizzle-orm'
import type { Db, Engine } from '../engine.ts'
import type { ChangesKept, EnvironmentRef } from '../store.ts'
import { foldTotals } from './fold-totals.ts'
import { deleteSomeOf } from './units.ts'
import { forgetUnknown } from './unknown-flags.ts'

const DAY = 24 * 60 * 60 * 1000
const REMEMBER_BATCHES_MS = DAY
const KEEP_UNITS_MS = 30 * DAY
const KEEP_UNKNOWN_MS = 30 * DAY
const KEEP_METRICS_MS = 90 * DAY
const KEEP_CHANGES: ChangesKept = { revisions: 10_000, ms: 30 * DAY }
/** Rows deleted in one transaction: a bound on how long other writes wait. */
const ROWS = 5_000

/** Deletes what its time is over, in many short transactions: each leaves the store whole. */
export async function sweep(write: Engine['write'], now: number, keep = KEEP_CHANGES): Promise<void> {
  await write((db) => deleteExpired(db, now))
  await untilNone(() => write((db) => deleteBatches(db, now - REMEMBER_BATCHES_MS)))
  await untilNone(() => write((db) => deleteUnits(db, now - KEEP_UNITS_MS)))
  await untilNone(() => write(deleteWindows))
  await foldTotals(write, now)
  await write((db) => forgetUnknown(db, now - KEEP_UNKNOWN_MS))
  await write(({ q, t }) => q.delete(t.metrics).where(lt(t.metrics.lastSeenAt, now - KEEP_METRICS_MS)))
  const environments = await write(({ q, t }) =>
    q.select({ project: t.environments.project, environment: t.environments.key }).from(t.environments),
  )
  for (const ref of environments) await write((db) => compactChanges(db, ref, now, keep))
}

async function untilNone(deleteSome: () => Promise<boolean>): Promise<void> {
  while (await deleteSome());
}

async function deleteExpired({ q, t }: Db, now: number): Promise<void> {
  await q.delete(t.sessions).where(lte(t.sessions.expiresAt, now))
  await q.delete(t.signIns).where(lte(t.signIns.expiresAt, now))
}

async function deleteBatches({ q, t }: Db, before: number): Promise<boolean> {
  const oldest = await q
    .select({ at: t.batches.at })
    .from(t.batches)
    .where(lt(t.batches.at, before))
    .orderBy(asc(t.batches.at))
    .limit(ROWS)
  const last = oldest.at(-1)
  if (last === undefined) return false
  await q.delete(t.batches).where(lte(t.batches.at, last.at))
  return true
}

/** Units are kept while a ramp on their seed runs or may soon be followed by another: those must not count them again. */
async function deleteUnits(db: Db, endedBefore: number): Promise<boolean> {
  const { q, t } = db
  const over = q
    .select({ seedScope: t.ramps.seedScope })
    .from(t.ramps)
    .groupBy(t.ramps.seedScope)
    .having(and(eq(count(t.ramps.active), 0), lt(max(t.ramps.endedAt), endedBefore)))
  const [set] = await q
    .select({ id: t.unitSets.id })
    .from(t.unitSets)
    .innerJoin(t.ramps, eq(t.ramps.id, t.unitSets.ramp))
    .where(inArray(t.ramps.seedScope, over))
    .limit(1)
  if (set === undefined) return false
  await deleteSomeOf(db, set.id)
  return true
}

/** Windows that were open when their ramp ended are never closed. */
async function deleteWindows({ q, t }: Db): Promise<boolean> {
  const [some] = await q
    .select({ ramp: t.windows.ramp, metric: t.windows.metric })
    .from(t.windows)
    .innerJoin(t.ramps, eq(t.ramps.id, t.windows.ramp))
    .where(isNull(t.ramps.active))
    .limit(1)
  if (some === undefined) return false

  const here = and(eq(t.windows.ramp, some.ramp), eq(t.windows.metric, some.metric))
  const units = await q
    .select({ unit: t.windows.unit })
    .from(t.windows)
    .where(here)
    .orderBy(asc(t.windows.unit))
    .limit(ROWS)
  const last = units.at(-1)
  if (last !== undefined) await q.delete(t.windows).where(and(here, lte(t.windows.unit, last.unit)))
  return true
}

/** Cuts the old end off, never a hole: what is left is consecutive up to the environment's revision. */
async function compactChanges({ q, t }: Db, ref: EnvironmentRef, now: number, keep: ChangesKept): Promise<void> {
  const here = and(eq(t.changes.project, ref.project), eq(t.changes.environment, ref.environment))
  const [newest] = await q
    .select({ revision: max(t.changes.revision) })
    .from(t.changes)
    .where(here)
  const [young] = await q
    .select({ revision: min(t.changes.revision) })
    .from(t.changes)
    .where(and(here, gte(t.changes.at, now - keep.ms)))
  const end = newest?.revision ?? 0
  const firstYoung = young?.revision ?? end + 1
  await q.delete(t.changes).where(and(here, lt(t.changes.revision, Math.min(firstYoung, end - keep.revisions + 1))))
}
