import { describe, expect, test } from 'vitest'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import type { Context, WireFlag } from './model.ts'
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
