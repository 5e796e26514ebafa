import type { UnknownFlag } from '@rampart/contract/admin'
import { and, asc, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { EnvironmentRef } from '../store.ts'
import { parts, ROWS } from './parts.ts'

/** Keys that are remembered in an environment; those not asked for in the longest time make room. */
export const MOST_UNKNOWN = 500

/** A batch of asks that no flag answered. */
export async function seeUnknown(
  db: Db,
  { project, environment }: EnvironmentRef,
  { unknown, at }: { readonly unknown: readonly { readonly flag: string; readonly n: number }[]; readonly at: number },
): Promise<void> {
  const { q, t } = db
  const counts = new Map<string, number>()
  for (const { flag, n } of unknown) counts.set(flag, (counts.get(flag) ?? 0) + n)
  for (const part of parts([...counts], ROWS)) {
    await q
      .insert(t.unknownFlags)
      .values(part.map(([flag, n]) => ({ project, environment, flag, n, firstSeenAt: at, lastSeenAt: at })))
      .onConflictDoUpdate({
        target: [t.unknownFlags.project, t.unknownFlags.environment, t.unknownFlags.flag],
        set: { n: sql`${t.unknownFlags.n} + excluded.n`, lastSeenAt: sql`excluded.last_seen_at` },
      })
  }
  if (counts.size > 0) await makeRoom(db, { project, environment })
}

async function makeRoom({ q, t }: Db, { project, environment }: EnvironmentRef): Promise<void> {
  const here = and(eq(t.unknownFlags.project, project), eq(t.unknownFlags.environment, environment))
  const beyond = await q
    .select({ flag: t.unknownFlags.flag })
    .from(t.unknownFlags)
    .where(here)
    .orderBy(desc(t.unknownFlags.lastSeenAt), asc(t.unknownFlags.flag))
    .limit(ROWS)
    .offset(MOST_UNKNOWN)
  for (const { flag } of beyond) await q.delete(t.unknownFlags).where(and(here, eq(t.unknownFlags.flag, flag)))
}

/** A key that has become a flag since is not unknown any more. */
export async function unknownFlags(
  { q, t }: Db,
  { project, environment }: EnvironmentRef,
): Promise<readonly UnknownFlag[]> {
  const rows = await q
    .select({
      flag: t.unknownFlags.flag,
      n: t.unknownFlags.n,
      firstSeenAt: t.unknownFlags.firstSeenAt,
      lastSeenAt: t.unknownFlags.lastSeenAt,
    })
    .from(t.unknownFlags)
    .leftJoin(t.flags, and(eq(t.flags.project, t.unknownFlags.project), eq(t.flags.key, t.unknownFlags.flag)))
    .where(and(eq(t.unknownFlags.project, project), eq(t.unknownFlags.environment, environment), isNull(t.flags.key)))
    .orderBy(desc(t.unknownFlags.lastSeenAt), asc(t.unknownFlags.flag))
  return rows.map((row) => ({
    ...row,
    firstSeenAt: new Date(row.firstSeenAt).toISOString(),
    lastSeenAt: new Date(row.lastSeenAt).toISOString(),
  }))
}

export async function forgetUnknown({ q, t }: Db, before: number): Promise<void> {
  await q.delete(t.unknownFlags).where(lt(t.unknownFlags.lastSeenAt, before))
}
