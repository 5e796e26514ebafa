import type { Flag, FlagConfig } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { requireEnvironment, requireProject } from '../environments/access.ts'
import { nearest } from '../http/nearest.ts'
import { heldBy } from '../ramp/hooks.ts'
import type { StoredRamp } from '../ramp/state.ts'
import type { RampRow, Store, StoredConfig, StoredEnvironment } from '../store/store.ts'
import { sayConfig } from './format.ts'

/** The place of a configuration, as addresses name it. */
export interface ConfigPlace {
  readonly project: string
  readonly environment: string
  readonly flag: string
}

/** A flag in an environment, with the ramp that is active there. */
export interface Found {
  readonly environment: StoredEnvironment
  readonly flag: Flag
  readonly config: StoredConfig
  readonly ramp: RampRow | undefined
}

/** The flag, or `not_found` with the nearest one there is. */
export async function requireFlag(
  store: Pick<Store, 'project' | 'flag' | 'flags'>,
  project: string,
  key: string,
): Promise<Flag> {
  const flag = await store.flag(project, key)
  if (flag !== undefined) return flag
  await requireProject(store, project)
  const near = nearest(
    key,
    (await store.flags(project)).map((other) => other.key),
  )
  throw new AppError(
    'not_found',
    `Project ${project} has no flag ${key}.`,
    near === undefined ? {} : { hint: `Did you mean ${near}?` },
  )
}

export async function requireConfig(store: Store, place: ConfigPlace): Promise<Found> {
  const [flag, environment] = [
    await requireFlag(store, place.project, place.flag),
    await requireEnvironment(store, place),
  ]
  const config = await store.config(place, place.flag)
  // every flag has a configuration in every environment from the commit that made the later of the two
  if (config === undefined) throw new AppError('not_found', `${place.flag} is not configured in ${place.environment}.`)
  const [ramp] = await store.ramps({ ...place, active: true, limit: 1 })
  return { environment, flag, config, ramp }
}

/** A configuration as people read it. */
export function viewOf(stored: StoredConfig, ramp: StoredRamp | undefined): FlagConfig {
  const { slices: _, ...config } = stored
  return { ...config, heldBy: heldBy(ramp), summary: sayConfig(config) }
}
