import type { Environment } from '@rampart/contract/admin'
import { Failure } from '../failure.ts'
import type { Session } from '../session.ts'

const RANK: Record<Environment['class'], number> = { development: 0, staging: 1, production: 2 }

/** The environments of the project in the order that a change takes: production last. */
export async function environmentsOf(session: Session): Promise<readonly Environment[]> {
  const params = { project: session.project() }
  const { body } = await session.connection.ask((api, signal) => api.listEnvironments({ params, signal }))
  return body.items.toSorted((a, b) => RANK[a.class] - RANK[b.class])
}

/** Those that the command shows: all, or the one that it names. */
export async function environmentsShown(session: Session): Promise<readonly Environment[]> {
  const only = session.namedEnvironment()
  const all = await environmentsOf(session)
  if (only === undefined) return all
  const found = all.find(({ key }) => key === only)
  if (found !== undefined) return [found]
  const names = all.map(({ key }) => key).join(', ')
  throw new Failure('not_found', `Project ${session.project()} has no environment ${only}; it has ${names}.`)
}
