import type { MetricDefinition } from '@rampart/contract/admin'
import type { Key } from '@rampart/core'
import { asc, eq } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { StoredSource } from '../store.ts'

export async function metricSources({ q, t }: Db, project: Key): Promise<readonly StoredSource[]> {
  const { body: source, secret } = t.metricSources
  return await q
    .select({ source, secret })
    .from(t.metricSources)
    .where(eq(t.metricSources.project, project))
    .orderBy(asc(t.metricSources.key))
}

export async function metricDefinitions({ q, t }: Db, project: Key): Promise<readonly MetricDefinition[]> {
  const rows = await q
    .select({ body: t.metricDefinitions.body })
    .from(t.metricDefinitions)
    .where(eq(t.metricDefinitions.project, project))
    .orderBy(asc(t.metricDefinitions.metric))
  return rows.map((row) => row.body)
}
