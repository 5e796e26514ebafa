import type { Condition, Json, Operator } from '@rampart/core'

/** A condition while somebody writes it: values are text as typed, and what is not is a mark on the node. */
export type DraftNode =
  | {
      readonly kind: 'group'
      readonly id: string
      readonly not: boolean
      readonly by: 'all' | 'any'
      readonly parts: readonly DraftNode[]
    }
  | {
      readonly kind: 'test'
      readonly id: string
      readonly not: boolean
      readonly attribute: string
      readonly operator: Operator
      readonly text: string
      readonly ignoreCase: boolean
    }
  | { readonly kind: 'segment'; readonly id: string; readonly not: boolean; readonly segment: string }

export type DraftGroup = Extract<DraftNode, { kind: 'group' }>
export type DraftTest = Extract<DraftNode, { kind: 'test' }>

/** The editor nests groups no deeper; conditions that do are shown and kept as they are. */
export const MOST_DEPTH = 3

/** The operators that people write; `hashed in` is made by the server. */
export type WrittenOperator = Exclude<Operator, 'hashed in'>

/** What an operator takes: nothing, one value, or several. In the order in which they are offered. */
const ARITIES: Readonly<Record<WrittenOperator, 'none' | 'one' | 'many'>> = {
  'is one of': 'many',
  is: 'one',
  exists: 'none',
  contains: 'many',
  'starts with': 'many',
  'ends with': 'many',
  matches: 'one',
  'number =': 'one',
  'number !=': 'one',
  'number <': 'one',
  'number <=': 'one',
  'number >': 'one',
  'number >=': 'one',
  'version =': 'one',
  'version !=': 'one',
  'version <': 'one',
  'version <=': 'one',
  'version >': 'one',
  'version >=': 'one',
  'time <': 'one',
  'time <=': 'one',
  'time >': 'one',
  'time >=': 'one',
  'ip in': 'many',
  'has any': 'many',
  'has all': 'many',
}

/** The operators by name, in the order in which they are offered. */
export const OPERATORS: ReadonlyMap<string, WrittenOperator> = new Map(
  Object.keys(ARITIES)
    .filter((name): name is WrittenOperator => name in ARITIES)
    .map((name) => [name, name]),
)

export function arityOf(operator: Operator): 'none' | 'one' | 'many' {
  // what the server made is shown as a list, and refused when it is sent
  return operator === 'hashed in' ? 'many' : ARITIES[operator]
}

/** The operators whose texts can be compared without regard to case. */
export const CASES: ReadonlySet<Operator> = new Set<Operator>([
  'is',
  'is one of',
  'contains',
  'starts with',
  'ends with',
  'matches',
  'has any',
  'has all',
])

/** The operators whose values keep their type: `5` is a number and `"5"` a text. The others take texts. */
const TYPED: ReadonlySet<Operator> = new Set<Operator>(['is', 'is one of', 'has any', 'has all'])

/** A condition as a group of rows. A condition that is no group is the only row of one. */
export function draftOf(condition: Condition | null, id = 'c'): DraftGroup {
  if (condition === null) return { kind: 'group', id, not: false, by: 'all', parts: [] }
  const node = nodeOf(condition, id)
  return node.kind === 'group' ? node : groupOf(id, 'all', [nodeOf(condition, `${id}.0`)])
}

function nodeOf(condition: Condition, id: string): DraftNode {
  if ('all' in condition) return groupOf(id, 'all', partsOf(condition.all, id))
  if ('any' in condition) return groupOf(id, 'any', partsOf(condition.any, id))
  if ('segment' in condition) return { kind: 'segment', id, not: false, segment: condition.segment }
  if ('not' in condition) {
    const inner = nodeOf(condition.not, id)
    return inner.not
      ? { ...groupOf(id, 'all', [nodeOf(condition.not, `${id}.0`)]), not: true }
      : { ...inner, not: true }
  }
  const { attribute, operator, operand, ignoreCase = false } = condition
  return { kind: 'test', id, not: false, attribute, operator, text: textOf(operator, operand), ignoreCase }
}

function partsOf(parts: readonly Condition[], id: string): readonly DraftNode[] {
  return parts.map((part, i) => nodeOf(part, `${id}.${i}`))
}

