import type { Person, SdkKey, Token } from '@rampart/contract/admin'
import type { Id } from '@rampart/core'
import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import { instant } from './administration.ts'
import { builtOnce } from './built-once.ts'

export async function tokenByHash(
  { q, t }: Db,
  hash: string,
): Promise<{ readonly token: Token; readonly person: Id | null } | undefined> {
  const [row] = await q.select().from(t.tokens).where(eq(t.tokens.hash, hash))
  return row && { token: { ...row.body, lastUsedAt: instant(row.lastUsedAt) }, person: row.person }
}

/** Asked with every request of an SDK. */
const sdkKeys = builtOnce(({ q, t }) =>
  q
    .select()
    .from(t.sdkKeys)
    .where(eq(t.sdkKeys.hash, sql.placeholder('hash')))
    .prepare(),
)

export async function sdkKeyByHash(db: Db, hash: string): Promise<SdkKey | undefined> {
  const [row] = await sdkKeys(db).execute({ hash })
  return row && { ...row.body, lastUsedAt: instant(row.lastUsedAt) }
}

export async function personBySession({ q, t }: Db, hash: string, now: number): Promise<Person | undefined> {
  const [row] = await q
    .select({ body: t.people.body, lastSeenAt: t.people.lastSeenAt })
    .from(t.sessions)
    .innerJoin(t.people, eq(t.people.id, t.sessions.person))
    .where(and(eq(t.sessions.hash, hash), gt(t.sessions.expiresAt, now)))
  return row && { ...row.body, lastSeenAt: instant(row.lastSeenAt) }
}

export async function useSignIn({ q, t }: Db, hash: string, now: number): Promise<Person | undefined> {
  const [used] = await q.delete(t.signIns).where(eq(t.signIns.hash, hash)).returning()
  if (used === undefined || used.expiresAt <= now) return undefined
  const [row] = await q.select().from(t.people).where(eq(t.people.id, used.person))
  return row && { ...row.body, lastSeenAt: instant(row.lastSeenAt) }
}

export interface Used {
  readonly tokens?: readonly Id[]
  readonly sdkKeys?: readonly Id[]
  readonly people?: readonly Id[]
}

export async function touch({ q, t }: Db, used: Used, now: number): Promise<void> {
  if (used.tokens?.length)
    await q
      .update(t.tokens)
      .set({ lastUsedAt: now })
      .where(inArray(t.tokens.id, [...used.tokens]))
  if (used.sdkKeys?.length) {
    await q
      .update(t.sdkKeys)
      .set({ lastUsedAt: now })
      .where(inArray(t.sdkKeys.id, [...used.sdkKeys]))
  }
  if (used.people?.length)
    await q
      .update(t.people)
      .set({ lastSeenAt: now })
      .where(inArray(t.people.id, [...used.people]))
}
