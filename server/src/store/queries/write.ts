import type { Flag, Project } from '@rampart/contract/admin'
import type { Key } from '@rampart/core'
import { and, eq, sql } from 'drizzle-orm'
import type { StoredRamp } from '../../ramp/state.ts'
import type { Db } from '../engine.ts'
import type { Commit, StoredEnvironment, Write } from '../store.ts'
import { putAlert } from './alerts.ts'
import { type Revisions, revisionOf } from './revisions.ts'

type Put = Extract<Write, { readonly put: unknown }>
type Remove = Exclude<Write, Put>

/** One write of a commit. `revisions` are those that the commit makes. */
export async function write(db: Db, asked: Commit, one: Write, revisions: Revisions): Promise<void> {
  return 'put' in one ? await put(db, asked, one, revisions) : await remove(db, one)
}

async function put(db: Db, asked: Commit, one: Put, revisions: Revisions): Promise<void> {
  const { q, t } = db
  switch (one.put) {
    case 'project':
      return await putProject(db, one.project)
    case 'environment': {
      const { project, key } = one.environment
      await q.insert(t.environments).values({ project, key, revision: 0, body: one.environment })
      return
    }
    case 'environment_settings':
      return await putSettings(db, one.environment)
    case 'flag':
      return await putFlag(db, asked.scope, one.flag)
    case 'config': {
      const { project, environment, flag } = one.config
      const now = { revision: revisionOf(revisions, environment), body: one.config }
      await q
        .insert(t.configs)
        .values({ project, environment, flag, ...now })
        .onConflictDoUpdate({ target: [t.configs.project, t.configs.environment, t.configs.flag], set: now })
      return
    }
    case 'segment': {
      const now = { version: one.segment.version, body: one.segment }
      await q
        .insert(t.segments)
        .values({ project: one.project, key: one.segment.key, ...now })
        .onConflictDoUpdate({ target: [t.segments.project, t.segments.key], set: now })
      return
    }
    case 'layer': {
      const now = { version: one.layer.version, body: one.layer }
      await q
        .insert(t.layers)
        .values({ project: one.project, key: one.layer.key, ...now })
        .onConflictDoUpdate({ target: [t.layers.project, t.layers.key], set: now })
      return
    }
    case 'plan': {
      const now = { version: one.plan.version, body: one.plan }
      await q
        .insert(t.plans)
        .values({ project: one.project, key: one.plan.key, ...now })
        .onConflictDoUpdate({ target: [t.plans.project, t.plans.key], set: now })
      return
    }
    case 'metric_source': {
      const now = { version: one.source.version, body: one.source, secret: one.secret }
      await q
        .insert(t.metricSources)
        .values({ project: one.project, key: one.source.key, ...now })
        .onConflictDoUpdate({ target: [t.metricSources.project, t.metricSources.key], set: now })
      return
    }
    case 'metric_definition': {
      const now = { version: one.definition.version, body: one.definition }
      await q
        .insert(t.metricDefinitions)
        .values({ project: one.project, metric: one.definition.metric, ...now })
        .onConflictDoUpdate({ target: [t.metricDefinitions.project, t.metricDefinitions.metric], set: now })
      return
    }
    case 'webhook':
      await q
        .insert(t.webhooks)
        .values({ id: one.webhook.id, project: one.project, body: one.webhook })
        .onConflictDoUpdate({ target: t.webhooks.id, set: { body: one.webhook } })
      return
    case 'sdk_key': {
      const { id, project, environment } = one.key
      await q
        .insert(t.sdkKeys)
        .values({ id, hash: one.hash, project, environment, body: one.key })
        .onConflictDoUpdate({ target: t.sdkKeys.id, set: { hash: one.hash, body: one.key } })
      return
    }
    case 'token': {
      const now = { hash: one.hash, person: one.person, body: one.token }
      await q
        .insert(t.tokens)
        .values({ id: one.token.id, ...now })
        .onConflictDoUpdate({ target: t.tokens.id, set: now })
      return
    }
    case 'person':
      await q
        .insert(t.people)
        .values({ id: one.person.id, body: one.person })
        .onConflictDoUpdate({ target: t.people.id, set: { body: one.person } })
      return
    case 'sign_in':
      await q.insert(t.signIns).values({ hash: one.hash, person: one.person, expiresAt: one.expiresAt })
      return
    case 'session':
      await q
        .insert(t.sessions)
        .values(one.session)
        .onConflictDoUpdate({ target: t.sessions.hash, set: { expiresAt: one.session.expiresAt } })
      return
    case 'ramp':
      return await putRamp(db, one.ramp)
    case 'alert':
      return await putAlert(db, one.alert)
  }
}

