import type { Key, Revision } from '@rampart/core'
import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { ChangeDraft } from '../store.ts'

/** The revisions that one commit makes, by environment. */
export type Revisions = ReadonlyMap<Key, Revision>

/**
 * Raises the revision of every changed environment by one. The row stays locked until the commit, so revisions are
 * consecutive and their order is the order of commits.
 */
export async function makeRevisions({ q, t }: Db, project: Key, changes: readonly ChangeDraft[]): Promise<Revisions> {
  const revisions = new Map<Key, Revision>()
  // Sorted, so that two commits never wait for each other's environments.
  for (const environment of changes.map((change) => change.environment).sort()) {
    if (revisions.has(environment)) throw new Error(`a commit names the environment ${environment} twice`)
    const [row] = await q
      .update(t.environments)
      .set({ revision: sql`${t.environments.revision} + 1` })
      .where(and(eq(t.environments.project, project), eq(t.environments.key, environment)))
      .returning({ revision: t.environments.revision })
    if (row === undefined) throw new Error(`a commit changes ${project}/${environment}, which does not exist`)
    revisions.set(environment, row.revision)
  }
  return revisions
}

/** The revision that this commit makes in an environment. */
export function revisionOf(revisions: Revisions, environment: Key): Revision {
  const revision = revisions.get(environment)
  if (revision === undefined) throw new Error(`a commit writes in ${environment} without a change there`)
  return revision
}
