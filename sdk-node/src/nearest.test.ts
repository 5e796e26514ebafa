import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const KNOWN = ['checkout-v2', 'checkout', 'search-ranker', 'limits']

test.each([
  ['chekout', 'checkout'],
  ['checkout-v3', 'checkout-v2'],
  ['CHECKOUT', 'checkout'],
  ['searchRanker', 'search-ranker'],
  ['limit', 'limits'],
  ['payments', undefined],
  ['', undefined],
  ['x', undefined],
  ['x'.repeat(100_000), undefined],
])('%s was meant to be %s', (name, meant) => {
  expect(nearest(name, KNOWN)).toBe(meant)
})
