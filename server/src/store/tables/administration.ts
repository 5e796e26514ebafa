import type { Flag, Plan, Project, Segment } from '@rampart/contract/admin'
import type { Kit } from '../columns.ts'
import type { StoredConfig, StoredEnvironment, StoredLayer } from '../store.ts'

export type Administration = ReturnType<typeof defineAdministration>

export function defineAdministration(kit: Kit) {
  const projects = kit.table('projects', {
    key: kit.text('key').primaryKey(),
    body: kit.json<Project>('body').notNull(),
  })

  const environments = kit.table(
    'environments',
    {
      project: kit
        .text('project')
        .notNull()
        .references(() => projects.key),
      key: kit.text('key').notNull(),
      /** Raised inside the transaction of each change, so that the order of revisions is the order of commits. */
      revision: kit.int('revision').notNull(),
      body: kit.json<Omit<StoredEnvironment, 'revision'>>('body').notNull(),
    },
    (t) => [kit.primary({ columns: [t.project, t.key] })],
  )

  const flags = kit.table(
    'flags',
    {
      project: kit
        .text('project')
        .notNull()
        .references(() => projects.key),
      key: kit.text('key').notNull(),
      version: kit.int('version').notNull(),
      body: kit.json<Flag>('body').notNull(),
    },
    (t) => [kit.primary({ columns: [t.project, t.key] })],
  )

  const configs = kit.table(
    'configs',
    {
      project: kit.text('project').notNull(),
      environment: kit.text('environment').notNull(),
      flag: kit.text('flag').notNull(),
      revision: kit.int('revision').notNull(),
      body: kit.json<Omit<StoredConfig, 'revision'>>('body').notNull(),
    },
    (t) => [
      kit.primary({ columns: [t.project, t.environment, t.flag] }),
      kit.foreign({ columns: [t.project, t.environment], foreignColumns: [environments.project, environments.key] }),
      kit.foreign({ columns: [t.project, t.flag], foreignColumns: [flags.project, flags.key] }),
      kit.index('configs_flag').on(t.project, t.flag),
    ],
  )

  const segments = kit.table(
    'segments',
    {
      project: kit
        .text('project')
        .notNull()
        .references(() => projects.key),
      key: kit.text('key').notNull(),
      version: kit.int('version').notNull(),
      body: kit.json<Segment>('body').notNull(),
    },
    (t) => [kit.primary({ columns: [t.project, t.key] })],
  )

  const layers = kit.table(
    'layers',
    {
      project: kit
        .text('project')
        .notNull()
        .references(() => projects.key),
      key: kit.text('key').notNull(),
      version: kit.int('version').notNull(),
      body: kit.json<StoredLayer>('body').notNull(),
    },
    (t) => [kit.primary({ columns: [t.project, t.key] })],
  )

  const plans = kit.table(
    'plans',
    {
      project: kit
        .text('project')
        .notNull()
        .references(() => projects.key),
      key: kit.text('key').notNull(),
      version: kit.int('version').notNull(),
      body: kit.json<Plan>('body').notNull(),
    },
    (t) => [kit.primary({ columns: [t.project, t.key] })],
  )

  return { projects, environments, flags, configs, segments, layers, plans }
}
