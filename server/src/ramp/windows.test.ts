import { describe, expect, test } from 'vitest'
import type { StoredRamp } from './state.ts'
import { EVERY, figure, MINUTE, readGuard, watchedBy } from './testing/figures.ts'
import { NOON } from './testing/makers.ts'
import { windowsOf } from './windows.ts'

const reachedAt = (at: number) => ({ at, instances: 3, holding: 3, slowestMs: 100, behind: [] })

/** At 1% from noon, at 10% from a minute later, which every instance had after five seconds. */
const stepped: Pick<StoredRamp, 'publishes' | 'seq' | 'step'> = {
  seq: 2,
  step: 2,
  publishes: [
    { seq: 1, step: 1, percent: 1, at: NOON, reached: reachedAt(NOON) },
    { seq: 2, step: 2, percent: 10, at: NOON + MINUTE, reached: reachedAt(NOON + MINUTE + 5_000) },
  ],
}
const rows = Array.from({ length: 12 }, (_, n) => figure(n, [0, 1], [0, 9]))

function judged(guard = readGuard(), over: Partial<StoredRamp> = stepped) {
  return windowsOf(watchedBy([guard], over), guard, rows).map(({ start, publish, started }) => [
    (start - NOON) / EVERY,
    publish.seq,
    started,
  ])
}

describe('a window of figures', () => {
  test('counts for the publish that was served throughout it, once that had reached the fleet and a scrape was over', () => {
    expect(judged()).toEqual([
      [1, 1, 1],
      [2, 1, 1],
      [3, 1, 1],
      [6, 2, 2],
      [7, 2, 2],
      [8, 2, 2],
      [9, 2, 2],
      [10, 2, 2],
      [11, 2, 2],
    ])
  })

  test('that names its own time waits for no scrape', () => {
    const pushed = judged(readGuard({ source: { kind: 'pushed' } }))
    expect(pushed.map(([n]) => n)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11])
  })

  test('counts only after the settle time of its guard', () => {
    expect(judged(readGuard({ grace: 'PT45S' })).map(([n]) => n)).toEqual([9, 10, 11])
  })

  test('counts from the step on that its guard begins with, and from where its evidence began anew', () => {
    expect(judged(readGuard({ fromStep: 2 })).map(([n]) => n)).toEqual([6, 7, 8, 9, 10, 11])
    const restarts = [{ guard: 'http_5xx', from: NOON + 8 * EVERY }]
    expect(judged(readGuard(), { ...stepped, restarts }).map(([n]) => n)).toEqual([8, 9, 10, 11])
  })

  test('that a change of the share cuts in two counts for neither side', () => {
    const cut = stepped.publishes.map((publish) =>
      publish.seq === 2 ? { ...publish, at: NOON + 3.5 * EVERY } : publish,
    )
    expect(judged(readGuard(), { ...stepped, publishes: cut }).map(([n, seq]) => [n, seq])).toEqual([
      [1, 1],
      [2, 1],
      [6, 2],
      [7, 2],
      [8, 2],
      [9, 2],
      [10, 2],
      [11, 2],
    ])
  })

  test('counts for nothing while the publish has not reached the fleet', () => {
    const [first] = stepped.publishes
    expect(first).toBeDefined()
    const travelling = { seq: 1, step: 1, percent: 1, at: NOON }
    expect(judged(readGuard(), { publishes: [travelling] })).toEqual([])
  })

  test('of another guard is not this one’s', () => {
    const guard = readGuard({ key: 'other' })
    expect(windowsOf(watchedBy([guard]), guard, rows)).toEqual([])
  })
})
