import { expect, test } from 'vitest'
import { type Connection, connectionAfter, reconnectDelay } from './connection.ts'

const live: Connection = { kind: 'live' }

test('a lost stream is reconnecting, with data from the moment it was lost', () => {
  const lost = connectionAfter(live, { kind: 'lost' }, 1000)
  expect(lost).toEqual({ kind: 'reconnecting', dataFrom: 1000 })
  expect(connectionAfter(lost, { kind: 'lost' }, 9000)).toEqual(lost)
})

test('a server that answers keeps the data fresh, one that does not is offline with what we had', () => {
  const lost = connectionAfter(live, { kind: 'lost' }, 1000)
  const fresh = connectionAfter(lost, { kind: 'asked', answered: true }, 4000)
  expect(fresh).toEqual({ kind: 'reconnecting', dataFrom: 4000 })
  const offline = connectionAfter(fresh, { kind: 'asked', answered: false }, 8000)
  expect(offline).toEqual({ kind: 'offline', dataFrom: 4000 })
  expect(connectionAfter(offline, { kind: 'asked', answered: true }, 12_000)).toEqual({
    kind: 'reconnecting',
    dataFrom: 12_000,
  })
})

test('an open stream is live again, whatever was before, and a late answer does not undo it', () => {
  expect(connectionAfter({ kind: 'offline', dataFrom: 1 }, { kind: 'opened' }, 2)).toEqual(live)
  expect(connectionAfter(live, { kind: 'asked', answered: false }, 3)).toEqual(live)
})

test('the wait grows, is jittered and ends at ten seconds', () => {
  expect([0, 1, 2].map((n) => reconnectDelay(n, 0))).toEqual([250, 500, 1000])
  expect(reconnectDelay(50, 0.999)).toBeLessThanOrEqual(10_000)
  expect(reconnectDelay(50, 0)).toBe(5000)
})
