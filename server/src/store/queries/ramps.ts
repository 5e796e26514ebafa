import type { Id, Key } from '@rampart/core'
import { and, asc, desc, eq, gte, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { EnvironmentRef, RampRow, TickRow } from '../store.ts'

export async function ramp({ q, t }: Db, id: Id): Promise<RampRow | undefined> {
  const [row] = await q.select({ ramp: t.ramps.body, version: t.ramps.version }).from(t.ramps).where(eq(t.ramps.id, id))
  return row
}

export interface RampsQuery {
  readonly project?: Key
  readonly environment?: Key
  readonly flag?: Key
  readonly active?: boolean
  readonly driven?: true
  readonly before?: Id
  readonly limit: number
}

export async function ramps({ q, t }: Db, query: RampsQuery): Promise<readonly RampRow[]> {
  const { project, environment, flag, active, driven, before } = query
  const [cursor] =
    before === undefined
      ? []
      : await q.select({ startedAt: t.ramps.startedAt, id: t.ramps.id }).from(t.ramps).where(eq(t.ramps.id, before))
  if (before !== undefined && cursor === undefined) return []

  return await q
    .select({ ramp: t.ramps.body, version: t.ramps.version })
    .from(t.ramps)
    .where(
      and(
        project === undefined ? undefined : eq(t.ramps.project, project),
        environment === undefined ? undefined : eq(t.ramps.environment, environment),
        flag === undefined ? undefined : eq(t.ramps.flag, flag),
        driven === undefined ? undefined : or(eq(t.ramps.active, true), isNotNull(t.ramps.watchedUntil)),
        active === undefined ? undefined : active ? eq(t.ramps.active, true) : isNull(t.ramps.active),
        cursor === undefined
          ? undefined
          : or(
              lt(t.ramps.startedAt, cursor.startedAt),
              and(eq(t.ramps.startedAt, cursor.startedAt), lt(t.ramps.id, cursor.id)),
            ),
      ),
    )
    .orderBy(desc(t.ramps.startedAt), desc(t.ramps.id))
    .limit(query.limit)
}

export async function rampByRun(
  { q, t }: Db,
  ref: EnvironmentRef,
  flag: Key,
  to: Key,
  run: string,
): Promise<RampRow | undefined> {
  const [row] = await q
    .select({ ramp: t.ramps.body, version: t.ramps.version })
    .from(t.ramps)
    .where(
      and(
        eq(t.ramps.project, ref.project),
        eq(t.ramps.environment, ref.environment),
        eq(t.ramps.flag, flag),
        eq(t.ramps.to, to),
        eq(t.ramps.run, run),
      ),
    )
  return row
}

export interface Lease {
  readonly owner: string
  readonly now: number
  readonly forMs: number
}

export async function claimRamp(
  { q, t }: Db,
  id: Id,
  lease: Lease,
): Promise<{ readonly row: RampRow; readonly fence: number } | undefined> {
  const [row] = await q
    .update(t.ramps)
    .set({
      leaseOwner: lease.owner,
      leaseUntil: lease.now + lease.forMs,
      fence: sql`case when ${t.ramps.leaseOwner} = ${lease.owner} then ${t.ramps.fence} else ${t.ramps.fence} + 1 end`,
    })
    .where(
      and(
        eq(t.ramps.id, id),
        or(isNull(t.ramps.leaseOwner), eq(t.ramps.leaseOwner, lease.owner), lte(t.ramps.leaseUntil, lease.now)),
      ),
    )
    .returning({ ramp: t.ramps.body, version: t.ramps.version, fence: t.ramps.fence })
  return row && { row: { ramp: row.ramp, version: row.version }, fence: row.fence }
}

export async function ticks({ q, t }: Db, ramp: Id, since?: number): Promise<readonly TickRow[]> {
  return await q
    .select({
      seq: t.ticks.seq,
      tick: t.ticks.tick,
      metric: t.ticks.metric,
      treatment: t.ticks.treatment,
      control: t.ticks.control,
    })
    .from(t.ticks)
    .where(and(eq(t.ticks.ramp, ramp), since === undefined ? undefined : gte(t.ticks.tick, since)))
    .orderBy(asc(t.ticks.seq), asc(t.ticks.tick), asc(t.ticks.metric))
}

export async function lateCounts({ q, t }: Db, ramp: Id): Promise<number> {
  const [row] = await q.select({ late: t.ramps.late }).from(t.ramps).where(eq(t.ramps.id, ramp))
  return row?.late ?? 0
}
