import type { ErrorCode, FlagMetadata, ResolutionDetails } from '@openfeature/core'
import { type ErrorCode as Code, OPENFEATURE_ERRORS, openFeatureReason, type Reason } from '@rampart/contract/wire'

/** What an SDK of ours gives, and what it has to say of the flag. */
export interface Given<T> {
  readonly details: {
    readonly value: T
    readonly variation?: string
    readonly reason: Reason
    readonly rule?: { readonly id: string }
    readonly revision: number
    readonly error?: { readonly code: Code; readonly message: string }
  }
  readonly facts: { readonly flagSet: string; readonly isConstant: boolean } | undefined
}

/**
 * An answer as OpenFeature's resolution details. `codes` are the error codes of the SDK that asks, so that there is one
 * copy of them in an application.
 */
export function resolutionOf<T>({ details, facts }: Given<T>, codes: typeof ErrorCode): ResolutionDetails<T> {
  const { value, variation, reason, error } = details
  const flagMetadata = metadataOf({ details, facts })
  if (reason === 'error' || error !== undefined) {
    return {
      value,
      reason: 'ERROR',
      errorCode: error ? codes[OPENFEATURE_ERRORS[error.code]] : codes.GENERAL,
      errorMessage: error?.message ?? 'the flag could not be evaluated',
      flagMetadata,
    }
  }
  return {
    value,
    ...(variation !== undefined && { variant: variation }),
    reason: openFeatureReason(reason, facts?.isConstant ?? false),
    flagMetadata,
  }
}

/** `flagSetId` and `version` are the names that OpenTelemetry hooks read (OpenFeature, specification, appendix D). */
function metadataOf({ details: { reason, rule, revision }, facts }: Given<unknown>): FlagMetadata {
  return {
    reason,
    revision,
    version: String(revision),
    ...(rule !== undefined && { rule: rule.id }),
    ...(facts !== undefined && { flagSetId: facts.flagSet }),
  }
}
