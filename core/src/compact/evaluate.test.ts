import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributePath, readUnit } from '../attributes.ts'
import { seededUnitHash } from '../bucket.ts'
import { compile } from '../configuration.ts'
import { answerOf, conclude, evaluate } from '../evaluate.ts'
import type { Answer, Condition, Context, Key, Operator, Snapshot, WireSegment } from '../model.ts'
import { pageMatcher } from '../page-matcher.ts'
import { unitSeeds } from '../seed.ts'
import { CONTEXTS, FLAG_KEYS, percent, snapshot, unit } from '../test-arbitraries.ts'
import { flagOf, judging, snapshotOf } from '../test-makers.ts'
import { armOf } from '../watches.ts'
import { compactEvaluator, type StoodAnswer } from './evaluate.ts'

/*
 * There are two evaluators (decision 0022). These tests are what makes them one.
 */

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../test/vectors/${name}`, import.meta.url), 'utf8'))
}

function withoutStand({ stand: _stand, ...answer }: StoodAnswer): Answer {
  return answer
}

interface Evaluations {
  readonly groups: readonly {
    readonly says: string
    readonly snapshot: Snapshot
    readonly cases: readonly { says: string; key: Key; context: Context | string; answer: Answer }[]
  }[]
}

describe.each(read<Evaluations>('evaluate.json').groups)('$says', ({ snapshot, cases }) => {
  const ask = compactEvaluator(snapshot)
  test.each(cases)('$key: $says', ({ key, context, answer }) => {
    expect(JSON.parse(JSON.stringify(ask(key, context)))).toStrictEqual(answer)
  })
})

interface Conditions {
  readonly cases: readonly {
    readonly says: string
    readonly when: Condition
    readonly context: Context | string
    readonly segments?: readonly WireSegment[]
    readonly truth: boolean | null
  }[]
}

describe('conditions', () => {
  test.each(read<Conditions>('conditions.json').cases)('$says: $truth', ({ when, context, segments, truth }) => {
    expect(compactEvaluator(judging(when, segments ?? []))('judge', context).variation).toBe(String(truth))
  })
})

/** Of `snapshot` for every flag and context. */
function expectSame(snapshot: Snapshot, keys: readonly Key[], contexts: readonly (Context | string)[]): void {
  const compiled = compile(snapshot, { matcher: pageMatcher })
  const ask = compactEvaluator(snapshot)
  for (const key of [...keys, 'nothing']) {
    for (const context of contexts) {
      expect(withoutStand(ask(key, context))).toEqual(evaluate(compiled, key, context))
    }
  }
}

test('every answer is the one of the compiled evaluator', () => {
  fc.assert(
    fc.property(snapshot, (given) => expectSame(given, FLAG_KEYS, CONTEXTS)),
    { numRuns: 2_000 },
  )
})

const OPERATORS: readonly Operator[] = [
  ...(['exists', 'is', 'is one of', 'contains', 'starts with', 'ends with', 'matches', 'ip in'] as const),
  ...(['has any', 'has all', 'hashed in'] as const),
  ...(['number =', 'number !=', 'number <', 'number <=', 'number >', 'number >='] as const),
  ...(['version =', 'version !=', 'version <', 'version <=', 'version >', 'version >='] as const),
  ...(['time <', 'time <=', 'time >', 'time >='] as const),
]
// Those that are none: they cannot be judged by either.
const NONE = ['time =', 'time !=', 'number', 'version ==', 'number  <', 'sounds like', ''] as readonly string[]

const digit = fc.constantFrom('0', '1', '9', '10', '59', '60', '255', '256', '01', '2024', '0000', '0099')
const two = fc.constantFrom('00', '01', '02', '12', '23', '24', '28', '29', '30', '31', '59', '60', '13')
const time = fc
  .tuple(
    fc.constantFrom('2024', '2023', '1900', '2000', '0000', '0099', '9999', '1969'),
    fc.constantFrom('01', '02', '04', '12', '13'),
    two,
    fc.constantFrom('T', 't', ' '),
    fc.array(two, { minLength: 3, maxLength: 3 }),
    fc.constantFrom('', '.', '.5', '.0625', '.999999', '.000'),
    fc.constantFrom('Z', 'z', '+00:00', '-00:00', '+23:59', '-05:30', '+24:00', ''),
  )
  .map(
    ([year, month, day, t, clock, fraction, zone]) => `${year}-${month}-${day}${t}${clock.join(':')}${fraction}${zone}`,
  )
const leap = fc.constantFrom('2016-12-31T23:59:60Z', '2017-01-01T05:29:60.75+05:30', '2016-12-31T23:58:60Z')
const version = fc
  .tuple(
    fc.array(digit, { minLength: 2, maxLength: 4 }),
    fc.constantFrom('', '-', '-a', '-a.1', '-1', '-a-b.10', '-01', '-0a', '+b', '-rc.2+b.1'),
  )
  .map(([numbers, rest]) => numbers.join('.') + rest)
const four = fc.array(digit, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'))
const six = fc
  .tuple(
    fc.array(fc.constantFrom('0', 'ffff', 'FFFF', 'a', 'beef', '0001', '12345', 'g', ':', ''), { maxLength: 9 }),
    fc.option(four),
  )
  .map(([groups, end]) => [...groups, ...(end === null ? [] : [end])].join(':'))
const address = fc.oneof(
  four,
  six,
  fc.constantFrom('::', '::1', '10.0.0.1', '::ffff:10.0.0.1', '::ffff:a00:1', '2001:db8::1', 'beef', '1:2:3:4:5:6:7::'),
)
const range = fc
  .tuple(
    address,
    fc.constantFrom('', '/0', '/8', '/31', '/32', '/33', '/95', '/96', '/104', '/128', '/129', '/08', '/1/2'),
  )
  .map(([start, prefix]) => start + prefix)
const word = fc.constantFrom('', 'a', 'A', 'ana', 'ANA', 'İ', 'i', 'ς', 'Σ', '7', 'ß', '\ud800', '😀')
const pattern = fc.constantFrom('^a', 'A$', '.', '\\w+', '(', '[a-c]', '\\d', 'a'.repeat(512), 'a'.repeat(513))
const long = fc.constantFrom('a'.repeat(2_048), 'a'.repeat(2_049))
const number = fc.oneof(fc.constantFrom(0, -0, 1, 7, 5e-324, 1.7e308, -1.7e308, 1e12), fc.integer())
const text = fc.oneof(word, time, leap, version, address, range, pattern, long)
const scalar = fc.oneof(text, number, fc.boolean())
const value: fc.Arbitrary<unknown> = fc.oneof(
  scalar,
  fc.array(fc.oneof(scalar, fc.constant(null)), { maxLength: 3 }),
  fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, { a: 1 }),
)
const operand: fc.Arbitrary<unknown> = fc.oneof(
  value,
  fc.array(word, { maxLength: 3 }),
  fc.array(range, { minLength: 1, maxLength: 2 }),
)

/** What may be meant for one another, so that tests are not false for want of a match. */
const pairs: fc.Arbitrary<readonly [string, unknown, unknown]> = fc.oneof(
  fc.tuple(fc.constantFrom(...OPERATORS, ...NONE), operand, value),
  fc.tuple(
    fc.constantFrom('time <', 'time <=', 'time >', 'time >='),
    fc.oneof(time, leap, number),
    fc.oneof(time, leap),
  ),
  fc.tuple(
    fc.constantFrom(...OPERATORS.filter((one) => one.startsWith('version'))),
    fc.constantFrom('1.0.0', '1.10.59-a.1', '0.0.9'),
    version,
  ),
  fc.tuple(fc.constant('ip in'), fc.array(range, { minLength: 1, maxLength: 2 }), address),
  fc.tuple(fc.constantFrom('is', 'matches'), text, text),
)

test('every operator judges as the compiled one does', () => {
  fc.assert(
    fc.property(pairs, fc.boolean(), ([operator, operand, value], ignoreCase) => {
      const when = { attribute: 'at', operator, operand, ...(ignoreCase && { ignoreCase }) } as unknown as Condition
      expectSame(judging(when, []), ['judge'], [{ at: value } as Context])
    }),
    { numRuns: 30_000 },
  )
})

test('names that are hashed are found', () => {
  const hashed = (who: string): string => seededUnitHash(who, unitSeeds('salt'))
  fc.assert(
    fc.property(word, fc.boolean(), fc.array(word, { maxLength: 2 }), (who, ignoreCase, others) => {
      const when = {
        attribute: 'at',
        operator: 'hashed in',
        operand: [...others, who].map(hashed),
        ...(ignoreCase && { ignoreCase }),
      }
      const segments = [{ key: 's', included: [hashed(who)], excluded: others.map(hashed), hashed: true as const }]
      expectSame(judging(when as Condition, segments), ['judge'], [{ at: who, targetingKey: who }])
      expectSame(judging({ segment: 's' }, segments), ['judge'], [{ targetingKey: who }, who, ''])
    }),
  )
})

/** Something of a flag that is as it should not be. */
const damage = fc.tuple(
  fc.constantFrom(
    'on',
    'killed',
    'off',
    'type',
    'hash',
    'seed',
    'variations',
    'values',
    'prerequisites',
    'layer',
    'rules',
    'serve',
  ),
  fc.oneof(
    fc.constantFrom(
      null,
      undefined,
      true,
      -1,
      0,
      1,
      2,
      'x',
      '',
      [],
      {},
      [null],
      { to: 9 },
      { to: [] },
      { to: 0, by: '' },
    ),
    fc.constantFrom(
      { to: 1, rollout: [101, 0] },
      { to: 0, rollout: 5 },
      {
        to: [
          [50_000, 0],
          [1, 1],
        ],
      },
      [{ flag: 'a' }],
    ),
    fc.constantFrom([{ id: 'r', when: null, serve: { to: 1 } }], [{ id: 'r', when: { all: 1 }, serve: { to: 1 } }]),
  ),
)

test('a damaged flag is the same error, or the same answer', () => {
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 2 }), (damages) => {
      const flag = { ...flagOf({ key: 'a' }), ...Object.fromEntries(damages) }
      expectSame(
        snapshotOf({ flags: [flag, flagOf({ key: 'b', prerequisites: [{ flag: 'a', variations: [0, 1] }] })] }),
        ['a', 'b'],
        [...CONTEXTS, null as unknown as Context, 5 as unknown as Context],
      )
    }),
    { numRuns: 2_000 },
  )
})

function failing(): never {
  throw new Error('of the application')
}

test('a context whose getter throws is no context', () => {
  const flag = flagOf({
    key: 'a',
    rules: [{ id: 'r', when: { attribute: 'at', operator: 'exists' }, serve: { to: 1 } }],
  })
  const thrower = Object.defineProperty({}, 'at', { enumerable: true, get: failing })
  expectSame(snapshotOf({ flags: [flag] }), ['a'], [thrower])
  expect(compactEvaluator(snapshotOf({ flags: [flag] }))('a', thrower).error).toBe('invalid_context')
})

test('a unit stands where the compiled evaluator has it', () => {
  fc.assert(
    fc.property(
      unit,
      fc.oneof(percent, fc.constant(100)),
      fc.constantFrom(0, 1, [
        [40_000, 0],
        [100_000, 1],
      ]),
      fc.constantFrom(1, 0.5, 0.1),
      fc.option(fc.constantFrom(1, 0.5), { nil: undefined }),
      fc.constantFrom('everyone-else', 'r'),
      (who, share, to, controlSample, sample, rule) => {
        const serve = { to, rollout: [share, 0] } as unknown as { to: 1 }
        const watch = {
          ramp: 'r_1',
          seq: 1,
          flag: 'a',
          rule,
          percent: share,
          salt: 's',
          controlSample,
          tickMs: 1,
          metrics: [],
          ...(sample && { sample }),
        }
        const given = snapshotOf({ flags: [flagOf({ key: 'a', serve })], watches: [watch] })
        const compiled = compile(given)
        const answer = compactEvaluator(given)('a', who)
        const conclusion = conclude(compiled, 'a', who)
        const { place } = compiled.asking
        expect(withoutStand(answer)).toEqual(answerOf(compiled, conclusion))
        const found = conclusion.watch
        const stood = found && {
          watch: found.watch,
          unit: seededUnitHash(who, found.seeds),
          arm: readUnit(who, attributePath('targetingKey')) && armOf(found, who, place >>> 0),
        }
        expect(answer.stand).toEqual(stood)
      },
    ),
    { numRuns: 2_000 },
  )
})
