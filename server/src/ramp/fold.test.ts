import { describe, expect, test } from 'vitest'
import type { TickRow } from '../store/store.ts'
import { type FoldedRow, foldRows } from './fold.ts'
import { judge } from './judge.ts'
import type { StoredRamp } from './state.ts'
import { binomial, chance } from './testing/chance.ts'
import { NOON, ramp } from './testing/makers.ts'

const TICK = 10_000
const GUARDS = [
  'checkout_error',
  'checkout_error<=+0.5pp',
  'timeout<2%:hold',
  'order>=1x',
  { metric: 'refused', limit: { kind: 'ratio', max: 1.5 }, grace: '30s' },
] as const
const METRICS = ['', '*', 'checkout_error', 'timeout', 'order', 'refused', 'checkout_error!', 'checkout_error?']

/** A ramp that has been at 1%, at 10% and at 1% again, with a guard that began anew and units that were halved once. */
function travelled(of: number): StoredRamp {
  const at = (n: number) => NOON + n * TICK
  const publish = (seq: number, step: number, percent: number, n: number) => ({ seq, step, percent, at: at(n) + 3_000 })
  return ramp(
    { guards: [...GUARDS] },
    {
      seq: 3,
      step: 1,
      percent: { before: 0, reached: 10, now: 1 },
      publishes: [publish(1, 1, 1, 0), publish(2, 2, 10, of / 3), publish(3, 1, 1, (2 * of) / 3)],
      restarts: [{ guard: 'checkout_error', from: at(Math.round(of / 2)) }],
      halved: [at(Math.round(of / 4))],
    },
  )
}

/** What came in, with reports of an earlier step for a while after each change. */
function rowsOf({ publishes }: StoredRamp, ticks: number, seed: number): readonly TickRow[] {
  const random = chance(seed)
  return Array.from({ length: ticks }, (_, n) => NOON + n * TICK).flatMap((tick) => {
    const served = publishes.filter(({ at }) => at < tick + TICK).slice(-2)
    return served.flatMap(({ seq, percent }) =>
      METRICS.map((metric, i): TickRow => {
        const share = percent / 100
        const [treatment, control] = [binomial(500, share, random), binomial(500, 1 - share, random)]
        const rate = i < 2 ? 1 : 0.05
        return {
          seq,
          tick,
          metric,
          treatment: binomial(treatment, rate, random),
          control: binomial(control, rate, random),
        }
      }),
    )
  })
}

/** The rows as a driver remembers them: folded again and again while they come in. */
function foldedInParts(of: StoredRamp, rows: readonly TickRow[], parts: number): readonly FoldedRow[] {
  const ticks = [...new Set(rows.map(({ tick }) => tick))]
  let folded: readonly FoldedRow[] = []
  for (let n = 0; n < parts; n += 1) {
    const some = new Set(ticks.slice((n * ticks.length) / parts, ((n + 1) * ticks.length) / parts))
    folded = foldRows(of, [...folded, ...rows.filter(({ tick }) => some.has(tick))])
  }
  return folded
}

describe('rows that are put together', () => {
  test.each([1, 2, 3, 4, 5])('are judged as they were apart, in whatever parts they came (%i)', (seed) => {
    const of = travelled(90)
    const rows = rowsOf(of, 90, seed)
    const apart = judge(of, rows)
    for (const parts of [1, 7, 90]) {
      const folded = foldedInParts(of, rows, parts)
      expect(folded.length).toBeLessThan(rows.length / 5)
      const together = judge(of, folded)
      expect(together).toEqual({
        ...apart,
        evidence: apart.evidence.map((evidence, i) => ({
          ...evidence,
          // shown with six digits: sums in another order may differ in the last one
          e: expect.closeTo(evidence.e, Math.max(0, 4 - Math.ceil(Math.log10(Math.max(evidence.e, 1e-9))))),
          ticks: together.evidence[i]?.ticks,
        })),
      })
      for (const [i, { ticks }] of apart.evidence.entries())
        expect(together.evidence[i]?.ticks).toMatchObject({ from: ticks?.from, to: ticks?.to })
    }
  })

  test('are as few after a day as after an hour', () => {
    const hour = travelled(360)
    const day = travelled(8_640)
    expect(foldRows(day, rowsOf(day, 8_640, 1)).length).toBe(foldRows(hour, rowsOf(hour, 360, 1)).length)
  })

  test('say how many ticks they are, and when somebody was met last', () => {
    const row = (tick: number, metric: string, treatment: number): TickRow => ({
      seq: 1,
      tick,
      metric,
      treatment,
      control: 0,
    })
    const rows = [row(NOON, '', 1), row(NOON + TICK, '', 2), row(NOON + 3 * TICK, 'checkout_error', 1)]
    const folded = foldRows(ramp(), rows)
    expect(folded).toEqual([
      { seq: 1, tick: NOON, metric: '', treatment: 3, control: 0, last: NOON + TICK, ticks: 3 },
      { seq: 1, tick: NOON, metric: 'checkout_error', treatment: 1, control: 0, last: NOON + 3 * TICK, ticks: 3 },
    ])
    expect(judge(ramp(), folded).lastMet).toBe(NOON + TICK)
    expect(foldRows(ramp(), folded)).toEqual(folded)
  })

  test('stay apart where a mean with an allowed drop is judged tick by tick', () => {
    const of = ramp({ guards: ['mean(order_value)>=-5%'] })
    const rows = rowsOf(of, 30, 1)
    expect(foldRows(of, rows)).toBe(rows)
  })
})
