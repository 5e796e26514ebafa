import type { Snapshot, WireFlag, WireSegment } from '@rampart/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pastOf, toldAt, withUndo } from './past.ts'
import { difference, undoOf } from './patch.ts'

type State = Readonly<Record<string, number>>

/** A flag and a segment for each key, told apart by a number. */
function snapshotOf(state: State, revision: number): Snapshot {
  const keys = Object.keys(state).sort()
  return {
    format: 1,
    project: 'shop',
    environment: 'production',
    audience: 'server',
    revision,
    flags: keys.map((key): WireFlag => {
      const variations = ['off', 'on']
      const base = { key, version: state[key] ?? 0, type: 'boolean', hash: 'rampart-1', on: true, off: 0 } as const
      return { ...base, variations, values: [false, true], rules: [], serve: { to: 0 } }
    }),
    segments: keys.map((key): WireSegment => ({ key, included: [`${state[key]}`] })),
    layers: keys.map((key) => ({ key, seed: `${state[key]}` })),
    watches: [],
    salt: 'salt',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
  }
}

function history(snapshots: readonly [Snapshot, ...Snapshot[]]) {
  let [before] = snapshots
  let past = pastOf(before)
  for (const after of snapshots.slice(1)) {
    const patch = difference(before, after, { from: before.revision, urgent: false })
    if (patch !== undefined) past = withUndo(past, undoOf(patch, before))
    before = after
  }
  return { now: before, past }
}

test('every revision is told as it was, through whatever came, changed and went since', () => {
  const state = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.nat({ max: 2 }), {
    noNullPrototype: true,
  })
  fc.assert(
    fc.property(state, fc.array(state, { maxLength: 8 }), (first, later) => {
      const snapshots = later.map((each, index) => snapshotOf(each, 2 * index + 12))
      const { now, past } = history([snapshotOf(first, 10), ...snapshots])
      for (const [index, each] of [first, ...later].entries()) {
        const told = toldAt(now, past, 2 * index + 10)
        expect({ ...told, revision: 0 }).toEqual(snapshotOf(each, 0))
        // One that was not told by itself is as the one before it.
        if (index < later.length)
          expect({ ...toldAt(now, past, 2 * index + 11), revision: 0 }).toEqual(snapshotOf(each, 0))
      }
    }),
  )
})

test('what is to come, and what was before the beginning, is not known', () => {
  const { now, past } = history([snapshotOf({ a: 1 }, 10), snapshotOf({ a: 2 }, 12)])
  expect([9, 13].map((revision) => toldAt(now, past, revision))).toEqual([undefined, undefined])
})

test('two hundred changes are remembered, and the oldest is forgotten first', () => {
  const snapshots = Array.from({ length: 300 }, (_, index) => snapshotOf({ a: index }, index + 2))
  const { now, past } = history([snapshotOf({ a: -1 }, 1), ...snapshots])
  expect(past.undos).toHaveLength(200)
  expect(past.base).toBe(101)
  expect(toldAt(now, past, 100)).toBeUndefined()
  expect(toldAt(now, past, 101)?.flags[0]?.version).toBe(99)
})
