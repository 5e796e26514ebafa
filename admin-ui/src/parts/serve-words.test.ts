import { expect, test } from 'vitest'
import { sayServe, sayServed } from './serve-words.ts'

test('what a rule gives is told in few words', () => {
  expect(sayServe({ variation: 'on' })).toBe('on')
  expect(sayServe({ variation: 'on', rollout: { percent: 10, otherwise: 'off' } })).toBe('on for 10%, else off')
  expect(sayServe({ split: { weights: { red: 50_000, blue: 50_000 } } })).toBe('red 50%, blue 50%')
})

test('what will be served is told whole', () => {
  const rule = { id: 'r', name: null, paused: false, when: { segment: 'beta' }, serve: { variation: 'on' } }
  expect(sayServed({ rules: [], everyoneElse: { variation: 'on' } })).toBe('Everyone gets on')
  expect(sayServed({ rules: [], everyoneElse: { variation: 'on', rollout: { percent: 10, otherwise: 'off' } } })).toBe(
    '10% get on, the rest get off',
  )
  expect(sayServed({ rules: [rule, { ...rule, paused: true }], everyoneElse: { variation: 'off' } })).toBe(
    '1 rule, then everyone else gets off',
  )
})
