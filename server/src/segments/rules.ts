import type { Segment } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import type { Condition, Key, Operator } from '@rampart/core'

/** Segments nest at most this deep; evaluation follows them no deeper. */
const MAX_NESTING = 20

type Test = Extract<Condition, { readonly attribute: string }>

/** Every segment that a condition names. */
export function segmentsIn(condition: Condition): readonly Key[] {
  return leavesOf(condition).flatMap((leaf) => ('segment' in leaf ? [leaf.segment] : []))
}

/**
 * What is wrong with a condition that has the right shape: a segment that does not exist, an operand that its operator
 * cannot use. Evaluation could judge neither.
 */
export function checkCondition(condition: Condition, at: string, known: ReadonlySet<Key>): readonly ProblemDetail[] {
  if ('all' in condition) return condition.all.flatMap((one, i) => checkCondition(one, `${at}/all/${i}`, known))
  if ('any' in condition) return condition.any.flatMap((one, i) => checkCondition(one, `${at}/any/${i}`, known))
  if ('not' in condition) return checkCondition(condition.not, `${at}/not`, known)
  if ('segment' in condition) {
    if (known.has(condition.segment)) return []
    return [{ pointer: `${at}/segment`, message: `names no segment of this project: ${condition.segment}` }]
  }
  return checkTest(condition, at)
}

/**
 * The first of `keys` that leads back to itself, or deeper than evaluation follows, as the way it leads; undefined when
 * none does.
 */
export function wrongWay(keys: Iterable<Key>, next: (key: Key) => readonly Key[]): readonly Key[] | undefined {
  const longest = new Map<Key, readonly Key[]>()
  let circle: readonly Key[] | undefined
  const follow = (key: Key, above: readonly Key[]): readonly Key[] => {
    if (above.includes(key)) {
      circle ??= [...above.slice(above.indexOf(key)), key]
      return []
    }
    const known = longest.get(key)
    if (known !== undefined) return known
    const ways = next(key).map((inner) => follow(inner, [...above, key]))
    const way = [key, ...ways.reduce((deepest, one) => (one.length > deepest.length ? one : deepest), [])]
    longest.set(key, way)
    return way
  }
  for (const key of keys) {
    const way = follow(key, [])
    if (circle !== undefined) return circle
    if (way.length > MAX_NESTING) return way
  }
  return undefined
}

/** The segments that name `key`. */
export function segmentsUsing(segments: readonly Segment[], key: Key): readonly Key[] {
  return segments.filter(({ when }) => when !== null && segmentsIn(when).includes(key)).map((segment) => segment.key)
}

function leavesOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf)
  if ('any' in condition) return condition.any.flatMap(leavesOf)
  if ('not' in condition) return leavesOf(condition.not)
  return [condition]
}

const TEXTS: readonly Operator[] = ['contains', 'starts with', 'ends with']
const LISTS: readonly Operator[] = ['is one of', 'has any', 'has all']

function checkTest({ operator, operand, ignoreCase }: Test, at: string): readonly ProblemDetail[] {
  const wrong = wrongOperand(operator, operand)
  const folds = TEXTS.includes(operator) || LISTS.includes(operator) || operator === 'is'
  return [
    ...(wrong === undefined ? [] : [{ pointer: `${at}/operand`, message: wrong }]),
    ...(ignoreCase === true && !folds
      ? [{ pointer: `${at}/ignoreCase`, message: `means nothing to the operator "${operator}"` }]
      : []),
  ]
}

function wrongOperand(operator: Operator, operand: unknown): string | undefined {
  if (operator === 'exists') return operand === undefined ? undefined : 'must be left out: "exists" takes none'
  if (operator === 'is') return isScalar(operand) ? undefined : 'must be a text, a number, true or false'
  if (TEXTS.includes(operator)) {
    return isFilledList(operand, (part) => typeof part === 'string') ? undefined : 'must be a list of texts'
  }
  if (LISTS.includes(operator)) {
    return isFilledList(operand, isScalar) ? undefined : 'must be a list of texts, numbers, true or false'
  }
  return typeof operand === 'number' ? undefined : 'must be a number'
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isFilledList(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isMember)
}
