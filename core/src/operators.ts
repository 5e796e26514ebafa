import { isWithin, rangesOf } from './address.ts'
import type { Truth } from './asking.ts'
import { seededUnitHash } from './bucket.ts'
import { momentOf } from './instant.ts'
import { lowerCase } from './lower-case.ts'
import type { Means } from './means.ts'
import type { Operator } from './model.ts'
import { unitSeeds } from './seed.ts'
import { comparePrecedence, isVersion, packedVersion } from './version.ts'

/** Whether one attribute value satisfies a condition whose operand is known to be good. A wrong type is false. */
export type Test = (value: unknown) => Truth

/**
 * What a test comes to where it is one step: equal to the operand, in the set or the short list of it, or a number that compares
 * with it. `test`: more than that.
 */
export type Step = 'test' | 'equal' | 'member' | 'listed' | Comparison

type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/** A test, and the same as one step on an operand, which an engine takes without calling anything. */
export interface PreparedTest {
  readonly test: Test
  readonly step: Step
  readonly operand: unknown
}

export interface OperatorRow {
  /** `element`: an array attribute matches when any element does. `whole`: the attribute is tested as it is. */
  readonly tests: 'element' | 'whole'
  /** The test for an operand; undefined for one that is not good: then the condition cannot be judged. */
  readonly prepare: (operand: unknown, ignoreCase: boolean, means: Means) => PreparedTest | Test | undefined
}

/** The test of a text or a number, by its step. */
export function passes({ test, step, operand }: PreparedTest, value: string | number): Truth {
  switch (step) {
    case 'equal':
      return value === operand
    case 'member':
      return (operand as ReadonlySet<unknown>).has(value)
    case 'listed':
      return (operand as readonly unknown[]).includes(value)
    case 'test':
      return test(value)
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compares(step, value, operand as number)
  }
}

function compares(step: Comparison, value: unknown, operand: number): boolean {
  if (!isNumber(value)) return false
  switch (step) {
    case '=':
      return value === operand
    case '!=':
      return value !== operand
    case '<':
      return value < operand
    case '<=':
      return value <= operand
    case '>':
      return value > operand
    case '>=':
      return value >= operand
  }
}

type Scalar = string | number | boolean

/** Longer patterns and texts are not matched. In UTF-16 units. */
const PATTERN_LENGTH = 512
const TEXT_LENGTH = 2_048

/** Lists up to this product of lengths are compared without a set. */
const FEW = 1_024

/** Every operator there is. One that is not here cannot be judged; to add one is to add a row. */
export const OPERATORS: ReadonlyMap<string, OperatorRow> = new Map<Operator, OperatorRow>([
  ['exists', { tests: 'whole', prepare: (operand) => (operand === undefined ? () => true : undefined) }],
  ['is', { tests: 'element', prepare: is }],
  ['is one of', { tests: 'element', prepare: isOneOf }],
  ['contains', anyPart((text, part) => text.includes(part))],
  ['starts with', anyPart((text, part) => text.startsWith(part))],
  ['ends with', anyPart((text, part) => text.endsWith(part))],
  ['matches', { tests: 'element', prepare: matches }],
  ['number =', numbers('=')],
  ['number !=', numbers('!=')],
  ['number <', numbers('<')],
  ['number <=', numbers('<=')],
  ['number >', numbers('>')],
  ['number >=', numbers('>=')],
  ['version =', versions((order) => order === 0)],
  ['version !=', versions((order) => order !== 0)],
  ['version <', versions((order) => order < 0)],
  ['version <=', versions((order) => order <= 0)],
  ['version >', versions((order) => order > 0)],
  ['version >=', versions((order) => order >= 0)],
  ['time <', moments((value, operand) => value < operand)],
  ['time <=', moments((value, operand) => value <= operand)],
  ['time >', moments((value, operand) => value > operand)],
  ['time >=', moments((value, operand) => value >= operand)],
  ['ip in', { tests: 'element', prepare: ipIn }],
  ['has any', { tests: 'whole', prepare: hasAny }],
  ['has all', { tests: 'whole', prepare: hasAll }],
  ['hashed in', { tests: 'element', prepare: hashedIn }],
])

function is(operand: unknown, ignoreCase: boolean): PreparedTest | Test | undefined {
  if (!isScalar(operand)) return undefined
  if (!ignoreCase || typeof operand !== 'string') return { test: (value) => value === operand, step: 'equal', operand }
  const wanted = lowerCase(operand)
  return (value) => typeof value === 'string' && lowerCase(value) === wanted
}

