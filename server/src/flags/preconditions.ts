import type { FlagConfig } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import type { IfMatch } from '../http/preconditions.ts'

interface Current {
  readonly revision: number
  /** The representation that the caller would read now. */
  readonly view: unknown
}

/** Throws `revision_mismatch`, with what there is now, when the change was made from another revision. */
export function requireMatch(ifMatch: IfMatch, { revision, view }: Current): void {
  if (ifMatch === null || ifMatch === '*' || ifMatch === revision) return
  throw new AppError('revision_mismatch', `It is at ${revision} now, not ${ifMatch}; nothing was changed.`, {
    hint: 'Look at what changed, and send your change again with the current revision in If-Match.',
    current: view,
    currentRevision: revision,
  })
}

/** Throws `precondition_required` when a protected environment is configured blindly. */
export function requireSaid(
  ifMatch: IfMatch,
  environment: { readonly key: string; readonly protected: boolean },
  config: FlagConfig,
): void {
  if (ifMatch !== null || !environment.protected) return
  throw new AppError(
    'precondition_required',
    `${environment.key} is protected: say which revision the change was made from.`,
    {
      hint: `Send the header If-Match: "${config.revision}", or If-Match: * to replace whatever is there.`,
      currentRevision: config.revision,
    },
  )
}
