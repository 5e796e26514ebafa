import { expect, test } from 'vitest'
import { NOON, ramp, tick } from './testing/makers.ts'
import { ticksOf } from './ticks.ts'

const at = (ms: number): string => new Date(NOON + ms).toISOString()

const climbing = ramp(
  { steps: '1%:10s,50%:10s,100%' },
  {
    seq: 2,
    step: 2,
    tickMs: 10_000,
    publishes: [
      { seq: 1, step: 1, percent: 1, at: NOON },
      { seq: 2, step: 2, percent: 50, at: NOON + 15_000 },
    ],
  },
)

test('ticks are told by sequence, with what was published', () => {
  const rows = [
    ...tick(1, NOON, [10, 200], [1, 3]),
    ...tick(1, NOON + 10_000, [5, 90], [0, 2]),
    ...tick(2, NOON + 10_000, [40, 41]),
  ]
  expect(ticksOf(climbing, rows)).toEqual({
    ramp: 'r_1',
    stepMs: 10_000,
    publishes: [
      { seq: 1, step: 1, percent: 1, controlSample: 1, at: at(0), reached: null },
      { seq: 2, step: 2, percent: 50, controlSample: 1, at: at(15_000), reached: null },
    ],
    ticks: [
      {
        at: at(0),
        seq: 1,
        units: { treatment: 10, control: 200 },
        events: [{ metric: 'checkout_error', treatment: 1, control: 3 }],
      },
      {
        at: at(10_000),
        seq: 1,
        units: { treatment: 5, control: 90 },
        events: [{ metric: 'checkout_error', treatment: 0, control: 2 }],
      },
      {
        at: at(10_000),
        seq: 2,
        units: { treatment: 40, control: 41 },
        events: [{ metric: 'checkout_error', treatment: 0, control: 0 }],
      },
    ],
  })
})

test('a ramp in which nothing was counted has published, and no ticks', () => {
  expect(ticksOf(climbing, [])).toMatchObject({ stepMs: 10_000, ticks: [] })
})

test('a ramp of days is told in ticks that follow one another put together, and nothing is lost', () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => n).flatMap((n) =>
    tick(2, NOON + 20_000 + n * 10_000, [1, 2], [0, 1]),
  )
  const { stepMs, ticks } = ticksOf(climbing, rows)
  expect(stepMs).toBe(250_000)
  expect(ticks.length).toBeLessThanOrEqual(401)
  expect(ticks.reduce((sum, { units }) => sum + units.control, 0)).toBe(20_000)
  expect(ticks.reduce((sum, { events }) => sum + (events[0]?.control ?? 0), 0)).toBe(10_000)
})
