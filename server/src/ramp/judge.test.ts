import { describe, expect, test } from 'vitest'
import type { TickRow } from '../store/store.ts'
import { assess, judge } from './judge.ts'
import type { StoredRamp } from './state.ts'
import { NOON, ramp, tick } from './testing/makers.ts'
import { move } from './transitions.ts'

const TICK = 5_000

function at(step: number, input: Parameters<typeof ramp>[0] = {}): StoredRamp {
  let current = ramp(input)
  for (let next = 2; next <= step; next += 1) {
    const transition = move(current, { kind: 'go_on', to: next }, NOON + (next - 1) * 60_000)
    if (transition.kind !== 'moved') throw new Error(transition.kind)
    current = transition.ramp
  }
  return current
}

function only(current: StoredRamp, rows: readonly TickRow[]) {
  const [evidence] = judge(current, rows).evidence
  if (evidence === undefined) throw new Error('there is no guard')
  return evidence
}

/** `n` equal ticks of a sequence. */
function ticks(
  n: number,
  seq: number,
  met: readonly [number, number],
  errors: readonly [number, number],
): readonly TickRow[] {
  return Array.from({ length: n }, (_, i) => tick(seq, NOON + (seq - 1) * 60_000 + i * TICK, met, errors)).flat()
}

describe('a guard compared with control', () => {
  test('trips on harm, with the numbers and a bound that holds at any time', () => {
    // of 131 users 26 failed, where control has 4.1%
    const evidence = only(ramp(), ticks(1, 1, [131, 13_100], [26, 537]))
    expect(evidence).toMatchObject({
      verdict: 'tripped',
      reaction: 'rollback',
      method: 'exact',
      needed: 100,
      treatment: { units: 131, events: 26 },
      control: { units: 13_100, events: 537 },
      change: { as: 'ratio', confidence: 0.99 },
    })
    expect(evidence.e).toBeGreaterThan(1e6)
    expect(evidence.words).toBe(
      'checkout_error: 4.1% of users without, 19.8% with (4.8×, 99% at any time: at least 1.9×), limit no worse; 131 users',
    )
  })

  test('goes on collecting while nothing is ruled out, and is clear when the step’s ratio is', () => {
    expect(only(ramp(), ticks(1, 1, [5, 500], [0, 20]))).toMatchObject({
      verdict: 'collecting',
      words: 'checkout_error: 4% of users without, 0% with (0×), limit no worse; 5 users; 5× is not ruled out yet',
    })
    expect(only(ramp(), ticks(12, 1, [20, 2_000], [1, 80]))).toMatchObject({ verdict: 'clear' })
  })

  test('says that nobody was met, which is neither good nor bad', () => {
    expect(only(ramp(), [])).toMatchObject({
      verdict: 'no_data',
      e: 1,
      ticks: null,
      words: 'checkout_error: no users met yet',
    })
    const silent = only(at(2), ticks(12, 1, [20, 2_000], [1, 80]))
    expect(silent.verdict).toBe('no_data')
    expect(silent.words).toContain('no users met in this step yet')
  })

  test('is not misled when the base rate moves while the share moves', () => {
    // Everybody fails 2% in the first hour and 20% in the second; added up, treatment would look far worse than control.
    const rows = [...ticks(12, 1, [20, 2_000], [0, 40]), ...ticks(12, 2, [200, 1800], [40, 360])]
    const evidence = only(at(2), rows)
    expect(evidence.verdict).not.toBe('tripped')
    expect(evidence.change?.value).toBeCloseTo(1, 1)
  })

  test('judges a late report by the share of its own sequence', () => {
    const current = at(2)
    const late = tick(1, NOON + 70_000, [20, 2_000], [4, 80])
    const asIfNew = tick(2, NOON + 70_000, [20, 2_000], [4, 80])
    expect(only(current, late).e).toBeGreaterThan(1)
    expect(only(current, late).e).not.toBeCloseTo(only(current, asIfNew).e, 3)
  })

  test('finds the same evidence in whatever order rows arrived', () => {
    const rows = [...ticks(12, 1, [20, 2_000], [2, 80]), ...ticks(12, 2, [200, 1800], [14, 72])]
    const backwards = [...rows].reverse()
    expect(judge(at(2), backwards)).toEqual(judge(at(2), rows))
  })

  test('begins anew where it was told to', () => {
    const rows = ticks(1, 1, [131, 13_100], [26, 537])
    const current = ramp({}, { restarts: [{ guard: 'checkout_error', from: NOON + TICK }] })
    expect(only(current, rows)).toMatchObject({ verdict: 'no_data', e: 1 })
  })

  test('does not judge outcomes in its settle time after a change of the share', () => {
    const slow = { metric: 'checkout_error', limit: { kind: 'no_worse', margin: 1 }, grace: 'PT30S' } as const
    const current = ramp({ guards: [slow] })
    expect(only(current, tick(1, NOON + 25_000, [131, 13_100], [26, 537])).e).toBe(1)
    expect(only(current, tick(1, NOON + 30_000, [131, 13_100], [26, 537])).verdict).toBe('tripped')
  })

  test('shares the budget with other guards, and needs that much more', () => {
    const two = ramp({ guards: ['checkout_error', 'order_failed'] })
    expect(only(two, []).needed).toBe(200)
  })

  test('that allows a ratio only holds the ramp when the event is common, where a margin is not exact', () => {
    const allowing = ramp({ guards: ['checkout_error<=1.5x'] })
    const common = only(allowing, ticks(5, 1, [200, 20_000], [190, 6_000]))
    expect(common).toMatchObject({ verdict: 'tripped', reaction: 'hold' })
    expect(common.words).toContain('more than a tenth of control had it')
    expect(only(allowing, ticks(5, 1, [200, 20_000], [80, 800]))).toMatchObject({
      verdict: 'tripped',
      reaction: 'rollback',
    })
  })
})

