import { type OpenFeatureReason, openFeatureReason } from '@rampart/contract/wire'
import { type Answer, isConstant, type Json, type WireFlag } from '@rampart/core'

/**
 * One evaluation as OFREP 0.3 has it. No `value` at all means that the default in the caller's code is to be used; the other members
 * are there all the same (ADR-0006), and clients of other languages read `variant` without looking.
 */
export interface Evaluation {
  readonly key: string
  readonly reason: OpenFeatureReason
  readonly value?: Json
  readonly variant?: string
  readonly metadata: Readonly<Record<string, string | number | boolean>>
}

export interface Failure {
  readonly key: string
  readonly errorCode: 'PARSE_ERROR' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'FLAG_NOT_FOUND' | 'GENERAL'
  readonly errorDetails: string
  /** There always, since not every client can do without. */
  readonly metadata: Evaluation['metadata']
}

/**
 * An answer of Rampart as OFREP says it (OpenFeature Remote Evaluation Protocol 0.3). A rollout or split that found no
 * unit is a missing targeting key there, where our own SDKs serve the other side. The native reason stays in the metadata.
 * `version` is the revision at which the flag last changed, and no later one: clients take whatever differs for a change.
 */
export function evaluationOf(flag: WireFlag, answer: Answer, flagSetId: string): Evaluation | Failure {
  const { key } = flag
  const { reason: native } = answer
  if (native === 'error') return { key, ...failureOf(key, answer), metadata: { flagSetId } }
  if ((native === 'rollout' || native === 'split') && answer.position === undefined) {
    return {
      key,
      errorCode: 'TARGETING_KEY_MISSING',
      errorDetails: `"${key}" is decided by unit, and the context names none.`,
      metadata: { flagSetId },
    }
  }
  const metadata = {
    reason: native,
    flagSetId,
    version: String(flag.version),
    ...(answer.rule === undefined ? {} : { rule: answer.rule }),
  }
  const reason = openFeatureReason(native, isConstant(flag))
  const variant = answer.variation === undefined ? {} : { variant: answer.variation }
  if (reason === 'DISABLED' || answer.value === undefined) return { key, reason, ...variant, metadata }
  return { key, reason, value: answer.value, ...variant, metadata }
}

export function isFailure(item: object): item is Failure {
  return 'errorCode' in item
}

function failureOf(key: string, { error }: Answer): Pick<Failure, 'errorCode' | 'errorDetails'> {
  switch (error ?? 'not_ready') {
    case 'flag_not_found':
      return { errorCode: 'FLAG_NOT_FOUND', errorDetails: `There is no flag "${key}" in this environment.` }
    case 'invalid_context':
      return { errorCode: 'INVALID_CONTEXT', errorDetails: 'The context must be an object.' }
    case 'invalid_flag':
      return { errorCode: 'PARSE_ERROR', errorDetails: `The configuration of "${key}" cannot be read.` }
    case 'type_mismatch':
    case 'not_ready':
      return { errorCode: 'GENERAL', errorDetails: `"${key}" could not be evaluated.` }
  }
}
