import { useFlag } from '@rampart/browser/react'
import { createElement, type ReactElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createTestBrowserClient } from './browser-client.ts'
import { FlagsTestProvider } from './react.ts'

function Checkout(): ReactElement {
  return createElement('p', null, useFlag('new-checkout-flow', false) ? 'new checkout' : 'old checkout')
}

const shown = (props: Parameters<typeof FlagsTestProvider>[0]): string =>
  renderToString(createElement(FlagsTestProvider, props, createElement(Checkout)))

test('components see the flags of the test, or their fallbacks', () => {
  expect(shown({ flags: { 'new-checkout-flow': true } })).toBe('<p>new checkout</p>')
  expect(shown({ flags: { 'new-checkout-flow': false } })).toBe('<p>old checkout</p>')
  expect(shown({})).toBe('<p>old checkout</p>')
})

test('a client of the test’s own decides by whoever looks, and can be looked at', () => {
  const client = createTestBrowserClient(
    { 'new-checkout-flow': false },
    { context: { targetingKey: 'ana', plan: 'pro' } },
  )
  client.rule('new-checkout-flow', { when: { plan: 'pro' }, value: true })
  expect(shown({ client })).toBe('<p>new checkout</p>')
})
