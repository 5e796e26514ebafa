import type { Project } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import type { EnvironmentRef, Store, StoredEnvironment } from '../store/store.ts'

/** The project, or `not_found`. */
export async function requireProject(store: Pick<Store, 'project'>, key: string): Promise<Project> {
  const project = await store.project(key)
  if (project === undefined) throw new AppError('not_found', `There is no project ${key}.`)
  return project
}

/** The environment, or `not_found` that says whether it is the project that is missing. */
export async function requireEnvironment(
  store: Pick<Store, 'project' | 'environment'>,
  ref: EnvironmentRef,
): Promise<StoredEnvironment> {
  const environment = await store.environment(ref)
  if (environment !== undefined) return environment
  await requireProject(store, ref.project)
  throw new AppError('not_found', `Project ${ref.project} has no environment ${ref.environment}.`)
}
