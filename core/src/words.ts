import type { Operator } from './model.ts'

const SCALARS = 'a list of texts, numbers, true or false'
const TEXTS = 'a list of texts'
const NUMBER = 'a number'
const VERSION = 'a version such as 1.2.3'
const TIME = 'a time such as 2026-01-31T09:00:00Z, or milliseconds since 1970'

const OPERANDS: Readonly<Record<Operator, string>> = {
  exists: 'absent',
  is: 'a text, a number, true or false',
  'is one of': SCALARS,
  contains: TEXTS,
  'starts with': TEXTS,
  'ends with': TEXTS,
  matches: 'a pattern of at most 512 characters',
  'number =': NUMBER,
  'number !=': NUMBER,
  'number <': NUMBER,
  'number <=': NUMBER,
  'number >': NUMBER,
  'number >=': NUMBER,
  'version =': VERSION,
  'version !=': VERSION,
  'version <': VERSION,
  'version <=': VERSION,
  'version >': VERSION,
  'version >=': VERSION,
  'time <': TIME,
  'time <=': TIME,
  'time >': TIME,
  'time >=': TIME,
  'ip in': 'a list of addresses or ranges such as 10.0.0.0/8',
  'has any': SCALARS,
  'has all': SCALARS,
  'hashed in': 'a list of hashes',
}

/** What an operand would have to be for its operator, and was not. */
export function operandWords(operator: Operator, operand: unknown): string {
  const isShortPattern = operator === 'matches' && typeof operand === 'string' && operand.length <= 512
  return isShortPattern ? 'a pattern that the matcher at hand can read' : OPERANDS[operator]
}

/** What cannot be judged in a flag or segment. `name` and `value` are of what was found there. */
export function problemWords(
  kind: 'condition' | 'list' | 'segment-name' | 'form' | 'operator' | 'operand' | 'segment' | 'segment-list',
  name = '',
  value?: unknown,
): string {
  switch (kind) {
    case 'condition':
      return 'a condition is no object'
    case 'list':
      return `"${name}" is no list`
    case 'segment-name':
      return 'the name of a segment is no text'
    case 'form':
      return 'a condition of an unknown form'
    case 'operator':
      return `the operator "${name}" is not known`
    case 'operand':
      return `the operand of "${name}" must be ${operandWords(name as Operator, value)}`
    case 'segment':
      return 'there is no such segment'
    case 'segment-list':
      return 'a list of the segment is no list'
  }
}
