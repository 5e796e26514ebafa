import { operators } from '@rampart/contract/admin'
import type { Condition } from '@rampart/core'
import { expect, test } from 'vitest'
import { conditionOf, draftOf, OPERATORS, operandOf, replaced, valuesIn } from './condition-draft.ts'

const again = (condition: Condition) => conditionOf(draftOf(condition))

test('every kind of condition can be written as it was', () => {
  const conditions: readonly Condition[] = [
    { segment: 'beta' },
    { not: { segment: 'beta' } },
    { attribute: 'email', operator: 'exists' },
    { attribute: 'plan', operator: 'is', operand: 'pro', ignoreCase: true },
    { attribute: 'age', operator: 'is', operand: 5 },
    { attribute: 'code', operator: 'is', operand: '5' },
    { attribute: 'staff', operator: 'is', operand: true },
    { attribute: 'code', operator: 'is one of', operand: ['a, b', 'true', 7, '"q"', ''] },
    { attribute: 'name', operator: 'starts with', operand: ['5', ' x'] },
    { attribute: 'name', operator: 'matches', operand: '^a{1,2}$' },
    { attribute: 'total', operator: 'number >=', operand: -1.5 },
    { attribute: 'app', operator: 'version <', operand: '2.0.0' },
    { attribute: 'since', operator: 'time >', operand: '2026-01-31T09:00:00Z' },
    { attribute: 'ip', operator: 'ip in', operand: ['10.0.0.0/8'] },
    {
      any: [
        { all: [{ segment: 'a' }, { not: { any: [{ segment: 'b' }, { segment: 'c' }] } }] },
        { attribute: 'x', operator: 'exists' },
      ],
    },
  ]
  expect(conditions.map(again)).toEqual(conditions)
})

test('a doubled not keeps its meaning', () => {
  expect(again({ not: { not: { segment: 'a' } } })).toEqual({ not: { all: [{ not: { segment: 'a' } }] } })
})

test('a pasted list is read by lines, commas and tabs, each value once', () => {
  expect(valuesIn('DE, FR\nIT\tDE\r\n"a, b",')).toEqual(['DE', 'FR', 'IT', '"a, b"'])
})

test('what is no number is left as it was typed, so that it can be complained about', () => {
  expect(operandOf({ operator: 'number >', text: 'ten' })).toBe('ten')
  expect(operandOf({ operator: 'number >', text: '' })).toBe('')
})

test('each row knows where it went', () => {
  const places: [string, string][] = []
  const condition: Condition = { all: [{ segment: 'a' }, { not: { any: [{ segment: 'b' }] } }] }
  conditionOf(draftOf(condition), '/rules/0/when', (id, pointer) => places.push([id, pointer]))
  expect(places).toEqual([
    ['c', '/rules/0/when'],
    ['c.0', '/rules/0/when/all/0'],
    ['c.1', '/rules/0/when/all/1/not'],
    ['c.1.0', '/rules/0/when/all/1/not/any/0'],
  ])
})

test('a row is replaced or taken away wherever it is', () => {
  const group = draftOf({ all: [{ segment: 'a' }, { any: [{ segment: 'b' }, { segment: 'c' }] }] })
  const other = { kind: 'segment', id: 'n', not: false, segment: 'd' } as const
  expect(conditionOf(replaced(group, 'c.1.0', other))).toEqual({
    all: [{ segment: 'a' }, { any: [{ segment: 'd' }, { segment: 'c' }] }],
  })
  expect(conditionOf(replaced(group, 'c.0', undefined))).toEqual({ any: [{ segment: 'b' }, { segment: 'c' }] })
})

test('every operator that the server takes can be chosen', () => {
  expect([...OPERATORS.keys()].toSorted()).toEqual(operators.toSorted())
})
