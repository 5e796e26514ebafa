import { describe, expect, test } from 'vitest'
import type { TickRow } from '../../store/store.ts'
import { judge } from '../judge.ts'
import type { PlanInput } from '../plan.ts'
import type { StoredRamp } from '../state.ts'
import { NOON, ramp, tick } from '../testing/makers.ts'

/** A row of one tick of the first sequence. */
function row(metric: string, treatment: number, control: number, over: Partial<TickRow> = {}): TickRow {
  return { seq: 1, tick: NOON, metric, treatment, control, ...over }
}

function only(
  guard: NonNullable<PlanInput['guards']>[number],
  rows: readonly TickRow[],
  over: Partial<StoredRamp> = {},
) {
  const [evidence] = judge(ramp({ guards: [guard] }, over), rows).evidence
  if (evidence === undefined) throw new Error('there is no guard')
  return evidence
}

describe('what must not fall', () => {
  const met = row('', 1_000, 99_000)

  test('trips when units with the new variation have it less often, and holds', () => {
    const evidence = only('order>=0.95x', [met, row('order', 12, 6_000)])
    expect(evidence).toMatchObject({ verdict: 'tripped', reaction: 'hold', method: 'exact' })
    expect(evidence.words).toMatch(
      /^order: 6\.1% of users without, 1\.2% with \(0\.2×, 99% at any time: at most 0\.\d+×\), limit at least 0\.95×/,
    )
  })

  test('takes the ramp back when it is asked to, is clear when a fall is ruled out, and else collects', () => {
    expect(only('order>=0.95x:rollback', [met, row('order', 12, 6_000)]).reaction).toBe('rollback')
    expect(only('order>=0.95x', [met, row('order', 60, 6_000)])).toMatchObject({ verdict: 'clear' })
    expect(only('order>=0.95x', [met, row('order', 1, 90)])).toMatchObject({ verdict: 'collecting' })
  })

  test('only holds where the event is common, since a margin is not exact there', () => {
    const evidence = only('order>=0.95x:rollback', [met, row('order', 50, 30_000)])
    expect(evidence).toMatchObject({ verdict: 'tripped', reaction: 'hold' })
    expect(evidence.words).toContain('more than a tenth of control had it')
  })
})

describe('a limit in points', () => {
  test('trips beyond the distance, with it and its bound', () => {
    const evidence = only('checkout_error<=+0.5pp', tick(1, NOON, [2_000, 198_000], [100, 1_980]))
    expect(evidence).toMatchObject({
      verdict: 'tripped',
      reaction: 'rollback',
      method: 'score',
      change: { as: 'points' },
    })
    expect(evidence.change?.value).toBeCloseTo(0.04, 6)
    expect(evidence.words).toMatch(
      /1% of users without, 5% with \(\+4pp, 99% at any time: at least \+\d\.\d+pp\), limit at most \+0\.5pp/,
    )
  })

  test('does not within it', () => {
    expect(only('checkout_error<=+0.5pp', tick(1, NOON, [2_000, 198_000], [28, 1_980])).verdict).not.toBe('tripped')
  })
})

describe('a latency', () => {
  const thresholds = [100, 300, 900].map((bound) => ({ bound, baseline: 0.1, limit: 1.1 }))
  const frozen = [{ guard: 'checkout_ms', at: NOON, values: 500, from: 'before' as const, thresholds }]
  const slow = 'checkout_ms'
  const SLOW: PlanInput['guards'] = [{ metric: slow, take: 'slow', limit: { kind: 'no_worse', margin: 1.1 } }]
  const rows = (tail: number, over: Partial<TickRow> = {}) => [
    row('', 1_000, 99_000, over),
    row(`${slow}>0`, 1_000, 99_000, over),
    row(`${slow}>1`, 500, 49_500, over),
    row(`${slow}>2`, 100, 9_900, over),
    row(`${slow}>3`, tail, 990, over),
  ]
  const judged = (all: readonly TickRow[], over: Partial<StoredRamp> = {}) => {
    const [evidence] = judge(ramp({ guards: SLOW }, { frozen, ...over }), all).evidence
    if (evidence === undefined) throw new Error('there is no guard')
    return evidence
  }

  test('trips on the threshold that is exceeded more often, and names it', () => {
    const evidence = judged(rows(80))
    expect(evidence).toMatchObject({
      verdict: 'tripped',
      reaction: 'rollback',
      treatment: { units: 1_000, events: 80 },
    })
    expect(evidence.words).toContain('checkout_ms slower than 900: 1% of users without, 8% with (8×')
  })

  test('is clear when every threshold has its harm ruled out', () => {
    expect(judged(rows(10))).toMatchObject({ verdict: 'clear' })
    expect(judged([row('', 10, 990), row(`${slow}>0`, 10, 990)])).toMatchObject({ verdict: 'collecting' })
    expect(judged([row('', 10, 990)])).toMatchObject({ verdict: 'no_data' })
  })

  test('is never added up over steps: each has evidence of its own, at its own part', () => {
    const second = {
      step: 2,
      seq: 2,
      publishes: [
        { seq: 1, step: 1, percent: 1, at: NOON },
        { seq: 2, step: 2, percent: 10, at: NOON + 60_000 },
      ],
    }
    const here = [row(`${slow}>0`, 1_000, 9_000, { seq: 2 }), row(`${slow}>3`, 16, 90, { seq: 2 })]
    const before = [row(`${slow}>0`, 1_000, 99_000), row(`${slow}>3`, 17, 990)]
    const [alone, both, first] = [here, [...before, ...here], before].map((all) => judged(all, second).e)
    expect(both).toBe(Math.max(alone ?? 0, first ?? 0))
  })

  test('waits for its thresholds, and says so', () => {
    expect(judged(rows(80), { frozen: [] })).toMatchObject({
      verdict: 'collecting',
      words: 'checkout_ms: what it compares with is taken from the first 200 values, which are not there yet',
    })
  })
})

