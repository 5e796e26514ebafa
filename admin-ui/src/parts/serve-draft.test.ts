import type { Serve } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { evenedOut, serveDraftOf, serveOf, splitProblem } from './serve-draft.ts'

test('what is served can be written as it was', () => {
  const served: readonly Serve[] = [
    { variation: 'on' },
    { variation: 'on', rollout: { percent: 12.5, otherwise: 'off' }, by: 'account.id' },
    { split: { weights: { on: 33_333, off: 66_667 } } },
  ]
  expect(served.map((serve) => serveOf(serveDraftOf(serve, ['on', 'off', 'blue'])))).toEqual(served)
})

test('a split must be whole', () => {
  expect(splitProblem({ kind: 'split', weights: { on: 33.333, off: 66.667 } })).toBeUndefined()
  expect(splitProblem({ kind: 'split', weights: { on: 50, off: 40 } })).toBe(
    'The weights are 90% together; they must be 100%.',
  )
  expect(splitProblem({ kind: 'variation', weights: {} })).toBeUndefined()
})

test('the rest is spread over those that have some, and nobody goes below nothing', () => {
  expect(evenedOut({ a: 50, b: 25, c: 0 })).toEqual({ a: 62.5, b: 37.5, c: 0 })
  expect(evenedOut({ a: 0, b: 0, c: 0 })).toEqual({ a: 33.333, b: 33.333, c: 33.334 })
  expect(evenedOut({ a: 120, b: 10 })).toEqual({ a: 100, b: 0 })
})