describe('a guard with a fixed limit', () => {
  const limited = ramp({ guards: ['checkout_error<5%'] })

  test('trips when treatment is over it and control is not', () => {
    const evidence = only(limited, ticks(1, 1, [200, 20_000], [40, 800]))
    expect(evidence).toMatchObject({ verdict: 'tripped', reaction: 'rollback', method: 'absolute', change: null })
    expect(evidence.words).toBe('checkout_error: 4% of users without, 20% with, limit below 5%; 200 users')
  })

  test('holds when control is over it too: something common to both is wrong', () => {
    const evidence = only(limited, ticks(1, 1, [200, 20_000], [40, 4_000]))
    expect(evidence).toMatchObject({ verdict: 'tripped', reaction: 'hold' })
    expect(evidence.words).toContain('control is over the limit too')
  })

  test('is clear while treatment keeps it', () => {
    expect(only(limited, ticks(1, 1, [200, 20_000], [6, 800]))).toMatchObject({ verdict: 'clear' })
    expect(only(limited, ticks(1, 1, [20, 2_000], [2, 80]))).toMatchObject({ verdict: 'collecting' })
  })
})

test('units in the step are all units met', () => {
  const { met, unitsInStep } = judge(ramp(), ticks(2, 1, [20, 400], [0, 0]))
  expect(met).toEqual({ treatment: 40, control: 800 })
  expect(unitsInStep).toBe(840)
})

test('rows of a sequence that the ramp never published are left out', () => {
  expect(judge(ramp(), ticks(3, 7, [500, 500], [400, 0]))).toEqual(judge(ramp(), []))
})

test('a guard stands as its evidence says, and so does the split, without what is only shown', () => {
  const guards = ['checkout_error', 'checkout_error<2%', 'checkout_error<=+0.5pp:warn', 'order>=0.9x']
  const current = at(2, { guards })
  for (const errors of [
    [0, 0],
    [1, 40],
    [60, 40],
  ] as const) {
    const rows = [...ticks(1, 1, [10, 990], errors), { seq: 2, tick: NOON, metric: '*', treatment: 60, control: 990 }]
    const { evidence, split } = judge(current, rows)
    const assessed = assess(current, rows)
    expect(assessed.guards.map(({ verdict, reaction, needed }) => ({ verdict, reaction, needed }))).toEqual(
      evidence.map(({ verdict, reaction, needed }) => ({ verdict, reaction, needed })),
    )
    expect(assessed.isSplitBroken).toBe(split.broken)
  }
})
