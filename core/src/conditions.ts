import { type AttributePath, attribute, attributePath, isRecord, type Subject } from './attributes.ts'
import type { Condition, Key } from './model.ts'
import { asItIs, lowerCase, OPERATORS, type OperatorRow } from './operators.ts'

/** True, false, or undefined: cannot be judged. A rule matches on true only. */
export type Truth = boolean | undefined

/** Judges one subject. `within` is the chain of segments being judged, for the depth and cycle rules. */
export type Judge = (subject: Subject, segments: Segments, within: Nesting | undefined) => Truth

/** The segments of a configuration, as far as a condition needs them. */
export type Segments = ReadonlyMap<Key, { readonly judge: Judge }>

/** A chain of names being judged, innermost first. */
export interface Nesting {
  readonly key: Key
  readonly depth: number
  readonly outer: Nesting | undefined
}

/** Segments in segments and prerequisites of prerequisites are followed this deep and no deeper. */
const MAX_DEPTH = 20

/** One level deeper, or undefined when that would close a cycle or go deeper than 20. */
export function nest(key: Key, within: Nesting | undefined): Nesting | undefined {
  for (let outer = within; outer !== undefined; outer = outer.outer) if (outer.key === key) return undefined
  const depth = (within?.depth ?? 0) + 1
  return depth > MAX_DEPTH ? undefined : { key, depth, outer: within }
}

/** Prepares a condition once. A form or operator it does not know cannot be judged: a newer server may have sent it. */
export function compileCondition(condition: Condition): Judge {
  if (!isRecord(condition)) return cannotBeJudged
  if ('all' in condition) return compileMany(condition.all, false)
  if ('any' in condition) return compileMany(condition.any, true)
  if ('not' in condition) return negate(compileCondition(condition.not))
  if ('segment' in condition) return inSegment(condition.segment)
  return 'attribute' in condition ? compileAttribute(condition) : cannotBeJudged
}

const cannotBeJudged: Judge = () => undefined

/** Kleene's `all` (settled by false) and `any` (settled by true): what is settled wins over what cannot be judged. */
function compileMany(conditions: readonly Condition[], settles: boolean): Judge {
  if (!Array.isArray(conditions)) return cannotBeJudged
  const judges = conditions.map(compileCondition)
  return (subject, segments, within) => {
    let truth: Truth = !settles
    for (const judge of judges) {
      const one = judge(subject, segments, within)
      if (one === settles) return settles
      if (one === undefined) truth = undefined
    }
    return truth
  }
}

function negate(judge: Judge): Judge {
  return (subject, segments, within) => {
    const truth = judge(subject, segments, within)
    return truth === undefined ? undefined : !truth
  }
}

function inSegment(key: Key): Judge {
  return (subject, segments, within) => {
    const segment = segments.get(key)
    if (segment === undefined) return undefined
    const deeper = nest(key, within)
    return deeper === undefined ? false : segment.judge(subject, segments, deeper)
  }
}

function compileAttribute(condition: Extract<Condition, { readonly attribute: unknown }>): Judge {
  const row = OPERATORS.get(condition.operator)
  const test = row?.compile(condition.operand, condition.ignoreCase === true ? lowerCase : asItIs)
  if (row === undefined || test === undefined || typeof condition.attribute !== 'string') return cannotBeJudged
  const path = attributePath(condition.attribute)
  return (subject) => satisfies(subject, path, row, test)
}

function satisfies(
  subject: Subject,
  path: AttributePath,
  row: OperatorRow,
  test: (value: unknown) => boolean,
): boolean {
  const value = attribute(subject, path)
  // null stands for "no value", as a missing attribute does.
  if (value === undefined || value === null) return false
  return row.tests === 'element' && Array.isArray(value) ? value.some(test) : test(value)
}
