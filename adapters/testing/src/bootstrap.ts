import type { Bootstrap, Context, Snapshot } from '@rampart/contract/wire'
import { bootstrapOf, compile } from '@rampart/core'

/** What every flag of a snapshot gives to a context, as a server tells a page, with the rules. */
export function bootstrapWithRules(snapshot: Snapshot, context: Context): Bootstrap {
  return { ...bootstrapOf(compile(snapshot), context), snapshot }
}
