import { AppError } from '../app-error.ts'
import type { Committed, Expectation, Store } from '../store/store.ts'
import { auditId } from './format.ts'

/** What a mutation answers beside the thing itself. */
export interface Recorded {
  /** The revision that it made where it was asked for; null when it made none there. */
  readonly revision: number | null
  readonly auditId: string
}

type Done = Extract<Committed, { kind: 'done' }>

/** What a commit answers; `environment` is the one whose revision is told. */
export function recorded({ revisions, audit }: Done, environment?: string): Recorded {
  const [entry] = audit
  if (entry === undefined) throw new Error('a commit without an audit entry has nothing to tell')
  return {
    revision: revisions.find((one) => one.environment === environment)?.revision ?? null,
    auditId: auditId(entry),
  }
}

/** The entry that made a thing what it is: the answer to a change that changes nothing. */
export async function lastRecorded(
  store: Pick<Store, 'audit'>,
  scope: string,
  subject: {
    readonly kind: 'flag' | 'segment' | 'layer' | 'plan' | 'metric' | 'metric-source' | 'environment'
    readonly key: string
    readonly environment?: string
  },
): Promise<Recorded> {
  const [entry] = await store.audit({ scope, subject, limit: 1 })
  if (entry !== undefined) return { revision: null, auditId: auditId(entry) }
  // a flag that was never touched in an environment was made there when it was created
  const [made] = await store.audit({ scope, subject: { kind: subject.kind, key: subject.key }, limit: 1 })
  return { revision: null, auditId: made === undefined ? `${scope}/0` : auditId(made) }
}

/** Commits that nothing can get in the way of but a key that is taken. */
export function requireDone(committed: Committed, taken: string): Done {
  switch (committed.kind) {
    case 'done':
      return committed
    case 'exists':
      throw new AppError('already_exists', `${taken} Nothing was changed.`)
    case 'conflict':
      throw new AppError(
        'overloaded',
        `Others changed the same ${sayFailed(committed.failed)}; nothing was changed. Try again.`,
      )
  }
}

function sayFailed(failed: Expectation): string {
  return failed.kind === 'config' ? 'configuration' : failed.kind
}

/** How often a change is made anew on what others wrote in between. Each try loses to a commit that succeeded. */
const TRIES = 50

/**
 * Reads, decides and commits, again from the start whenever somebody else committed in between. `attempt` throws what
 * cannot be done; a commit whose precondition failed is answered with `conflict`.
 */
export async function untilCommitted<T>(
  attempt: () => Promise<{ readonly kind: 'answer'; readonly answer: T } | { readonly kind: 'conflict' }>,
): Promise<T> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const result = await attempt()
    if (result.kind === 'answer') return result.answer
  }
  throw new AppError('overloaded', 'Others keep changing the same thing; nothing was changed.', { retryAfterMs: 1000 })
}
