import type {
  AuditEntry,
  Flag,
  Metric,
  Person,
  Plan,
  Project,
  SdkKey,
  Segment,
  Token,
  Webhook,
} from '@rampart/contract/admin'
import type { Key } from '@rampart/core'
import { and, asc, desc, eq, isNull, lt, or, type SQL } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { AuditQuery, EnvironmentRef, StoredConfig, StoredEnvironment, StoredLayer } from '../store.ts'

export async function projects({ q, t }: Db): Promise<readonly Project[]> {
  const rows = await q.select({ body: t.projects.body }).from(t.projects).orderBy(asc(t.projects.key))
  return rows.map((row) => row.body)
}

export async function project({ q, t }: Db, key: Key): Promise<Project | undefined> {
  const [row] = await q.select({ body: t.projects.body }).from(t.projects).where(eq(t.projects.key, key))
  return row?.body
}

export async function environments({ q, t }: Db, project: Key): Promise<readonly StoredEnvironment[]> {
  const rows = await q
    .select()
    .from(t.environments)
    .where(eq(t.environments.project, project))
    .orderBy(asc(t.environments.key))
  return rows.map((row) => ({ ...row.body, revision: row.revision }))
}

export async function environment({ q, t }: Db, ref: EnvironmentRef): Promise<StoredEnvironment | undefined> {
  const [row] = await q
    .select()
    .from(t.environments)
    .where(and(eq(t.environments.project, ref.project), eq(t.environments.key, ref.environment)))
  return row && { ...row.body, revision: row.revision }
}

export async function flags({ q, t }: Db, project: Key): Promise<readonly Flag[]> {
  const rows = await q
    .select({ body: t.flags.body })
    .from(t.flags)
    .where(eq(t.flags.project, project))
    .orderBy(asc(t.flags.key))
  return rows.map((row) => row.body)
}

export async function flag({ q, t }: Db, project: Key, key: Key): Promise<Flag | undefined> {
  const [row] = await q
    .select({ body: t.flags.body })
    .from(t.flags)
    .where(and(eq(t.flags.project, project), eq(t.flags.key, key)))
  return row?.body
}

export async function configs({ q, t }: Db, project: Key, flag?: Key): Promise<readonly StoredConfig[]> {
  const rows = await q
    .select({ body: t.configs.body, revision: t.configs.revision })
    .from(t.configs)
    .where(and(eq(t.configs.project, project), flag === undefined ? undefined : eq(t.configs.flag, flag)))
    .orderBy(asc(t.configs.flag), asc(t.configs.environment))
  return rows.map((row) => ({ ...row.body, revision: row.revision }))
}

export async function config({ q, t }: Db, ref: EnvironmentRef, flag: Key): Promise<StoredConfig | undefined> {
  const [row] = await q
    .select({ body: t.configs.body, revision: t.configs.revision })
    .from(t.configs)
    .where(
      and(eq(t.configs.project, ref.project), eq(t.configs.environment, ref.environment), eq(t.configs.flag, flag)),
    )
  return row && { ...row.body, revision: row.revision }
}

/** @param where which of them; all by default. */
export async function segments({ q, t }: Db, project: Key, where?: SQL): Promise<readonly Segment[]> {
  const rows = await q
    .select({ body: t.segments.body })
    .from(t.segments)
    .where(and(eq(t.segments.project, project), where))
    .orderBy(asc(t.segments.key))
  return rows.map((row) => row.body)
}

export async function layers({ q, t }: Db, project: Key): Promise<readonly StoredLayer[]> {
  const rows = await q
    .select({ body: t.layers.body })
    .from(t.layers)
    .where(eq(t.layers.project, project))
    .orderBy(asc(t.layers.key))
  return rows.map((row) => row.body)
}

export async function plans({ q, t }: Db, project: Key): Promise<readonly Plan[]> {
  const rows = await q
    .select({ body: t.plans.body })
    .from(t.plans)
    .where(eq(t.plans.project, project))
    .orderBy(asc(t.plans.key))
  return rows.map((row) => row.body)
}

export async function webhooks({ q, t }: Db, project: Key): Promise<readonly Webhook[]> {
  const rows = await q.select().from(t.webhooks).where(eq(t.webhooks.project, project)).orderBy(asc(t.webhooks.id))
  return rows.map((row) => ({ ...row.body, lastDelivery: row.lastDelivery }))
}

export async function people({ q, t }: Db): Promise<readonly Person[]> {
  const rows = await q.select().from(t.people).orderBy(asc(t.people.id))
  return rows.map((row) => ({ ...row.body, lastSeenAt: instant(row.lastSeenAt) }))
}

export async function tokens({ q, t }: Db): Promise<readonly Token[]> {
  const rows = await q.select().from(t.tokens).orderBy(asc(t.tokens.id))
  return rows.map((row) => ({ ...row.body, lastUsedAt: instant(row.lastUsedAt) }))
}

export async function sdkKeys({ q, t }: Db, ref: EnvironmentRef): Promise<readonly SdkKey[]> {
  const rows = await q
    .select()
    .from(t.sdkKeys)
    .where(and(eq(t.sdkKeys.project, ref.project), eq(t.sdkKeys.environment, ref.environment)))
    .orderBy(asc(t.sdkKeys.id))
  return rows.map((row) => ({ ...row.body, lastUsedAt: instant(row.lastUsedAt) }))
}

export async function metrics({ q, t }: Db, ref: EnvironmentRef): Promise<readonly Metric[]> {
  const rows = await q
    .select({ name: t.metrics.name, lastSeenAt: t.metrics.lastSeenAt })
    .from(t.metrics)
    .where(and(eq(t.metrics.project, ref.project), eq(t.metrics.environment, ref.environment)))
    .orderBy(asc(t.metrics.name))
  return rows.map((row) => ({ name: row.name, lastSeenAt: new Date(row.lastSeenAt).toISOString() }))
}

export async function audit({ q, t }: Db, query: AuditQuery): Promise<readonly AuditEntry[]> {
  const { kind, key, environment } = query.subject ?? {}
  const rows = await q
    .select({ body: t.audit.body })
    .from(t.audit)
    .where(
      and(
        eq(t.audit.scope, query.scope),
        kind === undefined ? undefined : eq(t.audit.subjectKind, kind),
        key === undefined ? undefined : eq(t.audit.subjectKey, key),
        environment === undefined
          ? undefined
          : or(
              eq(t.audit.subjectEnvironment, environment),
              query.orEverywhere === true ? isNull(t.audit.subjectEnvironment) : undefined,
            ),
        query.before === undefined ? undefined : lt(t.audit.n, query.before),
      ),
    )
    .orderBy(desc(t.audit.n))
    .limit(query.limit)
  return rows.map((row) => row.body)
}

/** The RFC 3339 text of a time that may not have come. */
export function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
