import { key } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { keyFrom } from './key-from-name.ts'

test('a name suggests a key that the server takes', () => {
  for (const name of ['New checkout flow', '  Größe: XL!  ', 'v2.1 (beta)', 'a'.repeat(300), '...x']) {
    expect(key.safeParse(keyFrom(name)).success, name).toBe(true)
  }
  expect(keyFrom('New checkout flow')).toBe('new-checkout-flow')
  expect(keyFrom('  Größe: XL!  ')).toBe('grosse-xl')
})

test('a name without any letter suggests nothing', () => {
  expect(keyFrom('!!!')).toBe('')
})
