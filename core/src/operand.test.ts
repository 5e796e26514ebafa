import { expect, test } from 'vitest'
import { operandProblem } from './operand.ts'
import { nativeMatcher } from './pattern.ts'

test('an operand that can be judged has no problem, any other says what it would have to be', () => {
  expect(operandProblem({ operator: 'version <', operand: '1.2.3' })).toBeUndefined()
  expect(operandProblem({ operator: 'version <', operand: '1.2' })).toBe('a version such as 1.2.3')
  expect(operandProblem({ operator: 'ip in', operand: ['10.0.0.0/8', '::1'] })).toBeUndefined()
  expect(operandProblem({ operator: 'exists', operand: true })).toBe('absent')
})

test('a pattern is read by the matcher at hand', () => {
  const pattern = { operator: 'matches', operand: '^a+$' } as const
  expect(operandProblem(pattern, { matcher: nativeMatcher })).toBeUndefined()
  expect(operandProblem(pattern)).toBe('a pattern that the matcher at hand can read')
})
