import { describe, expect, test } from 'vitest'
import { type Increase, increase, type Wanted } from './increase.ts'
import type { Counter } from './reading.ts'

const counting: Wanted = { bounds: [], compares: true }

/** Counters of one process: `[events, total]` by arm. */
function process(instance: string, treatment: readonly number[], control: readonly number[]): readonly Counter[] {
  const of = (arm: 'treatment' | 'control', [events, total]: readonly number[]): readonly Counter[] =>
    (['events', 'total'] as const).flatMap((counts) => {
      const value = counts === 'events' ? events : total
      return value === undefined || value === -1
        ? []
        : [{ id: `${counts} ${arm} ${instance}`, counts, bound: null, arm, instance, value }]
    })
  return [...of('treatment', treatment), ...of('control', control)]
}

function after(before: readonly Counter[], now: readonly Counter[], wanted = counting): Increase {
  return increase(now, increase(before, null, wanted).counters, wanted)
}

function strataAfter(before: readonly Counter[], now: readonly Counter[], wanted = counting) {
  const grown = after(before, now, wanted)
  return grown.kind === 'window' ? grown.parts : grown.kind
}

const count = (events: number, total: number) => ({ events, total })

describe('the first reading', () => {
  test('is where the first window begins, and says nothing of what was before', () => {
    expect(increase(process('a', [3, 40], [9, 900]), null, counting)).toEqual({
      kind: 'baseline',
      counters: { 'events treatment a': 3, 'total treatment a': 40, 'events control a': 9, 'total control a': 900 },
    })
  })
})

describe('the next reading', () => {
  test('gives what has happened in between, by process and arm', () => {
    const before = [...process('a', [3, 40], [9, 900]), ...process('b', [0, 50], [1, 800])]
    const now = [...process('a', [5, 60], [9, 1000]), ...process('b', [0, 60], [4, 900])]
    expect(strataAfter(before, now)).toEqual([
      [
        { instance: 'a', treatment: count(2, 20), control: count(0, 100) },
        { instance: 'b', treatment: count(0, 10), control: count(3, 100) },
      ],
    ])
  })

  test('puts processes without events together, since they compare nothing', () => {
    const before = ['a', 'b', 'c'].flatMap((name) => process(name, [1, 10], [1, 100]))
    const now = [
      ...process('a', [1, 20], [1, 200]),
      ...process('b', [1, 21], [1, 201]),
      ...process('c', [2, 20], [1, 200]),
    ]
    expect(strataAfter(before, now)).toEqual([
      [
        { instance: 'c', treatment: count(1, 10), control: count(0, 100) },
        { instance: '', treatment: count(0, 21), control: count(0, 201) },
      ],
    ])
  })

  test('takes what a restarted process shows for what it has counted since', () => {
    expect(strataAfter(process('a', [7, 500], [90, 9000]), process('a', [2, 20], [1, 150]))).toEqual([
      [{ instance: 'a', treatment: count(2, 20), control: count(1, 150) }],
    ])
  })

  test('does not take a copy of the source that is a little behind for a restart', () => {
    const first = after(process('a', [7, 500], [90, 9000]), process('a', [7, 498], [90, 8990]))
    expect(first).toMatchObject({
      kind: 'window',
      parts: [[{ treatment: count(0, 0), control: count(0, 0) }]],
      counters: { 'total treatment a': 500, 'total control a': 9000 },
    })
    expect(increase(process('a', [8, 510], [90, 9100]), first.counters, counting)).toMatchObject({
      parts: [[{ treatment: count(1, 10), control: count(0, 100) }]],
    })
  })

  test('takes a counter that came to be in a known process as begun from nothing', () => {
    expect(strataAfter(process('a', [-1, 40], [2, 400]), process('a', [3, 60], [2, 500]))).toEqual([
      [{ instance: 'a', treatment: count(3, 20), control: count(0, 100) }],
    ])
  })

  test('only looks at a process that is new to it, whose counters may be old', () => {
    const before = process('a', [1, 40], [2, 400])
    const now = [...process('a', [2, 60], [2, 500]), ...process('b', [70, 9000], [800, 90_000])]
    const first = after(before, now)
    expect(first).toMatchObject({
      kind: 'window',
      parts: [[{ instance: 'a', treatment: count(1, 20), control: count(0, 100) }]],
    })
    const later = [...process('a', [2, 60], [2, 500]), ...process('b', [71, 9010], [800, 90_100])]
    expect(increase(later, first.counters, counting)).toMatchObject({
      parts: [[{ instance: 'b', treatment: count(1, 10), control: count(0, 100) }, { instance: '' }]],
    })
  })

  test('lets a process that was away for a while go on where it was', () => {
    const a = (events: number, total: number) => process('a', [events, total], [0, 0])
    const b = (events: number, total: number) => process('b', [events, total], [0, 0])
    const away = after([...a(0, 0), ...b(5, 100)], a(1, 10))
    expect(increase([...a(1, 10), ...b(6, 130)], away.counters, counting)).toMatchObject({
      kind: 'window',
      parts: [[{ instance: 'b', treatment: count(1, 30) }, { treatment: count(0, 0) }]],
    })
  })

  test('has nothing to say when a sum over processes fell', () => {
    const grown = after(process('', [7, 500], [90, 9000]), process('', [7, 420], [90, 9100]))
    expect(grown).toMatchObject({ kind: 'lost', counters: { 'total treatment ': 420 } })
  })

  test('of a whole service stands under treatment, and has no control', () => {
    const wanted = { bounds: [], compares: false }
    expect(strataAfter(process('a', [7, 500], []), process('a', [9, 600], []), wanted)).toEqual([
      [{ instance: 'a', treatment: count(2, 100), control: null }],
    ])
  })
})

test('of a latency each bound has its own part: what took longer is what did not take at most so long', () => {
  const histogram = (quick: number, middling: number, total: number): readonly Counter[] =>
    (
      [
        ['at_most', 0.1, quick],
        ['at_most', 0.5, middling],
        ['total', null, total],
      ] as const
    ).map(([counts, bound, value]) => ({
      id: `${counts} ${bound}`,
      counts,
      bound,
      arm: 'treatment',
      instance: 'a',
      value,
    }))
  const grown = strataAfter(histogram(10, 20, 20), histogram(60, 110, 120), { bounds: [0.1, 0.5], compares: true })
  expect(grown).toEqual([
    [{ instance: 'a', treatment: count(50, 100), control: count(0, 0) }],
    [{ instance: 'a', treatment: count(10, 100), control: count(0, 0) }],
  ])
})

test('counters of processes that are long gone are forgotten when there are too many of them', () => {
  const many = Array.from({ length: 3_000 }, (_, n) => process(`old-${n}`, [0, 1], [])).flat()
  const { counters } = after(many, process('a', [0, 1], [0, 1]))
  expect(Object.keys(counters)).toHaveLength(4)
})
