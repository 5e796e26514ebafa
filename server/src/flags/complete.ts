import type { Flag } from '@rampart/contract/admin'
import type { Asker, Store } from '../store/store.ts'
import { newConfig } from './rules.ts'

/**
 * Gives these flags a configuration wherever they have none. A flag and an environment that are created at the same
 * moment do not see each other; whoever is done last sees both, and closes the gap.
 */
export async function completeConfigs(
  store: Store,
  project: string,
  { flags, asker, at }: { readonly flags: readonly Flag[]; readonly asker: Asker; readonly at: number },
): Promise<void> {
  const environments = await store.environments(project)
  const missing = await Promise.all(
    flags.map(async (flag) => {
      const configured = (await store.configs(project, flag.key)).map(({ environment }) => environment)
      return environments
        .filter(({ key }) => !configured.includes(key))
        .map(({ key }) => newConfig(flag, { project, environment: key }))
    }),
  )
  const drafts = missing.flat()
  if (drafts.length === 0) return
  const touched = [...new Set(drafts.map(({ environment }) => environment))]
  await store.commit({
    scope: project,
    at,
    asker,
    writes: drafts.map((config) => ({ put: 'config', config }) as const),
    changes: touched.map((environment) => ({
      environment,
      flags: drafts.filter((draft) => draft.environment === environment).map((draft) => draft.flag),
    })),
    // the audit has the flag's creation and the environment's already
    audit: [],
  })
}