/** Version 1 is a new project, whose key must be free; a later version is an edit. */
async function putProject({ q, t }: Db, project: Project): Promise<void> {
  if (project.version === 1) {
    await q.insert(t.projects).values({ key: project.key, body: project })
    return
  }
  const edited = await q.update(t.projects).set({ body: project }).where(eq(t.projects.key, project.key)).returning()
  if (edited.length === 0) throw new Error(`a commit edits the project ${project.key}, which does not exist`)
}

async function putSettings({ q, t }: Db, environment: Omit<StoredEnvironment, 'revision'>): Promise<void> {
  const { project, key } = environment
  const edited = await q
    .update(t.environments)
    .set({ body: environment })
    .where(and(eq(t.environments.project, project), eq(t.environments.key, key)))
    .returning({ key: t.environments.key })
  if (edited.length === 0) throw new Error(`a commit edits the environment ${project}/${key}, which does not exist`)
}

/** Version 1 is a new flag, whose key must be free; a later version is an edit. */
async function putFlag({ q, t }: Db, project: Key, flag: Flag): Promise<void> {
  const now = { version: flag.version, body: flag }
  if (flag.version === 1) {
    await q.insert(t.flags).values({ project, key: flag.key, ...now })
    return
  }
  const edited = await q
    .update(t.flags)
    .set(now)
    .where(and(eq(t.flags.project, project), eq(t.flags.key, flag.key)))
    .returning({ key: t.flags.key })
  if (edited.length === 0) throw new Error(`a commit edits the flag ${project}/${flag.key}, which does not exist`)
}

async function putRamp({ q, t }: Db, ramp: StoredRamp): Promise<void> {
  const now = {
    active: ramp.end === null ? true : null,
    endedAt: ramp.end === null ? null : Date.parse(ramp.end.at),
    watchedUntil: ramp.watchedUntil,
    body: ramp,
  }
  await q
    .insert(t.ramps)
    .values({
      id: ramp.id,
      project: ramp.project,
      environment: ramp.environment,
      flag: ramp.flag,
      to: ramp.to,
      run: ramp.run,
      seedScope: ramp.seedScope,
      startedAt: ramp.startedAt,
      version: 1,
      fence: 0,
      late: 0,
      ...now,
    })
    .onConflictDoUpdate({ target: t.ramps.id, set: { ...now, version: sql`${t.ramps.version} + 1` } })
}

async function remove({ q, t }: Db, one: Remove): Promise<void> {
  switch (one.remove) {
    case 'segment':
      await q.delete(t.segments).where(and(eq(t.segments.project, one.project), eq(t.segments.key, one.key)))
      return
    case 'layer':
      await q.delete(t.layers).where(and(eq(t.layers.project, one.project), eq(t.layers.key, one.key)))
      return
    case 'metric_source':
      await q
        .delete(t.metricSources)
        .where(and(eq(t.metricSources.project, one.project), eq(t.metricSources.key, one.key)))
      return
    case 'metric_definition':
      await q
        .delete(t.metricDefinitions)
        .where(and(eq(t.metricDefinitions.project, one.project), eq(t.metricDefinitions.metric, one.metric)))
      return
    case 'webhook':
      await q.delete(t.webhooks).where(eq(t.webhooks.id, one.id))
      return
    case 'sdk_key':
      await q.delete(t.sdkKeys).where(eq(t.sdkKeys.id, one.id))
      return
    case 'token':
      await q.delete(t.tokens).where(eq(t.tokens.id, one.id))
      return
    case 'session':
      await q.delete(t.sessions).where(eq(t.sessions.hash, one.hash))
      return
  }
}
