import type { AuditEntry } from '@rampart/contract/admin'
import type { Key, Revision } from '@rampart/core'
import { desc, eq } from 'drizzle-orm'
import { seal } from '../audit-chain.ts'
import { storedJson } from '../canonical-json.ts'
import type { Db } from '../engine.ts'
import type { AuditDraft, ChangeDraft, Commit, Committed, Write } from '../store.ts'
import { firstFailed } from './expect.ts'
import { makeRevisions, type Revisions, revisionOf } from './revisions.ts'
import { write } from './write.ts'

/**
 * Everything of one commit, in one transaction. Throws when a write breaks the database's rules; the engine then keeps
 * nothing, and says which of those errors is a taken key.
 */
export async function commit(db: Db, asked: Commit): Promise<Exclude<Committed, { kind: 'exists' }>> {
  const failed = await firstFailed(db, asked.scope, asked.expect ?? [])
  if (failed !== undefined) return { kind: 'conflict', failed }

  const [containers, rest] = inOrder(asked.writes)
  for (const one of containers) await write(db, asked, one, new Map())
  const revisions = await makeRevisions(db, asked.scope, asked.changes ?? [])
  for (const one of rest) await write(db, asked, one, revisions)
  for (const change of asked.changes ?? []) await log(db, asked, change, revisions)
  const audit = await append(db, asked, revisions)
  return { kind: 'done', revisions: named(revisions), audit }
}

/**
 * Projects and environments first, since the rest refers to them and revisions are counted in them; ramps that end
 * before those that take their place, since a flag has one active ramp; alerts last, since they refer to a ramp that
 * this commit may begin. Otherwise as given.
 */
function inOrder(writes: readonly Write[]): readonly [containers: readonly Write[], rest: readonly Write[]] {
  const rank = (one: Write): number => {
    if (!('put' in one)) return 2
    if (one.put === 'project') return 0
    if (one.put === 'environment') return 1
    if (one.put === 'alert') return 4
    return one.put === 'ramp' && one.ramp.end === null ? 3 : 2
  }
  const sorted = writes.toSorted((a, b) => rank(a) - rank(b))
  return [sorted.filter((one) => rank(one) < 2), sorted.filter((one) => rank(one) >= 2)]
}

async function log({ q, t }: Db, asked: Commit, change: ChangeDraft, revisions: Revisions): Promise<void> {
  await q.insert(t.changes).values({
    project: asked.scope,
    environment: change.environment,
    revision: revisionOf(revisions, change.environment),
    at: asked.at,
    body: {
      flags: change.flags ?? [],
      segments: change.segments ?? [],
      watches: change.watches ?? [],
      urgent: change.urgent ?? false,
    },
  })
}

async function append({ q, t }: Db, asked: Commit, revisions: Revisions): Promise<readonly AuditEntry[]> {
  if (asked.audit.length === 0) return []
  const [last] = await q
    .select({ body: t.audit.body })
    .from(t.audit)
    .where(eq(t.audit.scope, asked.scope))
    .orderBy(desc(t.audit.n))
    .limit(1)
  const sealed: AuditEntry[] = []
  for (const draft of asked.audit) sealed.push(seal(entryOf(asked, draft, revisions), sealed.at(-1) ?? last?.body))

  await q.insert(t.audit).values(
    sealed.map((entry) => ({
      scope: entry.scope,
      n: entry.n,
      subjectKind: entry.subject.kind,
      subjectKey: entry.subject.key,
      subjectEnvironment: entry.subject.environment ?? null,
      body: entry,
    })),
  )
  return sealed
}

function entryOf(asked: Commit, draft: AuditDraft, revisions: Revisions): Omit<AuditEntry, 'n' | 'previous' | 'hash'> {
  // What is sealed must be exactly what is read back, or the hash would not hold.
  return storedJson({
    scope: asked.scope,
    at: new Date(asked.at).toISOString(),
    actor: asked.asker.actor,
    action: draft.action,
    subject: draft.subject,
    before: draft.before ?? null,
    after: draft.after ?? null,
    revisions: named(revisions),
    comment: asked.asker.comment,
    request: asked.asker.request,
    ...(draft.evidence && { evidence: [...draft.evidence] }),
    words: draft.words,
  })
}

function named(revisions: Revisions): { environment: Key; revision: Revision }[] {
  return [...revisions].map(([environment, revision]) => ({ environment, revision }))
}
