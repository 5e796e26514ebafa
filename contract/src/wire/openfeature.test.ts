import { expect, test } from 'vitest'
import { openFeatureReason } from './openfeature.ts'

test.each([
  ['killed', 'DISABLED'],
  ['off', 'DISABLED'],
  ['prerequisite', 'TARGETING_MATCH'],
  ['rule', 'TARGETING_MATCH'],
  ['layer', 'SPLIT'],
  ['rollout', 'SPLIT'],
  ['split', 'SPLIT'],
  ['override', 'STATIC'],
] as const)('what is "%s" here is %s there, whatever else the flag has', (ours, theirs) => {
  expect([openFeatureReason(ours, true), openFeatureReason(ours, false)]).toEqual([theirs, theirs])
})

test('what everyone gets is static where everyone gets the same, and a default where somebody might not', () => {
  expect([openFeatureReason('default', true), openFeatureReason('default', false)]).toEqual(['STATIC', 'DEFAULT'])
})
