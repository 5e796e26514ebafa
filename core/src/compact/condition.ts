import type { Truth } from '../asking.ts'
import { isRecord } from '../attributes.ts'
import { unitText } from '../bucket.ts'
import type { Key, WireSegment } from '../model.ts'
import { unitHash } from './hash.ts'
import { lookUp, type Subject, TARGETING_KEY } from './look-up.ts'
import { testOf } from './test-of.ts'

/** Segments in segments and prerequisites of prerequisites are followed this deep and no deeper. */
const MAX_DEPTH = 20

/** Whether going on to `key` would close a circle or go too deep. */
export function isTooDeep(key: Key, within: readonly Key[]): boolean {
  return within.includes(key) || within.length >= MAX_DEPTH
}

/** Judges a condition of the wire. `within` is the chain of segments being judged. */
export type Judge = (condition: unknown, subject: Subject, within: readonly Key[]) => Truth

/** A form or operator that is not known, and a bad operand, cannot be judged. */
export function judgeIn(segments: ReadonlyMap<Key, WireSegment>, salt: string): Judge {
  function judge(condition: unknown, subject: Subject, within: readonly Key[]): Truth {
    if (!isRecord(condition)) return undefined
    const { all, any, not, segment, attribute, operator, operand, ignoreCase } = condition
    const inner = (part: unknown): Truth => judge(part, subject, within)
    if (all !== undefined) return settled(all, false, inner)
    if (any !== undefined) return settled(any, true, inner)
    if (not !== undefined) return opposite(inner(not))
    if (segment !== undefined) return isIn(segment, subject, within)
    if (typeof attribute !== 'string') return undefined
    const test = testOf(operator, operand, ignoreCase === true, salt)
    if (!test) return undefined
    const found = lookUp(subject, attribute)
    // null stands for "no value", as a missing attribute does.
    if (found === undefined || found === null) return false
    const isWhole = operator === 'exists' || operator === 'has any' || operator === 'has all'
    return Array.isArray(found) && !isWhole ? settled(found, true, test) : test(found)
  }

  function isIn(key: unknown, subject: Subject, within: readonly Key[]): Truth {
    const segment = segments.get(key as Key)
    if (!segment) return undefined
    if (isTooDeep(segment.key, within)) return false
    const { when, included = [], excluded = [], by, hashed } = segment
    if (!Array.isArray(included) || !Array.isArray(excluded)) return undefined
    if (included.length + excluded.length > 0) {
      const unit = unitText(lookUp(subject, typeof by === 'string' ? by : TARGETING_KEY))
      const name = unit !== undefined && hashed === true ? unitHash(unit, salt) : unit
      if (excluded.includes(name)) return false
      if (included.includes(name)) return true
    }
    return when !== undefined && judge(when, subject, [...within, segment.key])
  }

  return judge
}

/** Kleene's `all` (settled by false) and `any` (settled by true): what is settled wins over what cannot be judged. */
function settled(parts: unknown, by: boolean, judge: (part: unknown) => Truth): Truth {
  if (!Array.isArray(parts)) return undefined
  let truth: Truth = !by
  for (const part of parts) {
    const one = judge(part)
    if (one === by) return by
    if (one === undefined) truth = undefined
  }
  return truth
}

function opposite(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth
}
