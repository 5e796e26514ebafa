import { describe, expect, test } from 'vitest'
import { evaluationsOver, metricOver } from './chart.ts'
import { fold } from './fold.ts'
import { quantilesOf } from './quantiles.ts'
import { spread } from './spread.ts'
import { pointsIn, stepsOver } from './steps.ts'
import { histogramOf, sumOf } from './total.ts'

const T = Date.UTC(2026, 2, 1, 12)
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const counted = { sum: null, histogram: null }
const served = (n: number, over = {}) => ({ flag: 'checkout', variation: 'on', reason: 'rollout' as const, n, ...over })

describe('a batch', () => {
  test('is spread over the time it covers, and nothing is lost in rounding', () => {
    const counts = spread({ evaluations: [served(100)], spanMs: 30 * SECOND }, T + 5 * SECOND)
    expect(counts.map(({ start, n }) => [start - T, n])).toEqual([
      [-30_000, 17],
      [-20_000, 33],
      [-10_000, 33],
      [0, 17],
    ])
  })

  test('of no time at all is in one row', () => {
    expect(spread({ evaluations: [served(3)], spanMs: 0 }, T + 1)).toEqual([
      { series: { kind: 'evaluations', flag: 'checkout', variation: 'on' }, start: T, n: 3, ...counted },
    ])
  })

  test('that was held back for an hour is put into the last two minutes', () => {
    const counts = spread({ evaluations: [served(1200)], spanMs: HOUR }, T)
    expect(counts).toHaveLength(12)
    expect(counts[0]).toMatchObject({ start: T - 2 * MINUTE, n: 100 })
  })

  test('adds up what a variation served for different reasons', () => {
    const evaluations = [served(2), served(3, { reason: 'rule', rule: 'beta' }), served(4, { variation: 'off' })]
    expect(spread({ evaluations, spanMs: 0 }, T).map(({ series, n }) => [series, n])).toEqual([
      [{ kind: 'evaluations', flag: 'checkout', variation: 'on' }, 5],
      [{ kind: 'evaluations', flag: 'checkout', variation: 'off' }, 4],
    ])
  })

  test('keeps counts, sums and histograms of a metric whole when it is cut', () => {
    const totals = [
      {
        metric: 'checkout_ms',
        n: 7,
        sum: 700,
        histogram: [
          [53, 5],
          [60, 2],
        ] as const,
      },
      { metric: 'weight', n: 0.5 },
    ]
    const counts = spread({ evaluations: [], totals, spanMs: 20 * SECOND }, T + 5 * SECOND)
    const ofMetric = (metric: string) =>
      counts.filter(({ series }) => series.kind === 'metric' && series.metric === metric)
    const whole = sumOf(ofMetric('checkout_ms'))
    expect({ ...whole, sum: Math.round(whole.sum ?? 0) }).toEqual({
      n: 7,
      sum: 700,
      histogram: [
        [53, 5],
        [60, 2],
      ],
    })
    expect(ofMetric('weight').map(({ n }) => n)).toEqual([0.125, 0.25, 0.125])
  })

  test('with a sum that no tally has keeps its counts', () => {
    const totals = [{ metric: 'huge', n: 1, sum: 1e300 }]
    expect(spread({ evaluations: [], totals, spanMs: 0 }, T)).toMatchObject([{ n: 1, sum: null }])
  })
})

describe('folding', () => {
  const rows = [
    { series: 1, start: T, n: 1, sum: 2, histogram: [[8, 1]] as const },
    { series: 2, start: T, n: 5, ...counted },
    {
      series: 1,
      start: T + 50 * SECOND,
      n: 2,
      sum: 12,
      histogram: [
        [8, 1],
        [24, 1],
      ] as const,
    },
    { series: 1, start: T + MINUTE, n: 7, ...counted },
  ]

  test('makes one row of those that begin in the same span of a series', () => {
    expect(fold(rows, MINUTE)).toEqual([
      {
        series: 1,
        start: T,
        n: 3,
        sum: 14,
        histogram: [
          [8, 2],
          [24, 1],
        ],
      },
      { series: 2, start: T, n: 5, ...counted },
      { series: 1, start: T + MINUTE, n: 7, ...counted },
    ])
  })

  test('comes to the same in any order and in any number of folds', () => {
    const once = fold(rows, HOUR)
    expect(fold(fold(rows.toReversed(), MINUTE).toReversed(), HOUR).toSorted((a, b) => a.series - b.series)).toEqual(
      once.toSorted((a, b) => a.series - b.series),
    )
  })

  test('puts values of one bucket together, and buckets in order', () => {
    expect(
      histogramOf([
        [9, 1],
        [-3, 2],
        [9, 4],
      ]),
    ).toEqual([
      [-3, 2],
      [9, 5],
    ])
  })
})

