import type { Revision } from '@rampart/core'
import { and, asc, eq, gt, isNotNull, or } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { Change, EnvironmentRef, EnvironmentState } from '../store.ts'
import { environment, layers, segments } from './administration.ts'

export async function environmentState(db: Db, ref: EnvironmentRef): Promise<EnvironmentState | undefined> {
  const { q, t } = db
  const found = await environment(db, ref)
  if (found === undefined) return undefined

  const flags = await q
    .select({ flag: t.flags.body, config: t.configs.body, revision: t.configs.revision })
    .from(t.configs)
    .innerJoin(t.flags, and(eq(t.flags.project, t.configs.project), eq(t.flags.key, t.configs.flag)))
    .where(and(eq(t.configs.project, ref.project), eq(t.configs.environment, ref.environment)))
    .orderBy(asc(t.configs.flag))

  const ramps = await q
    .select({ ramp: t.ramps.body })
    .from(t.ramps)
    .where(
      and(
        eq(t.ramps.project, ref.project),
        eq(t.ramps.environment, ref.environment),
        or(eq(t.ramps.active, true), isNotNull(t.ramps.watchedUntil)),
      ),
    )
    .orderBy(asc(t.ramps.flag))

  return {
    environment: found,
    flags: flags.map(({ flag, config, revision }) => ({ flag, config: { ...config, revision } })),
    segments: await segments(db, ref.project),
    layers: await layers(db, ref.project),
    ramps: ramps.map(({ ramp }) => ramp),
  }
}

export async function changesSince(
  db: Db,
  ref: EnvironmentRef,
  revision: Revision,
): Promise<readonly Change[] | 'gone'> {
  const { q, t } = db
  const now = await environment(db, ref)
  if (now === undefined) return 'gone'
  const rows = await q
    .select({ revision: t.changes.revision, at: t.changes.at, body: t.changes.body })
    .from(t.changes)
    .where(
      and(
        eq(t.changes.project, ref.project),
        eq(t.changes.environment, ref.environment),
        gt(t.changes.revision, revision),
      ),
    )
    .orderBy(asc(t.changes.revision))
  // The log is consecutive, so one missing number means that it no longer reaches back; a revision above the newest
  // comes from another history (a restored database), which only a whole snapshot can repair.
  if (rows.length !== now.revision - revision) return 'gone'
  return rows.map((row) => ({ ...row.body, revision: row.revision, at: row.at }))
}
