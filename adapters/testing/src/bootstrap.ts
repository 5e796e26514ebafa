import type { Bootstrap, Context, Snapshot } from '@rampart/contract/wire'
import { compile, evaluate } from '@rampart/core'

/** What every flag of a snapshot gives to a context, as a server tells a page. */
export function bootstrapOf(snapshot: Snapshot, context: Context): Bootstrap {
  const configuration = compile(snapshot)
  const values = [...configuration.flags.keys()].sort().flatMap((key) => {
    const { value, variation, reason, rule } = evaluate(configuration, key, context)
    if (value === undefined || variation === undefined) return []
    return { key, value, variation, reason, ...(rule !== undefined && { rule }) }
  })
  return { format: 1, revision: snapshot.revision, values, snapshot }
}
