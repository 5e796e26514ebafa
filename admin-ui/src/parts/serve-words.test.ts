import { expect, test } from 'vitest'
import { sayServe } from './serve-words.ts'

test('what a rule gives is told in few words', () => {
  expect(sayServe({ variation: 'on' })).toBe('on')
  expect(sayServe({ variation: 'on', rollout: { percent: 10, otherwise: 'off' } })).toBe('on for 10%, else off')
  expect(sayServe({ split: { weights: { red: 50_000, blue: 50_000 } } })).toBe('red 50%, blue 50%')
})
