import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import type { Context } from './model.ts'
import { CONTEXTS, snapshot } from './test-arbitraries.ts'
import { countryIs, flagOf, snapshotOf } from './test-makers.ts'
import { bootstrapOf, valuesOf } from './values.ts'

describe('the values of all flags', () => {
  test('are what each flag gives by itself', () => {
    fc.assert(
      fc.property(snapshot, (of) => {
        const configuration = compile(of)
        for (const context of CONTEXTS) {
          const single = of.flags.map(({ key }) => [key, evaluate(configuration, key, context).value])
          expect(Object.entries(valuesOf(configuration, context))).toEqual(single)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('leave out what cannot be told, and have every key as their own', () => {
    const configuration = compile(
      snapshotOf({
        flags: [
          flagOf({ key: '__proto__' }),
          flagOf({ key: 'broken', serve: { to: 9 } }),
          flagOf({ key: 'toString', on: false }),
          flagOf({ key: 'nought', type: 'number', variations: ['none'], values: [0], serve: { to: 0 } }),
        ],
      }),
    )
    const values = valuesOf(configuration, 'anna')
    expect(JSON.stringify(values)).toBe('{"__proto__":true,"toString":false,"nought":0}')
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype)
  })

  test('look up each attribute once, and belong to one context only', () => {
    let looked = 0
    const counting = (country: string): Context =>
      Object.defineProperty({}, 'country', {
        get: () => {
          looked += 1
          return country
        },
      })
    const flags = ['a', 'b', 'c'].map((key) =>
      flagOf({
        key,
        rules: [{ id: 'x', when: { any: [countryIs('DE'), { segment: 'german' }] }, serve: { to: 1 } }],
        serve: { to: 0 },
      }),
    )
    const configuration = compile(snapshotOf({ flags, segments: [{ key: 'german', when: countryIs('DE') }] }))
    expect(valuesOf(configuration, counting('DE'))).toEqual({ a: true, b: true, c: true })
    expect(valuesOf(configuration, counting('FR'))).toEqual({ a: false, b: false, c: false })
    expect(looked).toBe(2)
  })
})

describe('what a page can begin with', () => {
  test('is what each flag that pages may have gives by itself, in the order of their keys', () => {
    fc.assert(
      fc.property(snapshot, fc.subarray(['a', 'b', '__proto__']), (of, told) => {
        const flags = of.flags.map((flag) => (told.includes(flag.key) ? { ...flag, clientSide: true as const } : flag))
        const configuration = compile({ ...of, flags })
        const keys = told.filter((key) => flags.some((flag) => flag.key === key)).sort()
        for (const context of CONTEXTS) {
          const single = keys.map((key) => ({ key, ...evaluate(configuration, key, context) }))
          const able = single.filter(({ value }) => value !== undefined)
          const wanted = able.map(({ key, value, variation, reason, rule }) => ({
            key,
            value,
            variation,
            reason,
            ...(rule !== undefined && { rule }),
          }))
          expect(bootstrapOf(configuration, context)).toEqual({ format: 1, revision: of.revision, values: wanted })
        }
      }),
      { numRuns: 200 },
    )
  })

  test('is everything that the page itself is told of', () => {
    const told = { ...snapshotOf({ flags: [flagOf({ key: 'b' }), flagOf({ key: 'a' })] }), audience: 'client' as const }
    expect(bootstrapOf(compile(told), 'anna').values.map(({ key }) => key)).toEqual(['a', 'b'])
  })
})
