import { ProblemError, type Ramp } from '@rampart/contract/admin'
import { Failure } from '../failure.ts'
import type { Session } from '../session.ts'
import { type Trail, trailOf } from '../trail.ts'

/**
 * The ramp that a person means: by its id, or by the key of its flag in the environment. Of a flag's ramps the active
 * one is meant, and the last one when none is active and `ended` allows it.
 */
export async function findRamp(
  session: Session,
  idOrKey: string,
  { ended }: { readonly ended: boolean },
): Promise<Ramp> {
  const byId = idOrKey.startsWith('r_') ? await rampById(session, idOrKey) : undefined
  if (byId !== undefined) return byId
  const project = session.project()
  const environment = session.environment()
  const { body } = await session.connection.ask((api, signal) =>
    api.listRamps({ params: { project }, query: { flag: idOrKey, environment, limit: 20 }, signal }),
  )
  const found = body.items.find(({ end }) => end === null) ?? (ended ? body.items[0] : undefined)
  if (found !== undefined) return found
  throw new Failure(
    'not_found',
    `There is no ${ended ? '' : 'active '}ramp ${idOrKey} in ${project}, and none of a flag with that key in ${environment}.`,
  )
}

async function rampById(session: Session, id: string): Promise<Ramp | undefined> {
  try {
    const project = session.project()
    return (await session.connection.ask((api, signal) => api.getRamp({ params: { project, id }, signal }))).body
  } catch (error) {
    // the key of a flag may look like the id of a ramp
    if (error instanceof ProblemError && error.problem.code === 'not_found' && session.maybeEnvironment() !== undefined)
      return undefined
    throw error
  }
}

/** What the audit knows of the ramp's steps; nothing when this token may not read the project's audit. */
export async function knownTrail(session: Session, ramp: Pick<Ramp, 'project' | 'id'>): Promise<Trail> {
  const params = { project: ramp.project }
  const query = { subject: 'ramp' as const, key: ramp.id, limit: 200 }
  try {
    return trailOf((await session.connection.ask((api, signal) => api.listAudit({ params, query, signal }))).body.items)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'forbidden') return []
    throw error
  }
}

/** The page of a ramp in the admin UI. */
export function rampUrl(session: Session, ramp: Pick<Ramp, 'project' | 'id'>): string {
  return `${session.connection.url}/p/${ramp.project}/ramps/${ramp.id}`
}
