import { type Condition, compile, evaluate, type Snapshot } from '@rampart/core'
import { describe, expect, test } from 'vitest'
import { patternProblem, re2 } from '../re2.ts'
import { checkCondition } from './check.ts'
import { mapLeaves, segmentsIn } from './leaves.ts'

const known = { segments: new Set(['beta']), patternProblem }

const condition = (operator: string, operand?: unknown, more = {}) =>
  ({ attribute: 'x', operator, ...(operand === undefined ? {} : { operand }), ...more }) as Condition

const many = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`)

describe('what can be judged is taken', () => {
  const good = [
    condition('exists'),
    condition('is', 'a'),
    condition('is', 0, { ignoreCase: true }),
    condition('is one of', ['a', 1, true]),
    condition('is one of', many(100_000)),
    condition('contains', ['a', 'b'], { ignoreCase: true }),
    condition('starts with', ['']),
    condition('ends with', ['@corp.test']),
    condition('matches', '^(?:a|b)+$'),
    condition('matches', '(?i)\\bcorp\\s\\p{L}+', { ignoreCase: true }),
    condition('number <', -1.5),
    condition('version >=', '1.2.3-rc.1+build.5'),
    condition('time <', '2026-01-31T09:00:00.5+01:00'),
    condition('time >=', 1_767_225_600_000),
    condition('ip in', ['10.0.0.0/8', '2001:db8::/32', '127.0.0.1']),
    condition('has any', ['a', 1]),
    condition('has all', ['a'], { ignoreCase: true }),
  ]

  test.each(good.map((given) => [JSON.stringify(given).slice(0, 80), given] as const))('%s', (_, given) => {
    expect(checkCondition(given, '', known)).toEqual([])
    // core agrees: it notes nothing that it cannot judge
    const compiled = compile(snapshotWith(given), { matcher: re2 })
    evaluate(compiled, 'checkout', { targetingKey: 'u', x: 'a' })
    expect(compiled.problems).toEqual([])
  })
})

describe('what cannot be judged is refused, with its place', () => {
  test.each<[Condition, string, string]>([
    [condition('exists', true), '/operand', 'must be left out: "exists" takes none'],
    [condition('is'), '/operand', 'is needed'],
    [condition('is', ['a']), '/operand', 'must be a text, a number, true or false'],
    [condition('is', 'a'.repeat(2_049)), '/operand', 'must be at most 2048 characters; it is 2049'],
    [condition('is one of', []), '/operand', 'must name something: nothing is in an empty list'],
    [condition('is one of', ['a', ['b']]), '/operand/1', 'cannot be in a list of texts, numbers, true or false'],
    [condition('is one of', many(100_001)), '/operand', 'must hold at most 100000 values; it holds 100001'],
    [condition('starts with', 'a'), '/operand', 'must be a list of texts'],
    [condition('ends with', [1]), '/operand/0', 'cannot be in a list of texts'],
    [condition('contains', ['a', 'b'.repeat(2_049)]), '/operand/1', 'must be at most 2048 characters; it is 2049'],
    [condition('matches', ['a']), '/operand', 'must be a pattern of at most 512 characters'],
    [condition('matches', 'a'.repeat(513)), '/operand', 'must be a pattern of at most 512 characters'],
    [condition('matches', '[a'), '/operand', 'is no pattern of RE2: missing closing ]: `[a`'],
    [condition('matches', 'a(?=b)'), '/operand', 'is no pattern of RE2: invalid or unsupported Perl syntax: `(?=`'],
    [
      condition('matches', '\\pL{900}\\pL{900}\\pL{900}'),
      '/operand',
      'comes to 2702 steps, of at most 2500: repeat less',
    ],
    [condition('number >=', '1'), '/operand', 'must be a number'],
    [condition('number >=', 1, { ignoreCase: true }), '/ignoreCase', 'means nothing to the operator "number >="'],
    [condition('version <', '1.2'), '/operand', 'must be a version such as 1.2.3'],
    [condition('version <', 1), '/operand', 'must be a version such as 1.2.3'],
    [
      condition('time <', '31.1.2026'),
      '/operand',
      'must be a time such as 2026-01-31T09:00:00Z, or milliseconds since 1970',
    ],
    [
      condition('ip in', ['10.0.0.0/8', '10.0.0.0/33']),
      '/operand/1',
      'cannot be in a list of addresses or ranges such as 10.0.0.0/8',
    ],
    [condition('has any', 'a'), '/operand', 'must be a list of texts, numbers, true or false'],
  ])('%j', (given, pointer, message) => {
    expect(checkCondition(given, '', known)).toEqual([{ pointer, message }])
  })

  test('at every depth', () => {
    const given: Condition = { all: [{ any: [{ not: { segment: 'nobody' } }] }, { segment: 'beta' }] }
    expect(checkCondition(given, '/when', known)).toEqual([
      { pointer: '/when/all/0/any/0/not/segment', message: 'names no segment of this project: nobody' },
    ])
    expect(segmentsIn(given)).toEqual(['nobody', 'beta'])
  })

  test('in a long list only the first twenty are told', () => {
    const given = condition(
      'contains',
      Array.from({ length: 1_000 }, (_, i) => i),
    )
    expect(checkCondition(given, '', known).map(({ pointer }) => pointer)).toEqual(
      Array.from({ length: 20 }, (_, i) => `/operand/${i}`),
    )
  })
})

test('a condition keeps its shape when its leaves are changed', () => {
  const given: Condition = { all: [{ any: [{ segment: 'a' }] }, { not: { segment: 'b' } }] }
  expect(mapLeaves(given, (leaf) => ('segment' in leaf ? { segment: `${leaf.segment}!` } : leaf))).toEqual({
    all: [{ any: [{ segment: 'a!' }] }, { not: { segment: 'b!' } }],
  })
})

function snapshotWith(when: Condition): Snapshot {
  return {
    format: 1,
    project: 'shop',
    environment: 'production',
    audience: 'server',
    revision: 1,
    flags: [
      {
        key: 'checkout',
        version: 1,
        type: 'boolean',
        hash: 'rampart-1',
        on: true,
        off: 0,
        variations: ['off', 'on'],
        values: [false, true],
        rules: [{ id: 'r', when, serve: { to: 1 } }],
        serve: { to: 0 },
      },
    ],
    segments: [],
    layers: [],
    watches: [],
    salt: '',
    hints: { flushMs: 1, pollMs: 1, ackSpreadMs: 0 },
  }
}
