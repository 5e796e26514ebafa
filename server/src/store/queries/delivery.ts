import type { Revision } from '@rampart/core'
import { and, asc, eq, gt, isNotNull, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { Change, EnvironmentRef, EnvironmentState, StateSince } from '../store.ts'
import { environment, layers, segments } from './administration.ts'

export async function environmentState(db: Db, ref: EnvironmentRef): Promise<EnvironmentState | undefined> {
  const found = await environment(db, ref)
  if (found === undefined) return undefined
  return {
    environment: found,
    flags: await configured(db, inConfigs(db, ref)),
    segments: await segments(db, ref.project),
    layers: await layers(db, ref.project),
    ramps: await rampsWhere(db, servedRamps(db, ref)),
  }
}

export async function stateSince(db: Db, ref: EnvironmentRef, revision: Revision): Promise<StateSince | 'gone'> {
  const { t, listed } = db
  const found = await environment(db, ref)
  const changes = await changesSince(db, ref, revision)
  if (found === undefined || changes === 'gone') return 'gone'
  const among = (column: SQLWrapper, names: readonly string[]) => sql`${column} in (select value from ${listed(names)})`
  const named = (part: 'flags' | 'segments' | 'watches') => [...new Set(changes.flatMap((change) => change[part]))]
  const [flags, touched, ramps] = [named('flags'), named('segments'), named('watches')]
  return {
    environment: found,
    changes,
    flags: flags.length === 0 ? [] : await configured(db, and(inConfigs(db, ref), among(t.configs.flag, flags))),
    segments: touched.length === 0 ? [] : await segments(db, ref.project, among(t.segments.key, touched)),
    layers: await layers(db, ref.project),
    ramps: ramps.length === 0 ? [] : await rampsWhere(db, and(servedRamps(db, ref), among(t.ramps.id, ramps))),
  }
}

async function configured({ q, t }: Db, where: SQL | undefined): Promise<EnvironmentState['flags']> {
  const rows = await q
    .select({ flag: t.flags.body, config: t.configs.body, revision: t.configs.revision })
    .from(t.configs)
    .innerJoin(t.flags, and(eq(t.flags.project, t.configs.project), eq(t.flags.key, t.configs.flag)))
    .where(where)
    .orderBy(asc(t.configs.flag))
  return rows.map(({ flag, config, revision }) => ({ flag, config: { ...config, revision } }))
}

async function rampsWhere({ q, t }: Db, where: SQL | undefined): Promise<EnvironmentState['ramps']> {
  const rows = await q.select({ ramp: t.ramps.body }).from(t.ramps).where(where).orderBy(asc(t.ramps.flag))
  return rows.map(({ ramp }) => ramp)
}

function inConfigs({ t }: Db, ref: EnvironmentRef): SQL | undefined {
  return and(eq(t.configs.project, ref.project), eq(t.configs.environment, ref.environment))
}

/** Those that have not ended, or are still watched. */
function servedRamps({ t }: Db, ref: EnvironmentRef): SQL | undefined {
  const isServed = or(eq(t.ramps.active, true), isNotNull(t.ramps.watchedUntil))
  return and(eq(t.ramps.project, ref.project), eq(t.ramps.environment, ref.environment), isServed)
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
