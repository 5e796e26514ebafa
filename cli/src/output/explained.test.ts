import type { FlagExplanation } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { answerLine, traceLines } from './explained.ts'
import { paintFor } from './paint.ts'

const paint = paintFor('never', false, {})
const HALF = 2 ** 31

const full: FlagExplanation = {
  flag: 'checkout',
  answer: { value: 'b', variation: 'b', reason: 'rollout', rule: 'everyone-else', position: HALF },
  steps: [
    { step: 'switch', state: 'on' },
    {
      step: 'prerequisite',
      flag: 'base',
      variations: ['on'],
      given: 'on',
      met: true,
      steps: [
        { step: 'switch', state: 'on' },
        { step: 'serve', rule: 'everyone-else', variation: 'on' },
      ],
    },
    { step: 'layer', layer: 'prices', from: 20_000, to: 60_000, unit: 'u', position: HALF, inside: true },
    {
      step: 'rule',
      rule: 'staff',
      verdict: 'false',
      when: {
        kind: 'all',
        verdict: 'false',
        parts: [
          { kind: 'segment', segment: 'beta', verdict: 'false', way: 'excluded' },
          { kind: 'attribute', attribute: 'age', operator: 'number >=', operand: 18, verdict: 'not looked at' },
          { kind: 'attribute', attribute: 'email', operator: 'is', verdict: 'true' },
        ],
      },
    },
    {
      step: 'serve',
      rule: 'everyone-else',
      by: 'targetingKey',
      unit: 'u',
      rollout: { percent: 60, below: 0.6 * 2 ** 32, position: HALF, inside: true, otherwise: 'a' },
      split: {
        position: HALF,
        slices: [
          { below: HALF / 2, variation: 'a' },
          { below: 2 ** 32, variation: 'b' },
        ],
      },
      variation: 'b',
    },
  ],
  rules: [
    { id: 'old', name: 'Old one', paused: true },
    { id: 'staff', name: null, paused: false },
  ],
}

test('every kind of step has its line, nested where it lies within another', () => {
  expect(traceLines({ explanation: full, revision: 7, masked: ['email'] }, paint)).toEqual([
    '  ✔ switch on',
    '  ✔ needs base to give on   gives on',
    '    ✔ switch on',
    '    ▶ everyone else         → on',
    '  ✔ layer prices            position(u) = 50.000   in 20–60',
    '  ‖ rule 1 Old one          paused',
    '  ✖ rule 2 staff            all of',
    '    ✖ in segment beta       excluded by name',
    '    · age >= 18             not looked at',
    '    ✔ email is (private)    true, by a private value',
    '  ▶ everyone else           position(targetingKey=u) = 50.000   in 0–60   split at 50.000 of a 0–25, b 25–100   → b',
  ])
})

test('an error names its code, and a text with control characters stays on one line', () => {
  const broken = { ...full, answer: { value: undefined, reason: 'error', error: 'invalid_flag' } as const, steps: [] }
  expect(answerLine({ explanation: broken, revision: 7, masked: [] }, paint)).toBe('error   invalid_flag   rev 7')
  const odd = { ...full, answer: { value: 'a\nb', variation: 'x', reason: 'off' } as const }
  expect(answerLine({ explanation: odd, revision: 7, masked: [] }, paint)).toBe('x = "a\\nb"   off   rev 7')
})

test('without a unit nothing is placed, and the line says what is missing', () => {
  const steps = [
    {
      step: 'serve',
      rule: 'everyone-else',
      by: 'account.id',
      rollout: { percent: 10, below: 1, inside: false, otherwise: 'off' },
      variation: 'off',
    },
  ] as const
  expect(
    traceLines({ explanation: { ...full, steps: [...steps], rules: [] }, revision: 7, masked: [] }, paint),
  ).toEqual(['  ▶ everyone else   no account.id to place   → off'])
})
