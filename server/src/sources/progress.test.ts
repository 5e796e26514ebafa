import { describe, expect, test } from 'vitest'
import type { SourceState } from './figures.ts'
import { progress } from './progress.ts'
import type { Counter, Reading } from './reading.ts'

const NOON = Date.parse('2026-03-02T12:00:00.000Z')
const SECOND = 1000

const first = { key: 'http_5xx', take: 'first' } as const
const gauge = { key: 'cpu', take: 'gauge' } as const

function counters(events: number, total: number): Reading {
  const of = (counts: 'events' | 'total', value: number): Counter => ({
    id: counts,
    counts,
    bound: null,
    arm: 'treatment',
    instance: 'a',
    value,
  })
  return { kind: 'counters', counters: [of('events', events), of('total', total)] }
}

const failing: Reading = { kind: 'error', failure: 'timed_out', words: 'main did not answer within 10 s' }
const nothing: Reading = { kind: 'no_data', words: 'the value is NaN' }

/** Takes readings 15 s apart, and answers the states and rows of each. */
function run(readings: readonly Reading[], guard: typeof first | typeof gauge = first) {
  let before: SourceState | null = null
  return readings.map((reading, n) => {
    const taken = progress({
      guard,
      before,
      reading,
      at: NOON + n * 15 * SECOND,
      everyMs: 15 * SECOND,
      bounds: [],
      compares: true,
    })
    before = taken.state
    return taken
  })
}

const seconds = (at: number | null) => (at === null ? null : (at - NOON) / SECOND)

test('the first reading is where figures begin', () => {
  expect(run([counters(3, 100)])).toEqual([
    {
      state: {
        guard: 'http_5xx',
        version: 1,
        state: 'ok',
        since: NOON,
        askedAt: NOON,
        everyMs: 15_000,
        readAt: NOON,
        inARow: 0,
        windows: 0,
        withoutData: 0,
        failed: 0,
        late: 0,
        words: 'read for the first time; figures follow with the next reading',
        counters: { events: 3, total: 100 },
      },
      rows: [],
    },
  ])
})

test('each reading after it ends a window that begins where the last one ended', () => {
  const [, second, third] = run([counters(3, 100), counters(4, 150), counters(4, 150)])
  const windows = [second, third].map((taken) => taken?.rows.map(({ start, end }) => [seconds(start), seconds(end)]))
  expect(windows).toEqual([[[0, 15]], [[15, 30]]])
  expect(second?.rows[0]?.strata).toEqual([
    { instance: 'a', treatment: { events: 1, total: 50 }, control: { events: 0, total: 0 } },
  ])
  expect(third?.state).toMatchObject({ version: 3, windows: 2, readAt: NOON + 30_000 })
})

describe('a source that fails or lies', () => {
  test('adds nothing, is counted, and loses nothing that was counted meanwhile', () => {
    const taken = run([counters(3, 100), counters(4, 150), failing, nothing, failing, failing, counters(9, 400)])
    expect(taken.map(({ state }) => [state.state, state.inARow, state.failed, state.withoutData])).toEqual([
      ['ok', 0, 0, 0],
      ['ok', 0, 0, 0],
      ['error', 1, 1, 0],
      ['no_data', 2, 1, 1],
      ['error', 3, 2, 1],
      ['error', 4, 3, 1],
      ['ok', 0, 3, 1],
    ])
    expect(taken.slice(2, 6).flatMap(({ rows }) => rows)).toEqual([])
    const [row] = taken[6]?.rows ?? []
    expect([seconds(row?.start ?? 0), seconds(row?.end ?? 0), row?.strata[0]?.treatment]).toEqual([
      15,
      90,
      { events: 5, total: 250 },
    ])
  })

  test('is silent since the first reading that brought nothing, whether it failed or lied', () => {
    const since = run([counters(0, 0), failing, failing, nothing, nothing]).map(({ state }) => seconds(state.since))
    expect(since).toEqual([0, 15, 15, 15, 15])
  })

  test('before its first answer has still to begin', () => {
    const [, , third] = run([failing, failing, counters(9, 400)])
    expect(third).toMatchObject({ rows: [], state: { state: 'ok', windows: 0, failed: 2, readAt: NOON + 30_000 } })
  })
})

test('a sum over processes that fell is a window without data, and the next one begins anew', () => {
  const sum = (total: number): Reading => ({
    kind: 'counters',
    counters: [{ id: 'total', counts: 'total', bound: null, arm: 'control', instance: '', value: total }],
  })
  const [, second, third] = run([sum(900), sum(400), sum(450)])
  expect(second).toMatchObject({ rows: [], state: { state: 'no_data', withoutData: 1, readAt: NOON + 15_000 } })
  expect(third?.rows).toMatchObject([{ start: NOON + 15_000, strata: [{ control: { total: 50 } }] }])
})

test('counts of a time that was asked about are of that time', () => {
  const strata = [{ instance: '', treatment: { events: 1, total: 9 }, control: { events: 4, total: 90 } }]
  const [taken] = run([{ kind: 'window', from: NOON - 30_000, to: NOON - 1_000, strata }])
  expect(taken?.rows).toEqual([
    { guard: 'http_5xx', start: NOON - 30_000, end: NOON - 1_000, part: 0, strata, value: null },
  ])
  expect(taken?.state).toMatchObject({ readAt: NOON - 1_000, windows: 1 })
})

test('a gauge says nothing of the time in which it could not be read', () => {
  const value = (n: number): Reading => ({ kind: 'gauge', value: n })
  const taken = run([value(1), value(2), failing, value(3)], gauge)
  expect(taken.map(({ rows }) => rows.map((row) => [seconds(row.start), seconds(row.end), row.value]))).toEqual([
    [],
    [[0, 15, 2]],
    [],
    [[30, 45, 3]],
  ])
})
