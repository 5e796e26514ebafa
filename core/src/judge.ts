import { type Asking, isTooDeep, type Nesting, nest, type Truth } from './asking.ts'
import { attribute, type Subject, unitOf } from './attributes.ts'
import { seededUnitHash } from './bucket.ts'
import type { PreparedCondition } from './conditions.ts'
import { noteMissing } from './means.ts'
import { passes, type Test } from './operators.ts'
import { type PreparedSegment, prepareSegment, type Segment } from './segments.ts'

/** Judges a condition of one subject. `within` is the chain of segments being judged, for the rules of depth and circles. */
export function judge(
  condition: PreparedCondition,
  subject: Subject,
  asking: Asking,
  within: Nesting | undefined,
): Truth {
  let truth: Truth
  switch (condition.kind) {
    case 'attribute':
      return judgeAttribute(condition, subject, asking)
    case 'segment':
      return judgeSegment(condition, subject, asking, within)
    case 'all':
    case 'any':
      truth = judgeMany(condition, subject, asking, within)
      break
    case 'not':
      truth = judgeOpposite(condition, subject, asking, within)
      break
    case 'unknown':
      truth = undefined
      break
  }
  if (asking.trace !== undefined) asking.trace.compound(condition, truth)
  return truth
}

/** Most conditions look at an attribute that was found before and is neither a list nor an object: that is the first way. */
function judgeAttribute(condition: PreparedCondition, subject: Subject, asking: Asking): Truth {
  const { path } = condition
  const found = path.turn === asking.turn ? path.found : attribute(subject, path, asking.turn)
  const truth =
    typeof found === 'string' || typeof found === 'number' ? judgeValue(condition, found) : satisfies(condition, found)
  if (asking.trace !== undefined) asking.trace.attribute(condition, truth, found)
  return truth
}

function judgeValue(condition: PreparedCondition, value: string | number): Truth {
  const { memo } = condition
  if (memo === undefined) return passes(condition, value)
  if (memo.value !== value) {
    memo.truth = passes(condition, value)
    memo.value = value
  }
  return memo.truth
}

function satisfies({ test, whole }: PreparedCondition, found: unknown): Truth {
  // null stands for "no value", as a missing attribute does.
  if (found === undefined || found === null) return false
  return !whole && Array.isArray(found) ? satisfiesAny(found, test) : test(found)
}

function satisfiesAny(elements: readonly unknown[], test: Test): Truth {
  let truth: Truth = false
  for (const element of elements) {
    const one = test(element)
    if (one === true) return true
    if (one === undefined) truth = undefined
  }
  return truth
}

/** Kleene's `all` (settled by false) and `any` (settled by true): what is settled wins over what cannot be judged. */
function judgeMany(
  { kind, parts }: PreparedCondition,
  subject: Subject,
  asking: Asking,
  within: Nesting | undefined,
): Truth {
  const settles = kind === 'any'
  let truth: Truth = !settles
  for (const part of parts) {
    const one = part.kind === 'attribute' ? judgeAttribute(part, subject, asking) : judge(part, subject, asking, within)
    if (one === settles) return settles
    if (one === undefined) truth = undefined
  }
  return truth
}

function judgeOpposite(
  { parts }: PreparedCondition,
  subject: Subject,
  asking: Asking,
  within: Nesting | undefined,
): Truth {
  const [inner] = parts
  const truth = inner && judge(inner, subject, asking, within)
  return truth === undefined ? undefined : !truth
}

function judgeSegment(
  condition: PreparedCondition,
  subject: Subject,
  asking: Asking,
  within: Nesting | undefined,
): Truth {
  const { trace, verdicts } = asking
  const key = condition.path.name
  const segment = asking.segments.get(key)
  if (segment === undefined) {
    noteMissing(asking.means, key)
    trace?.segment(condition, undefined, 'unknown segment')
    return undefined
  }
  if (isTooDeep(key, within)) {
    trace?.segment(condition, false, 'circle')
    return false
  }
  // What a segment in a segment says may depend on the way to it, by the rule of circles.
  if (verdicts === undefined || within !== undefined)
    return judgeMembership(condition, segment, subject, asking, within)
  if (verdicts.has(key)) return verdicts.get(key)
  const truth = judgeMembership(condition, segment, subject, asking, within)
  verdicts.set(key, truth)
  return truth
}

function judgeMembership(
  condition: PreparedCondition,
  segment: Segment,
  subject: Subject,
  asking: Asking,
  within: Nesting | undefined,
): Truth {
  const { trace } = asking
  const prepared = segment.prepared ?? prepareSegment(segment, asking.means)
  if (!prepared.readable) {
    trace?.segment(condition, undefined, 'unreadable')
    return undefined
  }
  const listed = listedIn(prepared, subject)
  if (listed !== undefined) {
    trace?.segment(condition, listed === 'included', listed)
    return listed === 'included'
  }
  const { when, nests } = prepared
  if (when === undefined) {
    trace?.segment(condition, false, 'nothing')
    return false
  }
  const truth = judge(when, subject, asking, nests ? nest(condition.path.name, within) : within)
  trace?.segment(condition, truth, 'condition')
  return truth
}

function listedIn(
  { by, included, excluded, seeds }: PreparedSegment,
  subject: Subject,
): 'included' | 'excluded' | undefined {
  if (included.size + excluded.size === 0) return undefined
  const unit = unitOf(subject, by)
  if (unit === undefined) return undefined
  const name = seeds === undefined ? unit : seededUnitHash(unit, seeds)
  if (excluded.has(name)) return 'excluded'
  return included.has(name) ? 'included' : undefined
}
