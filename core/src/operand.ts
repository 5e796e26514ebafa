import { type Lent, meansOf } from './means.ts'
import type { Json, Operator } from './model.ts'
import { OPERATORS } from './operators.ts'
import { operandWords } from './words.ts'

/** A test of an attribute, without the attribute. */
export interface Tested {
  readonly operator: Operator
  readonly operand?: Json
  readonly ignoreCase?: true
}

/**
 * What the operand would have to be, such as `a list of texts`, for the test to be judged; undefined when it can be. A
 * server asks before it takes a condition, so that what it takes is what evaluation knows.
 */
export function operandProblem({ operator, operand, ignoreCase }: Tested, lent: Lent = {}): string | undefined {
  const row = OPERATORS.get(operator)
  if (row === undefined) return 'of an operator that is known'
  const test = row.prepare(operand, ignoreCase === true, meansOf(lent, ''))
  return test === undefined ? operandWords(operator, operand) : undefined
}
