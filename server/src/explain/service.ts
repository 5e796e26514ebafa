import type { Explained, FlagExplanation } from '@rampart/contract/admin'
import { type Configuration, type Context, explain, type Key, type Path } from '@rampart/core'
import { compiledOf } from '../compiled.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { requireEnvironment } from '../environments/access.ts'
import { requireFlag } from '../flags/lookup.ts'
import type { EnvironmentRef, Store } from '../store/store.ts'
import { maskedSteps } from './masked-steps.ts'

export interface ExplainParts {
  readonly delivery: Pick<Delivery, 'snapshot'>
  readonly store: Pick<Store, 'project' | 'environment' | 'flag' | 'flags' | 'config'>
}

/**
 * What flags give to a context now, by the configuration that server-side SDKs are served. Throws `not_found`, with the
 * nearest flag there is.
 */
export async function explainFlags(
  { delivery, store }: ExplainParts,
  ref: EnvironmentRef,
  { flags, context }: { readonly flags: readonly Key[]; readonly context: Context },
): Promise<Explained> {
  const { privateAttributes } = await requireEnvironment(store, ref)
  for (const flag of flags) await requireFlag(store, ref.project, flag)
  const configuration = compiledOf(await delivery.snapshot(ref, 'server'))
  const items = await Promise.all(
    flags.map(async (flag): Promise<FlagExplanation> => {
      const config = await store.config(ref, flag)
      return {
        ...explained(configuration, flag, { context, hidden: privateAttributes }),
        rules: (config?.rules ?? []).map(({ id, name, paused }) => ({ id, name, paused })),
      }
    }),
  )
  return { environment: ref.environment, revision: configuration.revision, masked: [...privateAttributes], items }
}

function explained(
  configuration: Configuration,
  flag: Key,
  { context, hidden }: { readonly context: Context; readonly hidden: readonly Path[] },
): Omit<FlagExplanation, 'rules'> {
  const { answer, steps } = explain(configuration, flag, context)
  return { flag, answer, steps: maskedSteps(steps, hidden) }
}
