import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import type { Context } from './model.ts'
import { CONTEXTS, snapshot } from './test-arbitraries.ts'
import { countryIs, flagOf, snapshotOf } from './test-makers.ts'
import { valuesOf } from './values.ts'

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
