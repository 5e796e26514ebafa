import type { Operator } from './model.ts'

/** Whether one attribute value satisfies a condition whose operand is known to be good. */
export type Test = (value: unknown) => boolean

export interface OperatorRow {
  /** `element`: an array attribute matches when any element does. `whole`: the attribute is tested as it is. */
  readonly tests: 'element' | 'whole'
  /** The test for an operand, or undefined when the operand is bad and the condition cannot be judged. */
  readonly compile: (operand: unknown, fold: Fold) => Test | undefined
}

/** How texts are compared: as they are, or in lower case. */
export type Fold = (text: string) => string

type Scalar = string | number | boolean

/** Every operator this core can judge. One that is not here cannot be judged; to add one is to add a row. */
export const OPERATORS: ReadonlyMap<string, OperatorRow> = new Map<Operator, OperatorRow>([
  ['exists', { tests: 'whole', compile: (operand) => (operand === undefined ? () => true : undefined) }],
  ['is', { tests: 'element', compile: compileIs }],
  ['is one of', { tests: 'element', compile: compileIsOneOf }],
  ['contains', anyText((text, part) => text.includes(part))],
  ['starts with', anyText((text, part) => text.startsWith(part))],
  ['ends with', anyText((text, part) => text.endsWith(part))],
  ['number =', numbers((value, operand) => value === operand)],
  ['number !=', numbers((value, operand) => value !== operand)],
  ['number <', numbers((value, operand) => value < operand)],
  ['number <=', numbers((value, operand) => value <= operand)],
  ['number >', numbers((value, operand) => value > operand)],
  ['number >=', numbers((value, operand) => value >= operand)],
  ['has any', { tests: 'whole', compile: compileHasAny }],
  ['has all', { tests: 'whole', compile: compileHasAll }],
])

export const asItIs: Fold = (text) => text

/**
 * Unicode's simple lower-casing, character by character: no locale, no final sigma, and İ becomes i, so that every
 * language's SDK can do the same.
 */
export const lowerCase: Fold = (text) => {
  if (!/[^ -~]/.test(text)) return text.toLowerCase()
  let lower = ''
  for (const character of text) lower += character === 'İ' ? 'i' : character.toLowerCase()
  return lower
}

function compileIs(operand: unknown, fold: Fold): Test | undefined {
  if (!isScalar(operand)) return undefined
  const wanted = folded(operand, fold)
  return (value) => isScalar(value) && folded(value, fold) === wanted
}

function compileIsOneOf(operand: unknown, fold: Fold): Test | undefined {
  const wanted = foldedSet(operand, fold)
  return wanted && ((value) => isScalar(value) && wanted.has(folded(value, fold)))
}

function compileHasAny(operand: unknown, fold: Fold): Test | undefined {
  const wanted = foldedSet(operand, fold)
  return wanted && ((value) => isArray(value) && value.some((one) => isScalar(one) && wanted.has(folded(one, fold))))
}

function compileHasAll(operand: unknown, fold: Fold): Test | undefined {
  const wanted = foldedSet(operand, fold)
  if (wanted === undefined) return undefined
  return (value) => {
    if (!isArray(value)) return false
    const present = new Set(value.filter(isScalar).map((one) => folded(one, fold)))
    return [...wanted].every((one) => present.has(one))
  }
}

function anyText(matches: (text: string, part: string) => boolean): OperatorRow {
  return {
    tests: 'element',
    compile: (operand, fold) => {
      if (!isArray(operand) || !operand.every((part) => typeof part === 'string')) return undefined
      const parts = operand.map(fold)
      return (value) => {
        if (typeof value !== 'string') return false
        const text = fold(value)
        return parts.some((part) => matches(text, part))
      }
    },
  }
}

function numbers(compare: (value: number, operand: number) => boolean): OperatorRow {
  return {
    tests: 'element',
    compile: (operand) => (isNumber(operand) ? (value) => isNumber(value) && compare(value, operand) : undefined),
  }
}

function foldedSet(operand: unknown, fold: Fold): ReadonlySet<Scalar> | undefined {
  if (!isArray(operand) || !operand.every(isScalar)) return undefined
  return new Set(operand.map((one) => folded(one, fold)))
}

function folded(value: Scalar, fold: Fold): Scalar {
  return typeof value === 'string' ? fold(value) : value
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'boolean' || isNumber(value)
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