describe('a mean', () => {
  const frozen = [
    { guard: 'order_value', at: NOON, values: 500, from: 'before' as const, amounts: { scale: 50, cap: 100 } },
  ]
  const met = row('', 1_000, 99_000)
  const amounts = (nothing: readonly [number, number], bought: readonly [number, number]) => [
    met,
    row('order_value=0', ...nothing),
    row('order_value=100', ...bought),
  ]

  test('trips when units come to less, exactly, without a margin', () => {
    const evidence = only('mean(order_value)', amounts([970, 89_000], [30, 10_000]), { frozen })
    expect(evidence).toMatchObject({ verdict: 'tripped', reaction: 'hold', method: 'tilt', change: { as: 'percent' } })
    expect(evidence.control.mean).toBeCloseTo(5.05, 2)
    expect(evidence.treatment.mean).toBe(1.5)
    expect(evidence.words).toMatch(/^order_value: 5\.1 on average without, 1\.5 with \(−70\.3%/)
  })

  test('with a margin needs a large sample, and leaves the bake out', () => {
    const ticks = Array.from({ length: 40 }, (_, i) =>
      amounts([97, 8_900], [3, 1_000]).map((one) => ({ ...one, tick: NOON + i * 5_000 })),
    ).flat()
    expect(only('mean(order_value)>=-5%', ticks, { frozen })).toMatchObject({ verdict: 'tripped', method: 'mean' })
    const baking = { frozen, publishes: [{ seq: 1, step: 4, percent: 99, at: NOON }], step: 4 }
    expect(only('mean(order_value)>=-5%', ticks, baking).e).toBe(1)
  })

  test('says when the first units have had their time', () => {
    expect(only('mean(order_value)', [met], { frozen })).toMatchObject({
      verdict: 'collecting',
      words: 'order_value: the time of the first users is over at 13:00:00 UTC',
    })
    expect(only('mean(order_value)', [], { frozen })).toMatchObject({ verdict: 'no_data' })
  })
})

describe('the split', () => {
  const run = (treatment: number, control: number) => judge(ramp(), [row('*', treatment, control)]).split

  test('is fine when units come in the configured shares', () => {
    expect(run(1_000, 99_000)).toEqual({ broken: false, skewed: false, expected: 0.01, found: 0.01, both: 0 })
  })

  test('is broken when the new variation loses units', () => {
    expect(run(700, 99_300)).toMatchObject({ broken: true, expected: 0.01, found: 0.007 })
  })

  test('is broken when more than a hundredth of all was met in both arms, which is not taken for harm', () => {
    const mixed = (both: number, met = 1_000) =>
      judge(ramp(), [row('', 0, met), row('*', met / 100, met - met / 100), row('*both', 0, both)]).split
    expect(mixed(11)).toMatchObject({ broken: true, skewed: false, both: 0.011 })
    expect(mixed(10)).toMatchObject({ broken: false, both: 0.01 })
    expect(mixed(4, 100)).toMatchObject({ broken: false, both: 0 })
  })

  test('begins anew where a person let the ramp go on', () => {
    const restarts = [{ guard: '*split', from: NOON + 5_000 }]
    expect(judge(ramp({}, { restarts }), [row('*', 700, 99_300)]).split.broken).toBe(false)
  })
})

test('a guard of which more than a fifth of the outcomes had no unit judges nothing, and a trip of it only holds', () => {
  const outcomes = [row('checkout_error!', 0, 60), row('checkout_error?', 0, 40)]
  const quiet = only('checkout_error', [...tick(1, NOON, [200, 19_800], [2, 200]), ...outcomes])
  expect(quiet).toMatchObject({ verdict: 'error', words: expect.stringContaining('came without a unit') })
  const harm = only('checkout_error', [...tick(1, NOON, [131, 13_100], [26, 537]), ...outcomes])
  expect(harm).toMatchObject({ verdict: 'tripped', reaction: 'hold' })
})

test('a guard of browsers is judged by what browsers say, and by nothing else', () => {
  const guard = {
    metric: 'checkout_error',
    limit: { kind: 'no_worse', margin: 1 },
    source: { kind: 'sdk', from: 'browser' },
  } as const
  expect(only(guard, tick(1, NOON, [131, 13_100], [26, 537]))).toMatchObject({ verdict: 'no_data', e: 1 })
  const browsers = tick(1, NOON, [131, 13_100], [26, 537]).map((one) => ({ ...one, metric: `~${one.metric}` }))
  expect(only(guard, browsers)).toMatchObject({ verdict: 'tripped', reaction: 'hold', treatment: { units: 131 } })
})
