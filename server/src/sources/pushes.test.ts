import type { Guard, PushedMeasurement } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { NOON, plan, ramp } from '../ramp/testing/makers.ts'
import { type Figures, noFigures } from './figures.ts'
import { sortPushes } from './pushes.ts'

const MINUTE = 60_000
const guard: Guard = {
  key: 'payment_failed',
  metric: 'payment_failed',
  take: 'first',
  source: { kind: 'pushed' },
  limit: { kind: 'no_worse', margin: 1 },
  reaction: 'hold',
  weight: 1,
  minUnits: null,
  fromStep: 1,
  grace: null,
}
const payments = ramp({}, { plan: { ...plan(), guards: [guard] } })

const iso = (at: number) => new Date(at).toISOString()

/** Figures of the minute that begins so many minutes after noon. */
function figure(minute: number, over: Partial<PushedMeasurement> = {}): PushedMeasurement {
  return {
    metric: 'payment_failed',
    start: iso(NOON + minute * MINUTE),
    end: iso(NOON + (minute + 1) * MINUTE),
    arm: 'treatment',
    events: 1,
    total: 40,
    ...over,
  } as PushedMeasurement
}

function push(figures: readonly PushedMeasurement[], at: number, known: Figures = noFigures) {
  const sorted = sortPushes(payments, figures, known, NOON + at)
  if (!sorted.ok) return `${sorted.at}: ${sorted.problem}`
  const changed = new Set(sorted.changes.flatMap(({ rows }) => rows.map(({ start }) => start)))
  const after: Figures = {
    rows: [...known.rows.filter((row) => !changed.has(row.start)), ...sorted.changes.flatMap(({ rows }) => rows)],
    states: sorted.changes.map(({ state }) => state),
  }
  return { outcomes: sorted.outcomes, after }
}

function after(figures: readonly PushedMeasurement[], at: number): Figures {
  const answer = push(figures, at)
  if (typeof answer === 'string') throw new Error(answer)
  return answer.after
}

describe('a pushed figure', () => {
  test('is added to its window, and its other arm joins it there', () => {
    const known = after([figure(0)], MINUTE)
    expect(known.rows).toEqual([
      {
        guard: 'payment_failed',
        start: NOON,
        end: NOON + MINUTE,
        part: 0,
        strata: [{ instance: '', treatment: { events: 1, total: 40 }, control: null }],
        value: null,
      },
    ])
    const both = push([figure(0, { arm: 'control', events: 9, total: 400 })], MINUTE + 5_000, known)
    expect(both).toMatchObject({
      outcomes: ['added'],
      after: {
        rows: [{ strata: [{ treatment: { events: 1, total: 40 }, control: { events: 9, total: 400 } }] }],
        states: [{ version: 2, state: 'ok', windows: 1, everyMs: MINUTE, readAt: NOON + MINUTE }],
      },
    })
  })

  test('is told by process where it names one', () => {
    const known = after([figure(0, { instance: 'b' }), figure(0, { instance: 'a' })], MINUTE)
    expect(known.rows[0]?.strata.map(({ instance }) => instance)).toEqual(['b', 'a'])
  })

  test('that is there already is repeated, and stays as it was', () => {
    const known = after([figure(0)], MINUTE)
    const again = push([figure(0, { events: 30 }), figure(0, { events: 31 })], MINUTE + 1, known)
    expect(again).toMatchObject({ outcomes: ['repeated', 'repeated'], after: { rows: known.rows } })
  })

  test('that comes twice in one push is added once', () => {
    expect(push([figure(0), figure(0, { events: 2 })], MINUTE)).toMatchObject({
      outcomes: ['added', 'repeated'],
      after: { rows: [{ strata: [{ treatment: { events: 1 } }] }] },
    })
  })

  test('is late when its window closed half a minute ago, or began before the ramp', () => {
    const known = after([figure(0)], MINUTE)
    const late = push([figure(0, { arm: 'control' }), figure(-1)], MINUTE + 30_001, known)
    expect(late).toMatchObject({
      outcomes: ['late', 'late'],
      after: { rows: known.rows, states: [{ state: 'ok', late: 2, windows: 1, readAt: NOON + MINUTE }] },
    })
    expect(push([figure(0, { arm: 'control' })], MINUTE + 30_000, known)).toMatchObject({ outcomes: ['added'] })
  })

  test.each([
    [{ metric: 'other' }, 'no guard of this ramp takes pushed figures of other'],
    [{ end: iso(NOON) }, 'the window must end after it starts'],
    [{ end: iso(NOON + 61 * MINUTE) }, 'the window must not be longer than an hour'],
    [{ end: iso(NOON + 3 * MINUTE) }, 'the window has not ended yet; push it when it has'],
    [{ events: 41 }, 'there cannot be more events than there are in total'],
  ])('with %j is refused', (over, problem) => {
    expect(push([figure(0, over)], MINUTE)).toBe(`0: ${problem}`)
  })

  test('of a window that overlaps with another is refused, and so is everything that came with it', () => {
    const known = after([figure(0)], MINUTE)
    const shifted = { start: iso(NOON + 30_000), end: iso(NOON + 90_000) }
    expect(push([figure(1), figure(0, shifted)], 2 * MINUTE, known)).toBe(
      '1: the window overlaps with the one from 12:00:00 UTC to 12:01:00 UTC',
    )
  })

  test('without arms is for a gauge, and for nothing else', () => {
    const value = { metric: 'payment_failed', start: iso(NOON), end: iso(NOON + MINUTE), value: 3 }
    expect(push([value], MINUTE)).toBe('0: payment_failed counts events: push events and total of an arm')
  })
})
