import type { AuditEntry } from '@rampart/contract/admin'
import type { Kit } from '../columns.ts'
import type { Change } from '../store.ts'
import type { Administration } from './administration.ts'

export function defineHistory(kit: Kit, { environments }: Administration) {
  /** The resume log of the streams: consecutive in each environment, compacted from the old end. */
  const changes = kit.table(
    'changes',
    {
      project: kit.text('project').notNull(),
      environment: kit.text('environment').notNull(),
      revision: kit.int('revision').notNull(),
      at: kit.ms('at').notNull(),
      body: kit.json<Omit<Change, 'revision' | 'at'>>('body').notNull(),
    },
    (t) => [
      kit.primary({ columns: [t.project, t.environment, t.revision] }),
      kit.foreign({ columns: [t.project, t.environment], foreignColumns: [environments.project, environments.key] }),
    ],
  )

  /** Never compacted. `scope` is a project or `instance`, so it refers to no table. */
  const audit = kit.table(
    'audit',
    {
      scope: kit.text('scope').notNull(),
      n: kit.int('n').notNull(),
      subjectKind: kit.text('subject_kind').notNull(),
      subjectKey: kit.text('subject_key').notNull(),
      subjectEnvironment: kit.text('subject_environment'),
      body: kit.json<AuditEntry>('body').notNull(),
    },
    (t) => [
      kit.primary({ columns: [t.scope, t.n] }),
      kit.index('audit_subject').on(t.scope, t.subjectKind, t.subjectKey, t.n),
    ],
  )

  return { changes, audit }
}
