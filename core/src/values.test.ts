import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compactEvaluator } from './compact/evaluate.ts'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import type { Context } from './model.ts'
import { CONTEXTS, snapshot } from './test-arbitraries.ts'
import { countryIs, flagOf, snapshotOf, watchOf } from './test-makers.ts'
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

  test('says where the context stands in the ramp that counts it, as a page with the rules would find', () => {
    const arms = new Set<string | undefined>()
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constant({}),
          fc.integer().map((account) => ({ targetingKey: 'a', account })),
        ),
        fc.constantFrom(1, 20, 60, 100),
        fc.constantFrom(1, 0.5),
        fc.constantFrom('targetingKey', 'account'),
        (context, share, sample, by) => {
          const watch = watchOf({ flag: 'b', percent: share, controlSample: 0.8, sample })
          const flags = [
            flagOf({ key: 'a', serve: { to: 0, rollout: [50, 1] } }),
            flagOf({
              key: 'b',
              // Asked before the unit is placed, and placed by another attribute.
              prerequisites: [{ flag: 'a', variations: [0, 1] }],
              serve: { to: 1, rollout: [share, 0], by },
            }),
          ]
          const told = { ...snapshotOf({ flags, watches: [watch] }), audience: 'client' as const }
          const answerOf = compactEvaluator(told)
          const [a, b] = bootstrapOf(compile(told), context, { stands: true }).values
          expect(a?.stand).toBeUndefined()
          const { watch: found, ...stood } = answerOf('b', context).stand ?? {}
          const { ramp, seq, tickMs, metrics } = watch
          expect(found).toEqual(watch)
          expect(b?.stand).toEqual({ watch: { ramp, seq, tickMs, metrics }, ...stood })
          arms.add(b?.stand?.arm)
          expect(bootstrapOf(compile(told), context).values[1]).not.toHaveProperty('stand')
        },
      ),
      { numRuns: 500 },
    )
    expect(arms).toEqual(new Set(['treatment', 'control', undefined]))
  })
})
