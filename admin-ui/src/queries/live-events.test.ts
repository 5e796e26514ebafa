import { expect, test } from 'vitest'
import { keys } from './keys.ts'
import { readLiveEvent, staleAfter } from './live-events.ts'

test('known events are read, and unknown or broken ones ignored', () => {
  expect(readLiveEvent('changed', '{"environment":"dev","revision":4,"flags":["a"],"segments":[]}')).toEqual({
    kind: 'changed',
    environment: 'dev',
    revision: 4,
    flags: ['a'],
    segments: [],
  })
  expect(readLiveEvent('ramp', '{"id":"r_1","environment":"dev","flag":"a"}')).toEqual({
    kind: 'ramp',
    id: 'r_1',
    environment: 'dev',
    flag: 'a',
  })
  expect(readLiveEvent('ping', '{}')).toBeUndefined()
  expect(readLiveEvent('approval', '{"environment":"dev"}')).toBeUndefined()
  expect(readLiveEvent('changed', '{"environment":')).toBeUndefined()
  expect(readLiveEvent('ramp', 'null')).toBeUndefined()
})

test('a change makes the list and what belongs to its flags old, and leaves other environments alone', () => {
  const stale = staleAfter('shop', { kind: 'changed', environment: 'dev', revision: 4, flags: ['a'], segments: [] })
  expect(stale).toContainEqual(keys.flags('shop'))
  expect(stale).toContainEqual(keys.config('shop', 'dev', 'a'))
  expect(stale).toContainEqual(keys.propagation('shop', 'dev', 'a'))
  expect(stale).not.toContainEqual(keys.config('shop', 'production', 'a'))
})

test('a ramp that moved makes itself, its flag and its log old', () => {
  const stale = staleAfter('shop', { kind: 'ramp', id: 'r_1', environment: 'dev', flag: 'a' })
  expect(stale).toContainEqual(keys.ramp('shop', 'r_1'))
  expect(stale).toContainEqual(keys.config('shop', 'dev', 'a'))
  expect(stale).toContainEqual(keys.auditOf('shop', 'ramp', 'r_1'))
})

test('the activity is as old as the newest event, and segments when one of them changed', () => {
  const change = { kind: 'changed', environment: 'dev', revision: 4, flags: [], segments: ['beta'] } as const
  expect(staleAfter('shop', change)).toContainEqual(keys.segments('shop'))
  expect(staleAfter('shop', { ...change, segments: [] })).not.toContainEqual(keys.segments('shop'))
  expect(staleAfter('shop', change)).toContainEqual(keys.activity('shop'))
})
