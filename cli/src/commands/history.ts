import type { AuditEntry, Ramp, Subject } from '@rampart/contract/admin'
import type { Session } from '../session.ts'
import { collectPages } from './pages.ts'

/** What is asked of the audit. */
export interface Wanted {
  readonly subject?: Pick<Subject, 'kind' | 'key'>
  readonly environment: string | undefined
  /** How many changes at most, the newest ones. */
  readonly limit: number
}

/** Changes of a project, newest first. */
export function changesOf(session: Session, { subject, environment, limit }: Wanted): Promise<readonly AuditEntry[]> {
  const params = { project: session.project() }
  const only = {
    ...(subject === undefined ? {} : { subject: subject.kind, key: subject.key }),
    ...(environment === undefined ? {} : { environment }),
  }
  return collectPages(limit, async (page) => {
    const query = { ...only, ...page }
    return (await session.connection.ask((api, signal) => api.listAudit({ params, query, signal }))).body
  })
}

/**
 * Changes of a flag, newest first, with those that its ramps made: a share that was raised and taken back by a ramp is written down
 * as the ramp's.
 */
export async function changesOfFlag(
  session: Session,
  flag: string,
  { environment, limit }: Omit<Wanted, 'subject'>,
): Promise<readonly AuditEntry[]> {
  let entries = await changesOf(session, { subject: { kind: 'flag', key: flag }, environment, limit })
  for (const ramp of await rampsOf(session, flag, { environment, limit })) {
    const oldest = entries.at(limit - 1)
    // from here on, every ramp had ended before the oldest change that is shown
    if (oldest !== undefined && ramp.end !== null && ramp.end.at < oldest.at) break
    const ofRamp = await changesOf(session, { subject: { kind: 'ramp', key: ramp.id }, environment, limit })
    entries = [...entries, ...ofRamp].toSorted((a, b) => b.n - a.n).slice(0, limit)
  }
  return entries
}

/** Newest first. */
function rampsOf(
  session: Session,
  flag: string,
  { environment, limit }: Omit<Wanted, 'subject'>,
): Promise<readonly Ramp[]> {
  const params = { project: session.project() }
  const only = environment === undefined ? { flag } : { flag, environment }
  return collectPages(limit, async (page) => {
    const query = { ...only, ...page }
    return (await session.connection.ask((api, signal) => api.listRamps({ params, query, signal }))).body
  })
}
