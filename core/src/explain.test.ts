import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import { explain } from './explain.ts'
import type { ExplainedCondition, Step } from './explained.ts'
import type { Context } from './model.ts'
import { CONTEXTS, FLAG_KEYS, snapshot } from './test-arbitraries.ts'
import { countryIs, flagOf, snapshotOf } from './test-makers.ts'
import { interpret } from './test-reference.ts'

describe('compiled, interpreted and explained', () => {
  test('are the same answer, whatever the flags and the context', () => {
    fc.assert(
      fc.property(snapshot, (of) => {
        const configuration = compile(of)
        for (const key of [...FLAG_KEYS, 'nothing']) {
          for (const context of CONTEXTS) {
            const answer = evaluate(configuration, key, context)
            expect(answer).toEqual(interpret(of, key, context))
            expect(explain(configuration, key, context).answer).toEqual(answer)
            expect(evaluate(configuration, key, context)).toEqual(answer)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('are the same answer for anything that can be handed in', () => {
    fc.assert(
      fc.property(snapshot, fc.constantFrom(...FLAG_KEYS), fc.anything(), (of, key, context) => {
        const configuration = compile(of)
        expect(explain(configuration, key, context as Context).answer).toEqual(
          evaluate(configuration, key, context as Context),
        )
      }),
    )
  })

  test('the steps agree with the answer', () => {
    fc.assert(
      fc.property(snapshot, fc.constantFrom(...FLAG_KEYS), fc.constantFrom(...CONTEXTS), (of, key, context) => {
        const { answer, steps } = explain(compile(of), key, context)
        const serve = steps.find((step) => step.step === 'serve')
        expect(serve?.rule).toBe(answer.rule)
        expect(serve === undefined || serve.variation === answer.variation).toBe(true)
        expect(serve?.rollout?.position ?? serve?.split?.position).toBe(answer.position)
        const first = steps.filter((step) => step.step === 'rule').find((step) => step.verdict === 'true')
        if (serve !== undefined) expect(first?.rule ?? 'everyone-else').toBe(serve.rule)
        expect(rulesOf(steps)).toBe(answer.reason === 'error' || isOff(answer.reason) ? 0 : rulesIn(of, key))
      }),
      { numRuns: 500 },
    )
  })

  function isOff(reason: string): boolean {
    return reason === 'off' || reason === 'killed'
  }

  function rulesOf(steps: readonly Step[]): number {
    return steps.filter(({ step }) => step === 'rule').length
  }

  function rulesIn({ flags }: { readonly flags: readonly { key: string; rules: readonly unknown[] }[] }, key: string) {
    return flags.find((flag) => flag.key === key)?.rules.length ?? 0
  }
})

describe('what is explained', () => {
  const needed = flagOf({ key: 'needed', on: false })
  const everything = flagOf({
    key: 'everything',
    variations: ['off', 'on', 'blue'],
    values: [false, true, true],
    prerequisites: [{ flag: 'needed', variations: [0] }],
    layer: { key: 'home', from: 0, to: 100_000 },
    rules: [
      {
        id: 'germans',
        when: { all: [countryIs('DE'), { attribute: 'age', operator: 'number >=', operand: 18 }] },
        serve: { to: 1 },
      },
      {
        id: 'staff',
        when: { any: [{ segment: 'staff' }, { not: { segment: 'nowhere' } }, countryIs('AT')] },
        serve: {
          to: [
            [50_000, 1],
            [100_000, 2],
          ],
          rollout: [60, 0],
          by: 'account.id',
        },
      },
      { id: 'later', when: { not: countryIs('CH') }, serve: { to: 0 } },
    ],
  })
  const configuration = compile(
    snapshotOf({
      flags: [needed, everything],
      layers: [{ key: 'home', seed: 'home' }],
      segments: [
        { key: 'staff', excluded: ['eve'], when: { attribute: 'mail', operator: 'ends with', operand: ['@us'] } },
      ],
    }),
  )

  test('is every step, in words', () => {
    const context = { targetingKey: 'anna', country: 'FR', mail: 'anna@us', account: { id: 'acme' } }
    const { answer, steps } = explain(configuration, 'everything', context)
    const unknown: ExplainedCondition = { kind: 'segment', segment: 'nowhere', verdict: 'not looked at' }
    expect(steps).toEqual([
      { step: 'switch', state: 'on' },
      {
        step: 'prerequisite',
        flag: 'needed',
        variations: ['off'],
        given: 'off',
        met: true,
        steps: [{ step: 'switch', state: 'off' }],
      },
      { step: 'layer', layer: 'home', from: 0, to: 100_000, unit: 'anna', position: expect.any(Number), inside: true },
      {
        step: 'rule',
        rule: 'germans',
        verdict: 'false',
        when: {
          kind: 'all',
          verdict: 'false',
          parts: [
            { kind: 'attribute', attribute: 'country', operator: 'is', operand: 'DE', verdict: 'false', found: 'FR' },
            { kind: 'attribute', attribute: 'age', operator: 'number >=', operand: 18, verdict: 'not looked at' },
          ],
        },
      },
      {
        step: 'rule',
        rule: 'staff',
        verdict: 'true',
        when: {
          kind: 'any',
          verdict: 'true',
          parts: [
            {
              kind: 'segment',
              segment: 'staff',
              verdict: 'true',
              way: 'condition',
              when: {
                kind: 'attribute',
                attribute: 'mail',
                operator: 'ends with',
                operand: ['@us'],
                verdict: 'true',
                found: 'anna@us',
              },
            },
            { kind: 'not', verdict: 'not looked at', parts: [unknown] },
            { kind: 'attribute', attribute: 'country', operator: 'is', operand: 'AT', verdict: 'not looked at' },
          ],
        },
      },
      {
        step: 'rule',
        rule: 'later',
        verdict: 'not looked at',
        when: {
          kind: 'not',
          verdict: 'not looked at',
          parts: [{ kind: 'attribute', attribute: 'country', operator: 'is', operand: 'CH', verdict: 'not looked at' }],
        },
      },
      {
        step: 'serve',
        rule: 'staff',
        by: 'account.id',
        unit: 'acme',
        rollout: {
          percent: 60,
          below: 2_576_980_378,
          position: answer.position,
          inside: (answer.position ?? 0) < 2_576_980_378,
          otherwise: 'off',
        },
        split: {
          ...(answer.variation !== 'off' && { position: expect.any(Number) }),
          slices: [
            { below: 2_147_483_648, variation: 'on' },
            { below: 4_294_967_296, variation: 'blue' },
          ],
        },
        variation: answer.variation,
      },
    ])
  })

  test('what cannot be judged says so, and a list that settles a segment is named', () => {
    const context = { targetingKey: 'eve', country: 'FR', mail: 'eve@us' }
    const rules = explain(configuration, 'everything', context).steps.filter((step) => step.step === 'rule')
    expect(rules[1]?.verdict).toBe('cannot be judged')
    expect(rules[1]?.when).toMatchObject({
      parts: [
        { segment: 'staff', verdict: 'false', way: 'excluded' },
        { kind: 'not', verdict: 'cannot be judged', parts: [{ segment: 'nowhere', way: 'unknown segment' }] },
        { attribute: 'country', verdict: 'false', found: 'FR' },
      ],
    })
  })

  test('an unknown flag, a malformed one and no context have no steps to show', () => {
    const broken = compile(snapshotOf({ flags: [flagOf({ key: 'broken', serve: { to: 9 } }), everything] }))
    expect(explain(broken, 'nothing', 'anna')).toEqual({ answer: evaluate(broken, 'nothing', 'anna'), steps: [] })
    expect(explain(broken, 'broken', 'anna').steps).toEqual([])
    expect(explain(broken, 'everything', null as unknown as Context).steps).toEqual([])
  })

  test('a prerequisite that is unknown or closes a circle was not looked at', () => {
    const circular = compile(
      snapshotOf({
        flags: [
          flagOf({ key: 'a', prerequisites: [{ flag: 'b', variations: [0] }] }),
          flagOf({ key: 'b', prerequisites: [{ flag: 'a', variations: [1] }] }),
        ],
      }),
    )
    expect(explain(circular, 'a', 'anna').steps).toEqual([
      { step: 'switch', state: 'on' },
      {
        step: 'prerequisite',
        flag: 'b',
        variations: ['off'],
        given: 'off',
        met: true,
        steps: [
          { step: 'switch', state: 'on' },
          { step: 'prerequisite', flag: 'a', variations: ['on'], met: false, steps: [] },
        ],
      },
      { step: 'serve', rule: 'everyone-else', variation: 'on' },
    ])
  })
})
