import { OPENFEATURE_ERRORS, openFeatureReason } from '@rampart/contract/wire'
import type { Asked, Details } from '@rampart/node'

/*
 * OpenTelemetry's semantic conventions for feature flags (release candidate, autumn 2026). They may still change, so that
 * nothing but this file knows a name of theirs; a test compares them with the constants of the conventions' own package.
 */

export const EVENT = 'feature_flag.evaluation'

/** What is told of an evaluation, by the conventions' names. */
export type Attributes = Record<string, string | number | boolean>

export interface Telling {
  /** Whether the targeting key is told, which may be personal data. */
  readonly contextId: boolean
  /** Whether the value is told, beside its variation: it may be large, or not for everyone's eyes. */
  readonly value: boolean
}

/** The attributes of one evaluation. */
export function attributesOf({ key, context, facts }: Asked, details: Details<unknown>, telling: Telling): Attributes {
  const { value, variation, reason, revision, error } = details
  return {
    'feature_flag.key': key,
    'feature_flag.provider.name': 'rampart',
    'feature_flag.result.reason':
      reason === 'error' ? 'error' : openFeatureReason(reason, facts?.isConstant ?? false).toLowerCase(),
    ...(variation !== undefined && { 'feature_flag.result.variant': variation }),
    // Without a variation the value is all there is to tell answers apart by.
    ...((telling.value || variation === undefined) && { 'feature_flag.result.value': plain(value) }),
    ...(telling.contextId && context.targetingKey !== undefined && { 'feature_flag.context.id': context.targetingKey }),
    ...(facts !== undefined && { 'feature_flag.set.id': facts.flagSet }),
    ...(revision > 0 && { 'feature_flag.version': String(revision) }),
    ...(error !== undefined && {
      'error.type': OPENFEATURE_ERRORS[error.code].toLowerCase(),
      'feature_flag.error.message': error.message,
    }),
  }
}

/** Attributes are texts, numbers and booleans: what has parts is told as JSON. */
function plain(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return JSON.stringify(value) ?? String(value)
}
