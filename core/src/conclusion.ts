import type { Answer, ErrorCode, Id, Json, Key, Reason } from './model.ts'
import type { EvaluationRow } from './tally.ts'
import type { PreparedWatch } from './watches.ts'

/**
 * What a flag comes to: an answer but for the position. Each is made once, when its flag is prepared, so that asking a
 * flag only chooses one of them and allocates nothing.
 */
export interface Conclusion {
  readonly value: Json | undefined
  /** Undefined for errors. */
  readonly variation: Key | undefined
  readonly reason: Reason
  readonly rule: Id | undefined
  /** Whether a position was computed on the way here. */
  readonly placed: boolean
  /** The watch of the ramp that counts the units which come here. */
  readonly watch: PreparedWatch | undefined
  /** Made when it is first asked for. */
  answer: Answer | undefined
  /** The row of a tally that this was last counted in: counting it again is adding one. */
  row: EvaluationRow | undefined
}

/** A variation and its value. */
export interface Given {
  readonly value: Json | undefined
  readonly variation: Key
}

/** The way on which a conclusion is reached. */
export interface Way {
  readonly reason: Reason
  readonly rule?: Id
  readonly placed?: boolean
  readonly watch?: PreparedWatch | undefined
}

export function conclusion(given: Given, { reason, rule, placed = false, watch }: Way): Conclusion {
  const { value, variation } = given
  return { value, variation, reason, rule, placed, watch, answer: undefined, row: undefined }
}

/** The conclusion that carries nothing but an error. */
export function errorConclusion(error: ErrorCode): Conclusion {
  const answer: Answer = Object.freeze({ value: undefined, reason: 'error', error })
  return {
    value: undefined,
    variation: undefined,
    reason: 'error',
    rule: undefined,
    placed: false,
    watch: undefined,
    answer,
    row: undefined,
  }
}

/** The answer of a conclusion, without position: one frozen object for everyone who comes here. */
export function answerWithoutPosition(conclusion: Conclusion): Answer {
  conclusion.answer ??= Object.freeze(madeAnswer(conclusion))
  return conclusion.answer
}

function madeAnswer({ value, variation, reason, rule }: Conclusion): Answer {
  return {
    value,
    ...(variation !== undefined && { variation }),
    reason,
    ...(rule !== undefined && { rule }),
  }
}
