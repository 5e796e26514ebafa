import type { Id, Key } from '@rampart/core'
import { and, eq } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { Expectation } from '../store.ts'

/** The first expectation that does not hold. */
export async function firstFailed(
  db: Db,
  project: Key,
  expected: readonly Expectation[],
): Promise<Expectation | undefined> {
  for (const expectation of expected) if (!(await holds(db, project, expectation))) return expectation
  return undefined
}

async function holds(db: Db, project: Key, expected: Expectation): Promise<boolean> {
  switch (expected.kind) {
    case 'config':
      return (await configRevision(db, project, expected.environment, expected.flag)) === expected.revision
    case 'environment':
      return (await environmentRevision(db, project, expected.environment)) === expected.revision
    case 'flag':
      return (await versionIn(db, 'flags', project, expected.flag)) === expected.version
    case 'segment':
      return (await versionIn(db, 'segments', project, expected.segment)) === expected.version
    case 'layer':
      return (await versionIn(db, 'layers', project, expected.layer)) === expected.version
    case 'plan':
      return (await versionIn(db, 'plans', project, expected.plan)) === expected.version
    case 'metric_source':
      return (await sourceVersion(db, project, expected.source)) === expected.version
    case 'metric_definition':
      return (await definitionVersion(db, project, expected.metric)) === expected.version
    case 'ramp':
      return (await rampCounters(db, expected.id))?.version === expected.version
    case 'lease':
      return (await rampCounters(db, expected.id))?.fence === expected.fence
    case 'no_active_ramp':
      return !(await hasActiveRamp(db, project, expected.environment, expected.flag))
  }
}

async function configRevision({ q, t }: Db, project: Key, environment: Key, flag: Key): Promise<number | undefined> {
  const [row] = await q
    .select({ revision: t.configs.revision })
    .from(t.configs)
    .where(and(eq(t.configs.project, project), eq(t.configs.environment, environment), eq(t.configs.flag, flag)))
  return row?.revision
}

async function environmentRevision({ q, t }: Db, project: Key, key: Key): Promise<number | undefined> {
  const [row] = await q
    .select({ revision: t.environments.revision })
    .from(t.environments)
    .where(and(eq(t.environments.project, project), eq(t.environments.key, key)))
  return row?.revision
}

/** Null when there is none: what a creation expects. */
async function versionIn(
  { q, t }: Db,
  name: 'flags' | 'segments' | 'layers' | 'plans',
  project: Key,
  key: Key,
): Promise<number | null> {
  const table = t[name]
  const [row] = await q
    .select({ version: table.version })
    .from(table)
    .where(and(eq(table.project, project), eq(table.key, key)))
  return row?.version ?? null
}

async function sourceVersion({ q, t }: Db, project: Key, key: Key): Promise<number | null> {
  const [row] = await q
    .select({ version: t.metricSources.version })
    .from(t.metricSources)
    .where(and(eq(t.metricSources.project, project), eq(t.metricSources.key, key)))
  return row?.version ?? null
}

async function definitionVersion({ q, t }: Db, project: Key, metric: string): Promise<number | null> {
  const [row] = await q
    .select({ version: t.metricDefinitions.version })
    .from(t.metricDefinitions)
    .where(and(eq(t.metricDefinitions.project, project), eq(t.metricDefinitions.metric, metric)))
  return row?.version ?? null
}

async function rampCounters(
  { q, t }: Db,
  id: Id,
): Promise<{ readonly version: number; readonly fence: number } | undefined> {
  const [row] = await q
    .select({ version: t.ramps.version, fence: t.ramps.fence })
    .from(t.ramps)
    .where(eq(t.ramps.id, id))
  return row
}

async function hasActiveRamp({ q, t }: Db, project: Key, environment: Key, flag: Key): Promise<boolean> {
  const [row] = await q
    .select({ id: t.ramps.id })
    .from(t.ramps)
    .where(
      and(
        eq(t.ramps.project, project),
        eq(t.ramps.environment, environment),
        eq(t.ramps.flag, flag),
        eq(t.ramps.active, true),
      ),
    )
  return row !== undefined
}
