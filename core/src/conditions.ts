import { problemWords } from '#words'
import type { Truth } from './asking.ts'
import { type AttributePath, attributePath, isRecord } from './attributes.ts'
import { type Means, type Note, pathOf } from './means.ts'
import type { Condition } from './model.ts'
import { OPERATORS, type PreparedTest, type Test } from './operators.ts'

/**
 * A condition ready to be judged. All kinds have the same members, so that judging them is as quick as reading one kind
 * of object: those that a kind has no use for are empty.
 */
export interface PreparedCondition extends PreparedTest {
  /** `unknown`: cannot be judged, because a newer server sent something that this core does not know. */
  readonly kind: 'attribute' | 'all' | 'any' | 'not' | 'segment' | 'unknown'
  /** As the wire gave it. */
  readonly wire: Condition
  /** Of `all`, `any` and `not`. */
  readonly parts: readonly PreparedCondition[]
  /** Of an attribute; for a segment `name` is its key. */
  readonly path: AttributePath
  /** Of an attribute: a list is tested as it is, not element by element. */
  readonly whole: boolean
  /** Of an attribute: shared with the conditions of the flag or segment that say the same; undefined when none does. */
  memo: Memo | undefined
}

/** What conditions that say the same came to last. It is looked at for texts and numbers only, which do not change. */
export interface Memo {
  value: string | number | undefined
  truth: Truth
}

const NO_PARTS: readonly PreparedCondition[] = []
const NO_PATH: AttributePath = attributePath('')
const NO_TEST: Test = (): Truth => undefined

/** Prepares a condition once. A form or operator it does not know, and a bad operand, are noted and cannot be judged. */
export function prepareCondition(condition: Condition, means: Means, note: Note): PreparedCondition {
  if (!isRecord(condition)) return unknown(condition, note, problemWords('condition'))
  if ('all' in condition) return many('all', condition, condition.all, means, note)
  if ('any' in condition) return many('any', condition, condition.any, means, note)
  if ('not' in condition) return many('not', condition, [condition.not], means, note)
  if ('segment' in condition) return prepareSegmentName(condition, note)
  return prepareAttribute(condition, means, note)
}

/** Whether judging it may look at a segment. */
export function usesSegments({ kind, parts }: PreparedCondition): boolean {
  return kind === 'segment' || parts.some(usesSegments)
}

function many(
  kind: 'all' | 'any' | 'not',
  condition: Condition,
  parts: readonly Condition[],
  means: Means,
  note: Note,
): PreparedCondition {
  if (!Array.isArray(parts)) return unknown(condition, note, problemWords('list', kind))
  return prepared(kind, condition, { parts: parts.map((part) => prepareCondition(part, means, note)) })
}

function prepareSegmentName(
  condition: Extract<Condition, { readonly segment: unknown }>,
  note: Note,
): PreparedCondition {
  const { segment } = condition
  if (typeof segment !== 'string') return unknown(condition, note, problemWords('segment-name'))
  return prepared('segment', condition, { path: attributePath(segment) })
}

type OfAttribute = Extract<Condition, { readonly attribute: unknown }>

function prepareAttribute(condition: OfAttribute, means: Means, note: Note): PreparedCondition {
  if (typeof condition.attribute !== 'string') return unknown(condition, note, problemWords('form'))
  const row = OPERATORS.get(condition.operator)
  if (row === undefined) return unknown(condition, note, problemWords('operator', condition.operator))
  const test = row.prepare(condition.operand, condition.ignoreCase === true, means)
  if (test === undefined)
    return unknown(condition, note, problemWords('operand', condition.operator, condition.operand))
  const path = pathOf(means, condition.attribute)
  const whole = row.tests === 'whole'
  if (typeof test === 'function') return prepared('attribute', condition, { path, test, whole })
  return prepared('attribute', condition, { path, test: test.test, step: test.step, operand: test.operand, whole })
}

/** So many conditions are looked through for one that says the same, and lists so long: preparing a flag stays quick. */
const MOST_COMPARED = 32

/** Rules of one flag often ask the same before they differ: conditions that say the same are judged once for a value. */
export function shareMemos(conditions: readonly PreparedCondition[]): void {
  const known: PreparedCondition[] = []
  for (const condition of conditions) shareWith(known, condition)
}

function shareWith(known: PreparedCondition[], condition: PreparedCondition): void {
  for (const part of condition.parts) shareWith(known, part)
  if (condition.kind !== 'attribute') return
  const twin = known.find(({ wire }) => saysTheSame(wire as OfAttribute, condition.wire as OfAttribute))
  if (twin !== undefined) {
    twin.memo ??= { value: undefined, truth: undefined }
    condition.memo = twin.memo
  } else if (known.length < MOST_COMPARED) known.push(condition)
}

function saysTheSame(one: OfAttribute, other: OfAttribute): boolean {
  return (
    one.attribute === other.attribute &&
    one.operator === other.operator &&
    one.ignoreCase === other.ignoreCase &&
    sameOperand(one.operand, other.operand)
  )
}

function sameOperand(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other
  return one.length === other.length && one.length <= MOST_COMPARED && one.every((element, at) => element === other[at])
}

function unknown(condition: Condition, note: Note, what: string): PreparedCondition {
  note(what)
  return prepared('unknown', condition, {})
}

function prepared(
  kind: PreparedCondition['kind'],
  wire: Condition,
  {
    parts = NO_PARTS,
    path = NO_PATH,
    test = NO_TEST,
    step = 'test',
    operand,
    whole = false,
  }: Partial<Omit<PreparedCondition, 'memo'>>,
): PreparedCondition {
  return { kind, wire, parts, path, test, step, operand, whole, memo: undefined }
}
