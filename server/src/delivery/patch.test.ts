import type { Snapshot, Watch, WireFlag } from '@rampart/core'
import { describe, expect, test } from 'vitest'
import type { Change } from '../store/store.ts'
import { catchUp, difference } from './patch.ts'

function snapshot(rest: Partial<Snapshot>): Snapshot {
  return {
    format: 1,
    project: 'shop',
    environment: 'production',
    audience: 'server',
    revision: 5,
    flags: [],
    segments: [],
    layers: [],
    watches: [],
    salt: 'salt',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
    ...rest,
  }
}

function wire(key: string, rest: Partial<WireFlag> = {}): WireFlag {
  return {
    key,
    version: 1,
    type: 'boolean',
    hash: 'rampart-1',
    on: true,
    off: 0,
    variations: ['off', 'on'],
    values: [false, true],
    rules: [],
    serve: { to: 0 },
    ...rest,
  }
}

function watch(ramp: string, seq: number): Watch {
  return {
    ramp,
    seq,
    flag: 'a',
    rule: 'everyone-else',
    percent: 10,
    salt: 'k',
    controlSample: 1,
    tickMs: 10_000,
    metrics: [],
  }
}

function change(revision: number, rest: Partial<Change> = {}): Change {
  return { revision, at: 0, flags: [], segments: [], watches: [], urgent: false, ...rest }
}

describe('the difference of two snapshots', () => {
  test('what is new or different is sent whole, what is gone by its key, and the rest not at all', () => {
    const before = snapshot({
      flags: [wire('same'), wire('changed'), wire('gone')],
      segments: [{ key: 'staff', included: ['a'] }],
      layers: [{ key: 'pricing', seed: 'pricing' }],
      watches: [watch('r_1', 1), watch('r_2', 1)],
    })
    const after = snapshot({
      revision: 9,
      flags: [wire('same'), wire('changed', { on: false }), wire('new')],
      segments: [{ key: 'staff', included: ['a', 'b'] }],
      layers: [],
      watches: [watch('r_1', 2)],
    })
    expect(difference(before, after, { from: 4, urgent: true })).toEqual({
      format: 1,
      from: 4,
      revision: 9,
      upserts: {
        flags: [wire('changed', { on: false }), wire('new')],
        segments: [{ key: 'staff', included: ['a', 'b'] }],
        watches: [watch('r_1', 2)],
      },
      removals: { flags: ['gone'], layers: ['pricing'], watches: ['r_2'] },
      urgent: true,
    })
  })

  test('a revision that changes nothing for an audience is no patch', () => {
    const held = { flags: [wire('a')], watches: [watch('r_1', 1)] }
    const after = snapshot({ ...held, revision: 6, hints: { flushMs: 1, pollMs: 1, ackSpreadMs: 1 } })
    expect(difference(snapshot(held), after, { from: 5, urgent: true })).toBeUndefined()
  })
})

describe('what was missed', () => {
  const now = snapshot({
    revision: 9,
    flags: [wire('a'), wire('b'), wire('asks-a', { prerequisites: [{ flag: 'a', variations: [1] }] })],
    segments: [{ key: 'staff' }, { key: 'beta' }],
    layers: [{ key: 'pricing', seed: 'pricing' }],
    watches: [watch('r_1', 3)],
  })

  test.each<[string, readonly Change[], unknown]>([
    ['nothing', [change(6), change(7)], { upserts: { layers: now.layers }, removals: {} }],
    [
      'everything that was touched, as it is now, once',
      [change(6, { flags: ['b'], segments: ['staff'] }), change(7, { flags: ['b'], watches: ['r_1'] })],
      {
        upserts: {
          flags: [wire('b')],
          segments: [{ key: 'staff' }],
          layers: now.layers,
          watches: [watch('r_1', 3)],
        },
        removals: {},
      },
    ],
    [
      'what was touched and is no longer there',
      [change(6, { flags: ['deleted'], segments: ['old'], watches: ['r_0'] })],
      {
        upserts: { layers: now.layers },
        removals: { flags: ['deleted'], segments: ['old'], watches: ['r_0'] },
      },
    ],
    [
      'flags that name the variations of one that was touched by their index',
      [change(6, { flags: ['a'] })],
      { upserts: { flags: [now.flags[0], now.flags[2]], layers: now.layers }, removals: {} },
    ],
    [
      'that one of the changes was urgent',
      [change(6, { flags: ['b'], urgent: true }), change(7)],
      { upserts: { flags: [wire('b')], layers: now.layers }, removals: {}, urgent: true },
    ],
  ])('%s', (_, changes, missed) => {
    expect(catchUp(now, changes, 5)).toEqual({ format: 1, from: 5, revision: 9, ...Object(missed) })
  })
})
