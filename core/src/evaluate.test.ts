import { describe, expect, test } from 'vitest'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import type { Condition, Context, Operator, WireFlag } from './model.ts'
import { countryIs, flagOf, snapshotOf } from './test-makers.ts'

const half = flagOf({ key: 'half', serve: { to: 1, rollout: [50, 0] } })
const german = flagOf({
  key: 'german',
  rules: [{ id: 'germany', when: countryIs('DE'), serve: { to: 1 } }],
  serve: { to: 0 },
})
const configuration = compile(snapshotOf({ flags: [half, german] }))

/** What JavaScript applications can hand in, whatever the types say. */
function untyped(value: unknown): Context {
  return value as Context
}

describe('evaluate never throws', () => {
  test('a getter of the context that throws is an invalid context', () => {
    const context = Object.defineProperty({}, 'targetingKey', {
      get: () => {
        throw new Error('no')
      },
    })
    expect(evaluate(configuration, 'half', context)).toEqual({
      value: undefined,
      reason: 'error',
      error: 'invalid_context',
    })
  })

  test('a proxy that refuses everything is an invalid context', () => {
    const refuse = () => {
      throw new Error('no')
    }
    const context = new Proxy({}, { get: refuse, getOwnPropertyDescriptor: refuse, has: refuse })
    expect(evaluate(configuration, 'german', context).error).toBe('invalid_context')
  })

  test.each([undefined, null, 7, 7n, true, Symbol('unit'), () => 'unit'])('%s as a context', (value) => {
    expect(evaluate(configuration, 'half', untyped(value)).error).toBe('invalid_context')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('unit'), new Date(0), () => 'unit'])(
    'a targeting key of %s is no unit',
    (value) => {
      expect(evaluate(configuration, 'half', untyped({ targetingKey: value }))).toEqual({
        value: false,
        variation: 'off',
        reason: 'rollout',
        rule: 'everyone-else',
      })
    },
  )

  test('what a polluted prototype has is no attribute of anybody', () => {
    const polluted: Record<string, string> = { country: 'DE', targetingKey: 'user-1' }
    try {
      Object.assign(Object.prototype, polluted)
      expect(evaluate(configuration, 'german', {}).reason).toBe('default')
      expect(evaluate(configuration, 'half', {})).not.toHaveProperty('position')
      expect(evaluate(configuration, 'half', { targetingKey: 'user-2' })).toEqual(
        evaluate(configuration, 'half', 'user-2'),
      )
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  test('inherited attributes are not looked at', () => {
    expect(evaluate(configuration, 'german', Object.create({ country: 'DE' })).reason).toBe('default')
    expect(evaluate(configuration, 'german', Object.assign(Object.create(null), { country: 'DE' })).reason).toBe('rule')
  })

  test.each([undefined, null, 7, {}, Symbol('key')])('the key %s is a flag that is not found', (key) => {
    expect(evaluate(configuration, key as string, 'user-1').error).toBe('flag_not_found')
  })
})

test('a condition nested deeper than any stack costs nobody but its flag', () => {
  let text = '{"segment":"nowhere"}'
  for (let depth = 0; depth < 50_000; depth++) text = `{"not":${text}}`
  const bottomless: WireFlag = {
    ...german,
    key: 'bottomless',
    rules: [{ id: 'deep', when: JSON.parse(text), serve: { to: 1 } }],
  }
  const both = compile(snapshotOf({ flags: [bottomless, half] }))
  expect(evaluate(both, 'bottomless', { country: 'DE' }).error).toBe('invalid_flag')
  expect(evaluate(both, 'half', 'user-1').reason).toBe('rollout')
})

describe('a question that a getter of another question asks', () => {
  const twice = flagOf({
    key: 'twice',
    rules: [
      { id: 'france', when: { all: [countryIs('FR'), countryIs('FR')] }, serve: { to: 1 } },
      { id: 'germany', when: { all: [{ attribute: 'pause', operator: 'exists' }, countryIs('DE')] }, serve: { to: 1 } },
    ],
    serve: { to: 0 },
  })
  const both = compile(snapshotOf({ flags: [twice, half] }))

  test.each<[string, () => unknown]>([
    ['about somebody else', () => evaluate(both, 'twice', { country: 'FR' })],
    ['that ends in an error', () => evaluate(both, 'twice', refusing())],
    ['about a unit', () => evaluate(both, 'half', 'somebody')],
  ])('%s does it no harm', (_, ask) => {
    const context = Object.defineProperty({ country: 'DE' }, 'pause', {
      get: () => {
        ask()
        return true
      },
    })
    expect(evaluate(both, 'twice', context).rule).toBe('germany')
    const asked = Object.defineProperty({}, 'targetingKey', {
      get: () => {
        ask()
        return 'user-1'
      },
    })
    expect(evaluate(both, 'half', asked)).toEqual(evaluate(both, 'half', 'user-1'))
  })

  function refusing(): Context {
    return Object.defineProperty({ country: 'IT' }, 'pause', {
      get: () => {
        throw new Error('no')
      },
    })
  }
})

test('what was looked up for one question is not taken for another, also when the counter of questions begins again', () => {
  const counted = compile(snapshotOf({ flags: [german] }))
  counted.asking.means.turn = 2 ** 30 - 3
  for (const country of ['DE', 'FR', 'DE', 'FR', 'FR', 'DE']) {
    expect(evaluate(counted, 'german', { country }).value).toBe(country === 'DE')
  }
  expect(counted.asking.means.turn).toBeLessThan(10)
})

describe('what cannot be judged', () => {
  const odd = flagOf({
    key: 'odd',
    rules: [
      { id: 'a', when: { attribute: 'x', operator: 'sounds like' as Operator, operand: 'y' }, serve: { to: 1 } },
      { id: 'b', when: { not: { attribute: 'x', operator: 'number <', operand: '7' } }, serve: { to: 1 } },
      { id: 'c', when: { attribute: 'x', operator: 'matches', operand: 'y' }, serve: { to: 1 } },
      { id: 'd', when: { some: [] } as unknown as Condition, serve: { to: 1 } },
      { id: 'e', when: { any: [{ segment: 'nowhere' }, { segment: 'odd' }] }, serve: { to: 1 } },
    ],
    serve: { to: 0 },
  })
  const segment = { key: 'odd', when: { attribute: 'x', operator: 'time <', operand: 'tomorrow' } as const }

  test('is said once, when it is first met', () => {
    const strange = compile(snapshotOf({ flags: [odd], segments: [segment] }))
    expect(strange.problems).toEqual([])
    for (let time = 0; time < 3; time++) expect(evaluate(strange, 'odd', { x: 'y' }).reason).toBe('default')
    expect(strange.problems).toEqual([
      { of: 'flag', key: 'odd', what: 'the operator "sounds like" is not known' },
      { of: 'flag', key: 'odd', what: 'the operand of "number <" must be a number' },
      { of: 'flag', key: 'odd', what: 'the operand of "matches" must be a pattern that the matcher at hand can read' },
      { of: 'flag', key: 'odd', what: 'a condition of an unknown form' },
      { of: 'segment', key: 'nowhere', what: 'there is no such segment' },
      {
        of: 'segment',
        key: 'odd',
        what: 'the operand of "time <" must be a time such as 2026-01-31T09:00:00Z, or milliseconds since 1970',
      },
    ])
  })

  test('is no more than a person can read', () => {
    const flags = Array.from({ length: 300 }, (_, index) => ({ ...odd, key: `odd-${index}` }))
    const strange = compile(snapshotOf({ flags }))
    for (const { key } of flags) evaluate(strange, key, { x: 'y' })
    expect(strange.problems.length).toBeLessThanOrEqual(101)
  })
})

test('an answer that is the same for everyone is one frozen object', () => {
  const first = evaluate(configuration, 'german', { country: 'DE' })
  expect(evaluate(configuration, 'german', { country: 'DE', plan: 'pro' })).toBe(first)
  expect(Object.isFrozen(first)).toBe(true)
})

test('two flags with independent seeds share no more of their cohorts than chance would', () => {
  const other = compile(snapshotOf({ flags: [half, { ...half, key: 'other' }] }))
  const units = Array.from({ length: 10_000 }, (_, index) => `user-${index}`)
  const inBoth = units.filter(
    (unit) => evaluate(other, 'half', unit).value === true && evaluate(other, 'other', unit).value === true,
  )
  expect(inBoth.length / units.length).toBeCloseTo(0.25, 1)
})
