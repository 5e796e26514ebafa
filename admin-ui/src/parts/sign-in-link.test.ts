import { expect, test } from 'vitest'
import { safeNext, tokenIn } from './sign-in-link.ts'

test('a token is found in a link, in a part of a link, and alone', () => {
  expect(tokenIn(' http://localhost:4280/sign-in?token=abc_123 \n')).toBe('abc_123')
  expect(tokenIn('/sign-in?next=%2F&token=abc_123')).toBe('abc_123')
  expect(tokenIn('abc_123')).toBe('abc_123')
})

test('anything else is no token', () => {
  expect([tokenIn(''), tokenIn('http://localhost:4280/'), tokenIn('two words')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('signing in leads back to our own pages only', () => {
  expect(safeNext('/p/shop/flags?q=a')).toBe('/p/shop/flags?q=a')
  expect(
    ['//evil.example', '/\\evil.example', 'https://evil.example', '/sign-in?next=/', undefined].map(safeNext),
  ).toEqual(Array(5).fill('/'))
})
