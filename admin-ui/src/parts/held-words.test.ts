import type { Instance } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { byNeed, newestOf, sayHeld } from './held-words.ts'

const instance = (name: string, revision: number | null, connected = true): Instance => ({
  instance: name,
  app: { name },
  sdk: { name: '@rampart/node', version: '0.1.0' },
  connected,
  revision,
  seenAt: '2026-11-25T10:00:00.000Z',
})

test('what is newest is what anybody has', () => {
  expect(newestOf(41, [])).toBe(41)
  expect(newestOf(41, [instance('a', 42), instance('b', null)])).toBe(42)
})

test('how far an instance is behind is said in revisions', () => {
  expect(sayHeld(41, 41)).toBe('revision 41')
  expect(sayHeld(39, 41)).toBe('2 behind, at 39')
  expect(sayHeld(null, 41)).toBe('has not said what it holds')
})

test('those behind come first, those that are gone last', () => {
  const listed = byNeed([
    instance('gone', 3, false),
    instance('b', 41),
    instance('a', 41),
    instance('behind', 40),
    instance('silent', null),
  ])
  expect(listed.map(({ instance: name }) => name)).toEqual(['silent', 'behind', 'a', 'b', 'gone'])
})
