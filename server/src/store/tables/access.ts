import type { Person, SdkKey, Token } from '@rampart/contract/admin'
import type { Kit } from '../columns.ts'
import type { Administration } from './administration.ts'

/** Secrets only as their SHA-256. */
export function defineAccess(kit: Kit, { environments }: Administration) {
  const people = kit.table('people', {
    id: kit.text('id').primaryKey(),
    lastSeenAt: kit.ms('last_seen_at'),
    body: kit.json<Omit<Person, 'lastSeenAt'>>('body').notNull(),
  })

  const tokens = kit.table(
    'tokens',
    {
      id: kit.text('id').primaryKey(),
      hash: kit.text('hash').notNull(),
      person: kit.text('person').references(() => people.id),
      lastUsedAt: kit.ms('last_used_at'),
      body: kit.json<Omit<Token, 'lastUsedAt'>>('body').notNull(),
    },
    (t) => [kit.unique('tokens_hash').on(t.hash)],
  )

  const sdkKeys = kit.table(
    'sdk_keys',
    {
      id: kit.text('id').primaryKey(),
      hash: kit.text('hash').notNull(),
      project: kit.text('project').notNull(),
      environment: kit.text('environment').notNull(),
      lastUsedAt: kit.ms('last_used_at'),
      body: kit.json<Omit<SdkKey, 'lastUsedAt'>>('body').notNull(),
    },
    (t) => [
      kit.unique('sdk_keys_hash').on(t.hash),
      kit.foreign({ columns: [t.project, t.environment], foreignColumns: [environments.project, environments.key] }),
      kit.index('sdk_keys_environment').on(t.project, t.environment),
    ],
  )

  const signIns = kit.table('sign_ins', {
    hash: kit.text('hash').primaryKey(),
    person: kit
      .text('person')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    expiresAt: kit.ms('expires_at').notNull(),
  })

  const sessions = kit.table('sessions', {
    hash: kit.text('hash').primaryKey(),
    person: kit
      .text('person')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    createdAt: kit.ms('created_at').notNull(),
    expiresAt: kit.ms('expires_at').notNull(),
  })

  return { people, tokens, sdkKeys, signIns, sessions }
}