describe('the steps of a chart', () => {
  test.each([
    ['an hour', HOUR, 10 * SECOND, 360],
    ['six hours', 6 * HOUR, MINUTE, 360],
    ['a day', DAY, 5 * MINUTE, 288],
    ['a week', 7 * DAY, 30 * MINUTE, 336],
    ['ninety days', 90 * DAY, 6 * HOUR, 360],
  ])('of %s are at most 400', (_, ms, stepMs, points) => {
    const steps = stepsOver({ from: T - ms, to: T }, T)
    expect([steps.stepMs, pointsIn(steps)]).toEqual([stepMs, points])
  })

  test('are no finer than what is kept of that age', () => {
    expect(stepsOver({ from: T - 3 * DAY, to: T - 3 * DAY + HOUR }, T).stepMs).toBe(MINUTE)
    expect(stepsOver({ from: T - 30 * DAY, to: T - 30 * DAY + HOUR }, T).stepMs).toBe(HOUR)
  })

  test('begin and end at multiples of a step, and hold the whole range', () => {
    expect(stepsOver({ from: T - HOUR + 3, to: T - 3 }, T)).toEqual({ from: T - HOUR, to: T, stepMs: 10 * SECOND })
  })

  test('leave out what is older than everything kept and what has not come yet', () => {
    const ever = stepsOver({ from: 0, to: Date.UTC(9999, 0) }, T)
    expect(ever).toEqual({ from: T - 90 * DAY, to: T, stepMs: 6 * HOUR })
    expect(pointsIn(stepsOver({ from: Date.UTC(9998, 0), to: Date.UTC(9999, 0) }, T))).toBe(1)
    expect(pointsIn(stepsOver({ from: 0, to: 1 }, T))).toBe(1)
  })
})

describe('what is told', () => {
  const steps = { from: T, to: T + 3 * MINUTE, stepMs: MINUTE }
  const range = { from: '2026-03-01T12:00:00.000Z', to: '2026-03-01T12:03:00.000Z', stepMs: MINUTE }

  test('of a flag is a number for each step, also where nothing was served', () => {
    expect(
      evaluationsOver(steps, [
        { variation: 'constructor', start: T + 2 * MINUTE, n: 4 },
        { variation: 'on', start: T, n: 1 },
      ]),
    ).toEqual({
      ...range,
      variations: [
        { variation: 'constructor', n: [0, 0, 4] },
        { variation: 'on', n: [1, 0, 0] },
      ],
    })
  })

  test('of a metric leaves out steps without any, and values where there are none', () => {
    const measured = [
      { start: T, n: 4, ...counted },
      {
        start: T + 2 * MINUTE,
        n: 10,
        sum: 12,
        histogram: [
          [0, 9],
          [8, 1],
        ] as const,
      },
    ]
    expect(metricOver(steps, measured)).toEqual({
      ...range,
      steps: [
        { at: range.from, n: 4, values: null },
        {
          at: '2026-03-01T12:02:00.000Z',
          n: 10,
          values: {
            n: 10,
            sum: 12,
            quantiles: [
              [0.5, 1],
              [0.9, 1],
              [0.95, 2],
              [0.99, 2],
            ],
          },
        },
      ],
    })
  })

  test('of a quantile is the bound below which so many values lie', () => {
    expect(
      quantilesOf([
        [0, 50],
        [8, 40],
        [16, 6],
        [24, 4],
      ]),
    ).toEqual([
      [0.5, 1],
      [0.9, 2],
      [0.95, 4],
      [0.99, 8],
    ])
  })
})
