import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const FLAGS = ['checkout', 'new-checkout-flow', 'promo-banner', 'a', 'b']

test.each([
  ['chekcout', 'checkout'],
  ['Checkout', 'checkout'],
  ['new-checkout-flw', 'new-checkout-flow'],
  ['promobanner', 'promo-banner'],
  ['search', undefined],
  ['', 'a'],
  ['checkouts-of-yesterday', undefined],
])('%j was meant to be %j', (name, meant) => {
  expect(nearest(name, FLAGS)).toBe(meant)
})
