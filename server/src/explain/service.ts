import type { Explained, FlagExplanation } from '@rampart/contract/admin'
import {
  type Configuration,
  type Context,
  explain,
  type Key,
  type Path,
  type Revision,
  type Snapshot,
} from '@rampart/core'
import { compiledOf } from '../compiled.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { requireEnvironment } from '../environments/access.ts'
import { requireFlag } from '../flags/lookup.ts'
import type { EnvironmentRef, Store } from '../store/store.ts'
import { maskedSteps } from './masked-steps.ts'

export interface ExplainParts {
  readonly delivery: Pick<Delivery, 'snapshot' | 'past'>
  readonly store: Pick<Store, 'project' | 'environment' | 'flag' | 'flags' | 'config'>
}

/** What server-side SDKs are served, or were at an earlier revision. Throws `not_found` for one that is not remembered. */
export function servedAt(
  { delivery }: Pick<ExplainParts, 'delivery'>,
  ref: EnvironmentRef,
  revision: Revision | undefined,
): Promise<Snapshot> {
  return revision === undefined ? delivery.snapshot(ref, 'server') : delivery.past(ref, revision)
}

export interface Asked {
  readonly flags: readonly Key[]
  readonly context: Context
  /** Undefined: the latest. */
  readonly revision: Revision | undefined
}

/**
 * What flags give to a context, by the configuration that server-side SDKs are or were served. The names of rules are
 * those of now. Throws `not_found`, with the nearest flag there is, or for a revision that is not remembered.
 */
export async function explainFlags(
  { delivery, store }: ExplainParts,
  ref: EnvironmentRef,
  { flags, context, revision }: Asked,
): Promise<Explained> {
  const { privateAttributes } = await requireEnvironment(store, ref)
  for (const flag of flags) await requireFlag(store, ref.project, flag)
  const configuration = compiledOf(await servedAt({ delivery }, ref, revision))
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