/** Looking through so few takes no longer than a set does, and a set is much to make. */
const SHORT_LIST = 24

function isOneOf(operand: unknown, ignoreCase: boolean): PreparedTest | Test | undefined {
  if (!isScalars(operand)) return undefined
  if (!ignoreCase && operand.length <= SHORT_LIST) {
    return { test: (value) => operand.includes(value as Scalar), step: 'listed', operand }
  }
  const wanted = setOf(operand, ignoreCase)
  if (ignoreCase) return (value) => wanted.has(folded(value))
  return { test: (value) => wanted.has(value), step: 'member', operand: wanted }
}

function anyPart(matches: (text: string, part: string) => boolean): OperatorRow {
  return {
    tests: 'element',
    prepare(operand, ignoreCase) {
      if (!isTexts(operand)) return undefined
      const parts = ignoreCase ? operand.map(lowerCase) : operand
      return (value) => {
        if (typeof value !== 'string') return false
        const text = ignoreCase ? lowerCase(value) : value
        for (const part of parts) if (matches(text, part)) return true
        return false
      }
    },
  }
}

function matches(operand: unknown, ignoreCase: boolean, { matcher }: Means): Test | undefined {
  if (typeof operand !== 'string' || operand.length > PATTERN_LENGTH) return undefined
  const find = matcher?.compile(operand, ignoreCase)
  if (find === undefined) return undefined
  return (value) => {
    if (typeof value !== 'string') return false
    return value.length <= TEXT_LENGTH ? find(value) : undefined
  }
}

function numbers(step: Comparison): OperatorRow {
  return {
    tests: 'element',
    prepare: (operand) =>
      isNumber(operand) ? { test: (value) => compares(step, value, operand), step, operand } : undefined,
  }
}

function versions(holds: (order: number) => boolean): OperatorRow {
  return {
    tests: 'element',
    prepare(operand) {
      if (typeof operand !== 'string' || !isVersion(operand)) return undefined
      const packed = packedVersion(operand)
      return (value) => {
        if (typeof value !== 'string') return false
        const short = packed < 0 ? -1 : packedVersion(value)
        if (short >= 0) return holds(short - packed)
        return isVersion(value) && holds(comparePrecedence(value, operand))
      }
    },
  }
}

function moments(holds: (value: number, operand: number) => boolean): OperatorRow {
  return {
    tests: 'element',
    prepare(operand) {
      const limit = momentOf(operand)
      if (limit === undefined) return undefined
      return (value) => {
        const moment = momentOf(value)
        return moment !== undefined && holds(moment, limit)
      }
    },
  }
}

function ipIn(operand: unknown): Test | undefined {
  const ranges = isTexts(operand) ? rangesOf(operand) : undefined
  if (ranges === undefined) return undefined
  return (value) => typeof value === 'string' && isWithin(value, ranges)
}

function hasAny(operand: unknown, ignoreCase: boolean): Test | undefined {
  if (!isScalars(operand)) return undefined
  const wanted = setOf(operand, ignoreCase)
  return (value) => {
    if (!Array.isArray(value)) return false
    for (const one of value) if (wanted.has(ignoreCase ? folded(one) : one)) return true
    return false
  }
}

function hasAll(operand: unknown, ignoreCase: boolean): Test | undefined {
  if (!isScalars(operand)) return undefined
  const wanted = [...setOf(operand, ignoreCase)]
  return (value) => {
    if (!isArray(value)) return false
    if (!ignoreCase && value.length * wanted.length <= FEW) return wanted.every((one) => value.includes(one))
    const present = setOf(value, ignoreCase)
    return wanted.every((one) => present.has(one))
  }
}

/** Texts only: a number and the text of its digits would have the same hash. */
function hashedIn(operand: unknown, ignoreCase: boolean, { salt }: Means): Test | undefined {
  if (!isTexts(operand)) return undefined
  const wanted = new Set(operand)
  const seeds = unitSeeds(salt)
  return (value) => {
    if (typeof value !== 'string') return false
    return wanted.has(seededUnitHash(ignoreCase ? lowerCase(value) : value, seeds))
  }
}

function setOf(list: readonly unknown[], ignoreCase: boolean): ReadonlySet<unknown> {
  return new Set(ignoreCase ? list.map(folded) : list)
}

function folded(value: unknown): unknown {
  return typeof value === 'string' ? lowerCase(value) : value
}

function isScalars(value: unknown): value is readonly Scalar[] {
  return isArray(value) && value.every(isScalar)
}

function isTexts(value: unknown): value is readonly string[] {
  return isArray(value) && value.every((one) => typeof one === 'string')
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
