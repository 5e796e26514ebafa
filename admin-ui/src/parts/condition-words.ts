import type { Condition, Json } from '@rampart/core'

/** A piece of a condition as it is read aloud. Each kind has its own look. */
export interface Token {
  readonly kind: 'word' | 'attribute' | 'operator' | 'value' | 'segment' | 'bracket'
  readonly text: string
}

/** At most this many values are spelled out. */
const VALUES_SHOWN = 3

/** A condition as a line of tokens: `country is one of DE, FR, IT and 24 more`. */
export function tokensOf(condition: Condition): readonly Token[] {
  return tokens(condition, 'alone')
}

function tokens(condition: Condition, place: 'alone' | 'within'): readonly Token[] {
  if ('all' in condition) return joined(condition.all, 'and', 'everyone', place)
  if ('any' in condition) return joined(condition.any, 'or', 'nobody', place)
  if ('not' in condition) return [word('not'), ...tokens(condition.not, 'within')]
  if ('segment' in condition) return [word('in segment'), { kind: 'segment', text: condition.segment }]
  const { attribute, operator, operand, ignoreCase } = condition
  const head: readonly Token[] = [
    { kind: 'attribute', text: attribute },
    { kind: 'operator', text: operator.replace(/^(number|version) (?=\W)/, '') },
  ]
  const tail = operand === undefined ? [] : valuesOf(operand)
  return [...head, ...tail, ...(ignoreCase === true ? [word('(any case)')] : [])]
}

function joined(
  parts: readonly Condition[],
  by: 'and' | 'or',
  empty: string,
  place: 'alone' | 'within',
): readonly Token[] {
  const [only] = parts
  if (only === undefined) return [word(empty)]
  if (parts.length === 1) return tokens(only, place)
  const line = parts.flatMap((part, i) => [...(i === 0 ? [] : [word(by)]), ...tokens(part, 'within')])
  return place === 'alone' ? line : [bracket('('), ...line, bracket(')')]
}

function valuesOf(operand: Json): readonly Token[] {
  if (!Array.isArray(operand)) return [value(operand)]
  const shown = operand.slice(0, VALUES_SHOWN).map(value)
  const more = operand.length - shown.length
  return more > 0 ? [...shown, word(`and ${more} more`)] : shown
}

function value(json: Json): Token {
  return { kind: 'value', text: typeof json === 'string' ? json : JSON.stringify(json) }
}

function word(text: string): Token {
  return { kind: 'word', text }
}

function bracket(text: '(' | ')'): Token {
  return { kind: 'bracket', text }
}
