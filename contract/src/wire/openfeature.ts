import type { ErrorCode, Reason } from '@rampart/core'

/*
 * How Rampart's reasons and errors are called where OpenFeature's words are spoken: by OFREP and by the providers.
 */

/** OpenFeature, specification, types: resolution reasons. */
export type OpenFeatureReason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT' | 'DISABLED'

/**
 * @param isConstant whether nothing in the flag looks at who asks: "default" is `STATIC` then, and `DEFAULT` where rules
 * exist and none of them matched.
 */
export function openFeatureReason(reason: Exclude<Reason, 'error'>, isConstant: boolean): OpenFeatureReason {
  switch (reason) {
    case 'killed':
    case 'off':
      return 'DISABLED'
    case 'prerequisite':
    case 'rule':
      return 'TARGETING_MATCH'
    case 'layer':
    case 'rollout':
    case 'split':
      return 'SPLIT'
    case 'override':
      return 'STATIC'
    case 'default':
      return isConstant ? 'STATIC' : 'DEFAULT'
  }
}

/** OpenFeature, specification, types: error codes. */
export type OpenFeatureError =
  | 'FLAG_NOT_FOUND'
  | 'TYPE_MISMATCH'
  | 'PARSE_ERROR'
  | 'INVALID_CONTEXT'
  | 'PROVIDER_NOT_READY'

export const OPENFEATURE_ERRORS: Readonly<Record<ErrorCode, OpenFeatureError>> = {
  flag_not_found: 'FLAG_NOT_FOUND',
  type_mismatch: 'TYPE_MISMATCH',
  invalid_flag: 'PARSE_ERROR',
  invalid_context: 'INVALID_CONTEXT',
  not_ready: 'PROVIDER_NOT_READY',
}
