import type { Answer, WireFlag } from '@rampart/core'
import { expect, test } from 'vitest'
import { evaluationOf } from './evaluation.ts'

const around = 'demo/production'
const plain: WireFlag = {
  key: 'f',
  version: 3,
  type: 'boolean',
  hash: 'rampart-1',
  on: true,
  off: 0,
  variations: ['off', 'on'],
  values: [false, true],
  rules: [],
  serve: { to: 1 },
}
const rolledOut: WireFlag = { ...plain, serve: { to: 1, rollout: [10, 0] } }

test.each<[Answer['reason'], string]>([
  ['rule', 'TARGETING_MATCH'],
  ['prerequisite', 'TARGETING_MATCH'],
  ['layer', 'SPLIT'],
])('reason %s is %s, with its value', (reason, said) => {
  expect(evaluationOf(plain, { value: false, variation: 'off', reason }, around)).toMatchObject({
    reason: said,
    value: false,
  })
})

test('a killed or switched-off flag is disabled and has no value, so that the code’s own default holds', () => {
  const answer: Answer = { value: false, variation: 'off', reason: 'killed' }
  expect(evaluationOf(plain, answer, around)).toEqual({
    key: 'f',
    reason: 'DISABLED',
    variant: 'off',
    metadata: { reason: 'killed', flagSetId: 'demo/production', version: '3' },
  })
})

test('"default" is static where everyone gets the same, and default where somebody might not', () => {
  const answer: Answer = { value: true, variation: 'on', reason: 'default', rule: 'everyone-else' }
  expect(evaluationOf(plain, answer, around)).toMatchObject({ reason: 'STATIC', value: true, variant: 'on' })
  expect(evaluationOf(rolledOut, answer, around)).toMatchObject({ reason: 'DEFAULT' })
})

test('a rollout that found a unit is a split; one that found none misses its targeting key', () => {
  const decided: Answer = { value: true, variation: 'on', reason: 'rollout', rule: 'everyone-else', position: 7 }
  expect(evaluationOf(rolledOut, decided, around)).toMatchObject({
    reason: 'SPLIT',
    metadata: { rule: 'everyone-else' },
  })
  expect(evaluationOf(rolledOut, { value: false, variation: 'off', reason: 'rollout' }, around)).toMatchObject({
    errorCode: 'TARGETING_KEY_MISSING',
  })
})