function groupOf(id: string, by: 'all' | 'any', parts: readonly DraftNode[]): DraftGroup {
  return { kind: 'group', id, not: false, by, parts }
}

/**
 * The condition that was written. `note` is told where each node went, as a JSON pointer beneath `pointer`, so that what the
 * server says of a place is shown at its row.
 */
export function conditionOf(
  group: DraftGroup,
  pointer = '',
  note: (id: string, pointer: string) => void = () => undefined,
): Condition {
  const [only] = group.parts
  // one row needs no group around it
  if (group.parts.length === 1 && only !== undefined && !group.not) return written(only, pointer, note)
  return written(group, pointer, note)
}

function written(node: DraftNode, pointer: string, note: (id: string, pointer: string) => void): Condition {
  if (node.not) return { not: written({ ...node, not: false }, `${pointer}/not`, note) }
  note(node.id, pointer)
  switch (node.kind) {
    case 'group': {
      const parts = node.parts.map((part, i) => written(part, `${pointer}/${node.by}/${i}`, note))
      return node.by === 'all' ? { all: parts } : { any: parts }
    }
    case 'segment':
      return { segment: node.segment }
    case 'test': {
      const { attribute, operator, ignoreCase } = node
      const operand = operandOf(node)
      return {
        attribute,
        operator,
        ...(operand === undefined ? {} : { operand }),
        ...(ignoreCase && CASES.has(operator) ? { ignoreCase: true } : {}),
      }
    }
  }
}

/** The value that a test's text stands for; undefined of an operator that takes none. */
export function operandOf({ operator, text }: Pick<DraftTest, 'operator' | 'text'>): Json | undefined {
  const typed = TYPED.has(operator)
  switch (arityOf(operator)) {
    case 'none':
      return undefined
    case 'many':
      return valuesIn(text).map((value) => (typed ? scalarOf(value) : unquoted(value)))
    case 'one':
      if (operator.startsWith('number')) return text.trim() === '' ? '' : numberOr(text.trim())
      return typed ? scalarOf(text) : text
  }
}

/** The values in a list that was typed or pasted: by lines, commas or tabs, each once. A value in quotes may have commas. */
export function valuesIn(text: string): readonly string[] {
  const found = text.match(/"(?:[^"\\]|\\.)*"|[^,\n\t\r]+/g) ?? []
  return [...new Set(found.map((value) => value.trim()).filter((value) => value !== ''))]
}

/** The texts in a list that was typed or pasted, without the quotes around those that have commas. */
export function unquotedValues(text: string): readonly string[] {
  return valuesIn(text).map(unquoted)
}

function textOf(operator: Operator, operand: Json | undefined): string {
  if (operand === undefined) return ''
  const typed = TYPED.has(operator)
  if (!Array.isArray(operand)) return wordOf(operand, typed, false)
  return operand.map((value) => wordOf(value, typed, true)).join(', ')
}

/** A text that would be read as something else is written in quotes. */
function wordOf(value: Json, typed: boolean, inList: boolean): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  const unclear = (typed && typeof scalarOf(value) !== 'string') || value.startsWith('"')
  const broken = inList && (/[,\n\t\r]/.test(value) || value !== value.trim() || value === '')
  return unclear && (typed || inList) ? JSON.stringify(value) : broken ? JSON.stringify(value) : value
}

function scalarOf(text: string): string | number | boolean {
  const word = text.trim()
  if (word === 'true' || word === 'false') return word === 'true'
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(word)) return Number(word)
  return unquoted(text)
}

function unquoted(text: string): string {
  if (!/^"(?:[^"\\]|\\.)*"$/.test(text)) return text
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : text
  } catch {
    // quotes that are no JSON are part of the text
    return text
  }
}

function numberOr(text: string): number | string {
  const value = Number(text)
  return Number.isFinite(value) ? value : text
}

/** Puts `next` in the place of the node with its id, or takes that node away when it is undefined. */
export function replaced(group: DraftGroup, id: string, next: DraftNode | undefined): DraftGroup {
  return {
    ...group,
    parts: group.parts.flatMap((part) => {
      if (part.id === id) return next === undefined ? [] : [next]
      return part.kind === 'group' ? [replaced(part, id, next)] : [part]
    }),
  }
}
