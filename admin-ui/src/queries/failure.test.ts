import { ProblemError } from '@rampart/contract/admin'
import type { Problem } from '@rampart/contract/errors'
import { expect, test } from 'vitest'
import { failureOf, fieldError, isSignedOut, isWorthRetrying } from './failure.ts'

function problem(change: Partial<Problem>): ProblemError {
  return new ProblemError({
    type: '/problems/invalid',
    title: 'The request is not valid',
    status: 422,
    detail: 'Two places are wrong.',
    instance: '/api/v1/x',
    code: 'invalid',
    requestId: 'req_1',
    retryable: false,
    ...change,
  })
}

test('the words of the server are kept as they are', () => {
  expect(failureOf(problem({ hint: 'Write 10%.' }))).toMatchObject({
    code: 'invalid',
    detail: 'Two places are wrong.',
    hint: 'Write 10%.',
    requestId: 'req_1',
  })
})

test('no answer at all is told apart from a refusal', () => {
  expect(failureOf(new TypeError('Failed to fetch')).code).toBe('unreachable')
})

test('a field finds what is wrong with it and with its items, and the nearest name', () => {
  const failure = failureOf(
    problem({
      errors: [
        { pointer: '/guards/0', message: 'unknown metric "chekout"', nearest: 'checkout' },
        { pointer: '/guards/1', message: 'no limit' },
        { pointer: '/steps', message: 'must rise' },
      ],
    }),
  )
  expect(fieldError(failure, '/guards')).toBe('unknown metric "chekout" (did you mean checkout?); no limit')
  expect(fieldError(failure, '/steps')).toBe('must rise')
  expect(fieldError(failure, '/to')).toBeUndefined()
  expect(fieldError(undefined, '/to')).toBeUndefined()
})

test('only what may go differently is tried again', () => {
  expect(isWorthRetrying(new TypeError('Failed to fetch'))).toBe(true)
  expect(isWorthRetrying(problem({ code: 'overloaded', retryable: true }))).toBe(true)
  expect(isWorthRetrying(problem({}))).toBe(false)
})

test('a session that is over is recognised', () => {
  expect(isSignedOut(problem({ code: 'unauthenticated', status: 401 }))).toBe(true)
  expect(isSignedOut(problem({ code: 'forbidden', status: 403 }))).toBe(false)
})
