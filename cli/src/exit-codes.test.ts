import { type Cause, ENDED, type Ramp } from '@rampart/contract/admin'
import { type ProblemCode, problems } from '@rampart/contract/errors'
import { describe, expect, test } from 'vitest'
import { codeOfProblem, codeOfRamp, EXIT, exitCodes, hasEnded, hasGivenUp, isHeld } from './exit-codes.ts'
import { at, ended, hold, PERSON, ramp, rolledBack, START } from './test-ramps.ts'

describe('a ramp', () => {
  test.each<[string, Ramp, number]>([
    ['completed', ended('completed', 'system', null), 0],
    ['completed by a person who advanced it', ended('completed', 'person', null), 0],
    ['rolled back by a guard', rolledBack(), 10],
    [
      'rolled back by a broken split',
      ended('rolled_back', 'guard', { kind: 'imbalance', expected: 0.1, found: 0.3 }),
      10,
    ],
    ['rolled back by a person', ended('rolled_back', 'person', { kind: 'person', actor: PERSON, reason: null }), 11],
    [
      'rolled back by a rejection',
      ended('rolled_back', 'person', { kind: 'rejected', actor: PERSON, reason: 'no' }),
      11,
    ],
    ['rolled back for want of data', ended('rolled_back', 'policy', { kind: 'no_data' }), 13],
    ['rolled back after the longest dwell', ended('rolled_back', 'policy', { kind: 'max_dwell' }), 13],
    ['killed', ended('killed', 'person', { kind: 'kill', actor: PERSON, reason: null }), 11],
    ['superseded', ended('superseded', 'person', { kind: 'replaced', actor: PERSON, reason: null }), 11],
    ['cancelled', ended('cancelled', 'person', { kind: 'person', actor: PERSON, reason: null }), 11],
  ])('that was %s exits as documented', (_, value, code) => {
    expect(codeOfRamp(value)).toBe(code)
  })

  test.each(['scheduled', 'running', 'paused', 'baking'] as const)('that is %s has no code yet', (state) => {
    expect(codeOfRamp(ramp({ state }))).toBeUndefined()
    expect(hasEnded(state)).toBe(false)
  })

  test('every end has a code, whoever ended it', () => {
    const causes: readonly (Cause | null)[] = [
      null,
      { kind: 'no_data' },
      { kind: 'edited', actor: PERSON, reason: null },
    ]
    for (const state of ENDED)
      for (const by of ['guard', 'person', 'policy', 'system'] as const)
        for (const cause of causes) expect([0, 10, 11, 13]).toContain(codeOfRamp(ended(state, by, cause)))
  })
})

describe('a hold', () => {
  test('that passes by itself is waited for', () => {
    const passing = (['dwell', 'sample', 'not_clear', 'window', 'propagation'] as const).map((kind) => hold(kind))
    expect(isHeld(ramp({ holds: passing }), START)).toBe(false)
  })

  test.each(['approval', 'freeze', 'imbalance', 'guard', 'conflict', 'second_step_back', 'max_dwell'] as const)(
    'of the kind %s wants a person, whatever else is waited for',
    (kind) => {
      expect(isHeld(ramp({ holds: [hold('dwell', at(27)), hold(kind)] }), START)).toBe(true)
    },
  )

  test('for want of data counts once its grace is over: the first data are always late', () => {
    expect(isHeld(ramp({ holds: [hold('no_data', at(30))] }), Date.parse(at(29)))).toBe(false)
    expect(isHeld(ramp({ holds: [hold('no_data', at(30))] }), Date.parse(at(30)))).toBe(true)
    expect(isHeld(ramp({ holds: [hold('no_data', null)] }), START)).toBe(true)
  })

  test('is also a pause by a person', () => {
    expect(isHeld(ramp({ state: 'paused', holds: [] }), START)).toBe(true)
  })

  test('after the longest dwell means that the ramp has given up', () => {
    expect(hasGivenUp(ramp({ holds: [hold('not_clear'), hold('max_dwell')] }))).toBe(true)
    expect(hasGivenUp(ramp({ holds: [hold('not_clear')] }))).toBe(false)
  })
})

describe('a problem', () => {
  test('has the code that its kind of answer asks for', () => {
    const codes = Object.fromEntries(
      (Object.keys(problems) as ProblemCode[]).map((code) => [
        code,
        codeOfProblem({ code, status: problems[code].status }),
      ]),
    )
    expect(codes).toEqual({
      malformed: 2,
      unauthenticated: 4,
      wrong_kind_of_key: 4,
      forbidden: 4,
      not_found: 3,
      method_not_allowed: 1,
      already_exists: 5,
      ramp_active: 5,
      ramp_ended: 5,
      cooling_down: 5,
      frozen: 5,
      killed: 5,
      managed_by_git: 5,
      approval_required: 5,
      in_use: 5,
      revision_mismatch: 5,
      too_large: 2,
      unsupported_media_type: 1,
      invalid: 2,
      unknown_metric: 2,
      blind_step: 2,
      cycle: 2,
      precondition_required: 5,
      rate_limited: 6,
      internal: 1,
      overloaded: 6,
    })
  })

  test.each([
    [400, 2],
    [401, 4],
    [403, 4],
    [404, 3],
    [409, 5],
    [412, 5],
    [422, 2],
    [428, 5],
    [429, 6],
    [500, 1],
    [503, 6],
    [504, 6],
  ])('of a newer server with the status %i exits %i', (status, code) => {
    const unknown = JSON.parse('"added_later"') as ProblemCode
    expect(codeOfProblem({ code: unknown, status })).toBe(code)
  })
})

test('every exit code is in the table of rampart help exit-codes, once and in order', () => {
  expect(exitCodes.map(({ code }) => code)).toEqual(Object.values(EXIT))
})
