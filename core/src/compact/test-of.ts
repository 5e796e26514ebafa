import type { Truth } from '../asking.ts'
import { lowerCase } from '../lower-case.ts'
import { pageMatcher } from '../page-matcher.ts'
import { comparePrecedence, isVersion } from '../version.ts'
import { rangesOf } from './address.ts'
import { unitHash } from './hash.ts'
import { momentOf } from './instant.ts'

type Test = (value: unknown) => Truth

/** Longer patterns and texts are not matched. In UTF-16 units. */
const PATTERN_LENGTH = 512
const TEXT_LENGTH = 2_048

/** Times are not asked for equality. */
const COMPARISON = /^(number|version|time(?= [<>])) ([<>]=?|!?=)$/

const PARTS = { contains: 'includes', 'starts with': 'startsWith', 'ends with': 'endsWith' } as const

/**
 * The test of an operator for an operand, by the rules of `operators.ts`; undefined when it cannot be judged. A wrong type of
 * value is false.
 */
export function testOf(operator: unknown, operand: unknown, ignoreCase: boolean, salt: string): Test | undefined {
  const [, kind = '', sign = ''] = COMPARISON.exec(String(operator)) ?? []
  // A good operand is equal to itself.
  if (kind) return order(kind, operand, operand) === 0 ? (value) => holds(sign, order(kind, value, operand)) : undefined
  const small = ignoreCase ? lowerCase : (text: string): string => text
  const fold = (value: unknown): unknown => (isText(value) ? small(value) : value)
  const list = operator === 'is' ? [operand] : operand
  const wanted = isListOf(list, isScalar) ? list.map(fold) : undefined
  const isWanted = (value: unknown): boolean => !!wanted?.includes(fold(value))
  switch (operator) {
    case 'exists':
      return operand === undefined ? () => true : undefined
    case 'is':
    case 'is one of':
      return wanted && isWanted
    case 'has any':
      return wanted && ((value) => isArray(value) && value.some(isWanted))
    case 'has all':
      return wanted && ((value) => isArray(value) && isSubset(wanted, value.map(fold)))
    case 'matches':
      return matches(operand, ignoreCase)
  }
  if (!isListOf(operand, isText)) return undefined
  switch (operator) {
    case 'contains':
    case 'starts with':
    case 'ends with':
      return (value) => isText(value) && operand.some((part) => small(value)[PARTS[operator]](small(part)))
    case 'hashed in':
      return (value) => isText(value) && operand.includes(unitHash(small(value), salt))
    case 'ip in':
      return rangesOf(operand)
  }
  return undefined
}

/** Not a number when one of the two is not of the kind. */
function order(kind: string, a: unknown, b: unknown): number {
  if (kind === 'version')
    return isText(a) && isText(b) && isVersion(a) && isVersion(b) ? comparePrecedence(a, b) : Number.NaN
  if (kind === 'time') return (momentOf(a) ?? Number.NaN) - (momentOf(b) ?? Number.NaN)
  return isNumber(a) && isNumber(b) ? a - b : Number.NaN
}

function holds(sign: string, order: number): boolean {
  if (sign === '!=') return order < 0 || order > 0
  return sign.includes(order < 0 ? '<' : order > 0 ? '>' : order === 0 ? '=' : 'none')
}

function matches(pattern: unknown, ignoreCase: boolean): Test | undefined {
  const find = isText(pattern) && pattern.length <= PATTERN_LENGTH && pageMatcher.compile(pattern, ignoreCase)
  return find ? (value) => isText(value) && (value.length <= TEXT_LENGTH ? find(value) : undefined) : undefined
}

function isSubset(some: readonly unknown[], all: readonly unknown[]): boolean {
  return some.every((one) => all.includes(one))
}

function isListOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is readonly T[] {
  return isArray(value) && value.every(isOne)
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isScalar(value: unknown): value is string | number | boolean {
  return isText(value) || typeof value === 'boolean' || isNumber(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}
