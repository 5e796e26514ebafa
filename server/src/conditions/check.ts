import type { ProblemDetail } from '@rampart/contract/errors'
import { type Condition, type Json, type Key, type Operator, operandProblem } from '@rampart/core'
import { mistakesIn, type Test } from './leaves.ts'

/** What conditions are checked with. */
export interface Known {
  /** The segments of the project. */
  readonly segments: ReadonlySet<Key>
  /** What is wrong with a pattern of `matches`, in words that go on after its place. */
  readonly patternProblem: (pattern: string) => string | undefined
}

/** Longer lists belong into a segment; both are as long as evaluation is meant for. */
const MOST_VALUES = 100_000
const LONGEST_TEXT = 2_048
const LONGEST_PATTERN = 512
/** Nobody reads more. */
const MOST_MISTAKES = 20

/** What the lists of these hold; every other operator takes one value, or none. */
const LISTS: ReadonlySet<Operator> = new Set<Operator>([
  'is one of',
  'contains',
  'starts with',
  'ends with',
  'ip in',
  'has any',
  'has all',
])

const FOLDS: ReadonlySet<Operator> = new Set<Operator>([
  'is',
  'is one of',
  'contains',
  'starts with',
  'ends with',
  'matches',
  'has any',
  'has all',
])

/**
 * What is wrong with a condition that has the right shape, by JSON pointer: a segment that does not exist, an operand that
 * its operator cannot use. Evaluation could judge neither.
 */
export function checkCondition(condition: Condition, at: string, known: Known): readonly ProblemDetail[] {
  return mistakesIn(condition, at, (leaf, place) => {
    if (!('segment' in leaf)) return checkTest(leaf, place, known)
    if (known.segments.has(leaf.segment)) return []
    return [{ pointer: `${place}/segment`, message: `names no segment of this project: ${leaf.segment}` }]
  })
}

function checkTest(test: Test, at: string, known: Known): readonly ProblemDetail[] {
  const { operator, ignoreCase } = test
  return [
    ...checkOperand(test, `${at}/operand`, known),
    ...(ignoreCase === true && !FOLDS.has(operator)
      ? [{ pointer: `${at}/ignoreCase`, message: `means nothing to the operator "${operator}"` }]
      : []),
  ]
}

function checkOperand(test: Test, at: string, { patternProblem }: Known): readonly ProblemDetail[] {
  const { operator, operand } = test
  if (operator === 'exists') {
    return operand === undefined ? [] : [{ pointer: at, message: 'must be left out: "exists" takes none' }]
  }
  if (operand === undefined) return [{ pointer: at, message: 'is needed' }]
  if (operator === 'matches') return checkPattern(operand, at, patternProblem)
  if (LISTS.has(operator)) return checkList(test, operand, at)
  const wrong = tooLong(operand) ?? mustBe(operandProblem(test))
  return wrong === undefined ? [] : [{ pointer: at, message: wrong }]
}

function checkPattern(operand: Json, at: string, patternProblem: Known['patternProblem']): readonly ProblemDetail[] {
  const wrong =
    typeof operand !== 'string' || operand.length > LONGEST_PATTERN
      ? `must be a pattern of at most ${LONGEST_PATTERN} characters`
      : patternProblem(operand)
  return wrong === undefined ? [] : [{ pointer: at, message: wrong }]
}

function checkList(test: Test, operand: Json, at: string): readonly ProblemDetail[] {
  if (!Array.isArray(operand)) return [{ pointer: at, message: mustBe(operandProblem(test)) ?? 'must be a list' }]
  if (operand.length === 0) return [{ pointer: at, message: 'must name something: nothing is in an empty list' }]
  if (operand.length > MOST_VALUES) {
    return [{ pointer: at, message: `must hold at most ${MOST_VALUES} values; it holds ${operand.length}` }]
  }
  if (operandProblem(test) === undefined && operand.every((value) => tooLong(value) === undefined)) return []
  const mistakes: ProblemDetail[] = []
  for (const [i, value] of operand.entries()) {
    if (mistakes.length === MOST_MISTAKES) break
    const wrong = tooLong(value) ?? cannotBeIn(operandProblem({ ...test, operand: [value] }))
    if (wrong !== undefined) mistakes.push({ pointer: `${at}/${i}`, message: wrong })
  }
  return mistakes
}

function tooLong(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > LONGEST_TEXT
    ? `must be at most ${LONGEST_TEXT} characters; it is ${value.length}`
    : undefined
}

function mustBe(what: string | undefined): string | undefined {
  return what === undefined ? undefined : `must be ${what}`
}

function cannotBeIn(what: string | undefined): string | undefined {
  return what === undefined ? undefined : `cannot be in ${what}`
}
