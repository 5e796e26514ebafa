import type { ErrorCode, FlagMetadata, ResolutionDetails } from '@openfeature/core'
import { type ErrorCode as Code, OPENFEATURE_ERRORS, openFeatureReason, type Reason } from '@rampart/contract/wire'

/** What an SDK of ours gives, and what it has to say of the flag. */
export interface Given {
  readonly details: {
    readonly value: unknown
    readonly variation?: string
    readonly reason: Reason
    readonly rule?: { readonly id: string }
    readonly revision: number
    readonly error?: { readonly code: Code; readonly message: string }
  }
  readonly facts: { readonly flagSet: string; readonly isConstant: boolean } | undefined
}

/**
 * What an SDK of ours is asked with, which tells by its fallback what type is meant: the fallback, or `example` where that is
 * of another type, as in JavaScript it may be.
 */
export function typed(fallback: unknown, example: unknown): unknown {
  return kindOf(fallback) === kindOf(example) ? fallback : example
}

/** An example of a structure, which lists and objects are alike to OpenFeature, and not to an SDK of ours. */
export function structureLike(value: unknown): unknown {
  return Array.isArray(value) ? [] : {}
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

/**
 * An answer as OpenFeature's resolution details: `fallback` when it is an error. `codes` are the error codes of the SDK that asks, so that there is one
 * copy of them in an application.
 */
export function resolutionOf<T>({ details, facts }: Given, fallback: T, codes: typeof ErrorCode): ResolutionDetails<T> {
  const { value, variation, reason, error } = details
  const flagMetadata = metadataOf({ details, facts })
  if (reason === 'error' || error !== undefined) {
    return {
      value: fallback,
      reason: 'ERROR',
      errorCode: error ? codes[OPENFEATURE_ERRORS[error.code]] : codes.GENERAL,
      errorMessage: error?.message ?? 'the flag could not be evaluated',
      flagMetadata,
    }
  }
  return {
    // That it is of the type that was asked for was checked; what is inside it is the application's word.
    value: value as T,
    ...(variation !== undefined && { variant: variation }),
    reason: openFeatureReason(reason, facts?.isConstant ?? false),
    flagMetadata,
  }
}

/** `flagSetId` and `version` are the names that OpenTelemetry hooks read (OpenFeature, specification, appendix D). */
function metadataOf({ details: { reason, rule, revision }, facts }: Given): FlagMetadata {
  return {
    reason,
    revision,
    version: String(revision),
    ...(rule !== undefined && { rule: rule.id }),
    ...(facts !== undefined && { flagSetId: facts.flagSet }),
  }
}
