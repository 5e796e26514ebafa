import { judge, NOON, ramp } from '@rampart/server/testing'
import { type Case, medianRow, NEVER } from '../case.ts'

/*
 * What a look costs: row 17 of the goals. A ramp with five guards, after ten minutes at each of 1, 10 and 50%, in ticks of five seconds of which
 * every one is still stored by itself.
 */

const GUARDS = ['a_error', 'b_error', 'c_error', 'd_error', 'e_error']
const TICK_MS = 5_000
const TICKS_PER_STEP = 120
/** A look of one time is a look that was interrupted, or not. */
const LOOKS = 200

const goal = '17 a look, for each of five guards, after half an hour: median'

export const COSTS: readonly Case[] = [
  {
    name: goal,
    ramps: 10,
    one: () => {
      const { at, rows } = halfAnHour()
      const times = Array.from({ length: LOOKS }, () => {
        const start = performance.now()
        judge(at, rows)
        return ((performance.now() - start) * 1_000) / GUARDS.length
      })
      return [times.toSorted((a, b) => a - b)[LOOKS >> 1] ?? NEVER]
    },
    rows: (samples, rule) => [medianRow(samples, ([us = NEVER]) => us, { goal, limit: 20, unit: 'µs' }, rule)],
  },
]

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
  return { at: ramp({ guards: GUARDS }, { seq: 3, step: 3, publishes, tickMs: TICK_MS }), rows }
}
