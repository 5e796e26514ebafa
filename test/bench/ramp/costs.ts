import { foldRows, judge, NOON, ramp } from '@rampart/server/testing'
import type { Row } from '../row.ts'

/*
 * What a look costs: row 17 of the goals. A ramp with five guards, after ten minutes at each of 1, 10 and 50%, in ticks of five seconds, as the
 * driver remembers them: the last half minute by itself, everything before put together. A time says something of the machine too: it is
 * told, and gates nothing.
 */

const GUARDS = ['a_error', 'b_error', 'c_error', 'd_error', 'e_error']
const TICK_MS = 5_000
const TICKS_PER_STEP = 120
/** Ticks that may still take something. */
const OPEN_TICKS = 6
const LOOKS = 500
const LIMIT_US = 20

export function costs(): readonly Row[] {
  const { at, rows } = halfAnHour()
  return [
    cost('17 a look, for each of five guards, after half an hour: median', () => judge(at, rows), LIMIT_US),
    // What is told to whoever has the page of the ramp open, and when the ramp moves.
    cost('17 the same with the figures, intervals and words that are shown: median', () =>
      JSON.stringify(judge(at, rows)),
    ),
  ]
}

function cost(goal: string, look: () => unknown, limitUs = Number.POSITIVE_INFINITY): Row {
  // A server has looked before.
  for (let n = 0; n < 10 * LOOKS; n += 1) look()
  const times = Array.from({ length: LOOKS }, () => {
    const start = performance.now()
    look()
    return ((performance.now() - start) * 1_000) / GUARDS.length
  })
  const median = times.toSorted((a, b) => a - b)[LOOKS >> 1] ?? Number.POSITIVE_INFINITY
  const limit = Number.isFinite(limitUs) ? `≤ ${limitUs} µs` : ''
  return { goal, measured: `${median.toFixed(1)} µs`, limit, ok: median <= limitUs }
}

function halfAnHour() {
  const percents = [1, 10, 50]
  const startOf = (i: number) => NOON + i * TICKS_PER_STEP * TICK_MS
  const publishes = percents.map((percent, i) => ({ seq: i + 1, step: i + 1, percent, at: startOf(i) }))
  const rows = percents.flatMap((percent, i) =>
    Array.from({ length: TICKS_PER_STEP }, (_, n) => {
      const tick = startOf(i) + n * TICK_MS
      const count = (metric: string, treatment: number, control: number) => {
        return { seq: i + 1, tick, metric, treatment, control }
      }
      const met = ['', '*'].map((name) => count(name, 5 * percent, 500 - 5 * percent))
      return [...met, ...GUARDS.map((guard) => count(guard, n % 3 === 0 ? 1 : 0, 5))]
    }).flat(),
  )
  const at = ramp({ guards: GUARDS }, { seq: 3, step: 3, publishes, tickMs: TICK_MS })
  const openFrom = startOf(percents.length) - OPEN_TICKS * TICK_MS
  const closed = rows.filter(({ tick }) => tick < openFrom)
  return { at, rows: [...foldRows(at, closed), ...rows.filter(({ tick }) => tick >= openFrom)] }
}
