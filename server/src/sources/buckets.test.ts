import type { Limit } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { bucketsOf, thresholdsIn } from './buckets.ts'

const Infinite = Number.POSITIVE_INFINITY
/** Of 1,000 requests 600 took at most 0.1 s, 950 at most 0.5 s, 999 at most 2.5 s. */
const buckets = [
  [0.05, 100],
  [0.1, 600],
  [0.25, 850],
  [0.5, 950],
  [1, 980],
  [2.5, 999],
  [Infinite, 1000],
] as const

test('buckets rise by their bounds, whatever order they come in', () => {
  const sample = (le: string, value: number) => ({ labels: { le }, value })
  expect(bucketsOf([sample('+Inf', 10), sample('0.5', 8), sample('0.1', 3), sample('x', 1)])).toEqual([
    [0.1, 3],
    [0.5, 8],
    [Infinite, 10],
  ])
})

describe('thresholds of a latency', () => {
  const share = (above: number) => (above + 0.5) / 1001

  test('lie at the bounds nearest above p50, p90 and p99, with the share that was above them', () => {
    expect(thresholdsIn(buckets, { kind: 'no_worse', margin: 1.1 })).toEqual({
      ok: true,
      value: [
        { bound: 0.1, baseline: share(400), limit: 1.1 },
        { bound: 0.5, baseline: share(50), limit: 1.1 },
        { bound: 2.5, baseline: share(1), limit: 1.1 },
      ],
    })
  })

  test('are fewer when quantiles share a bucket', () => {
    const coarse = [
      [1, 995],
      [Infinite, 1000],
    ] as const
    expect(thresholdsIn(coarse, { kind: 'no_worse', margin: 1.1 })).toMatchObject({ value: [{ bound: 1 }] })
  })

  test('of a quantile lie where it may rise to', () => {
    const p95: Limit = { kind: 'quantile', quantile: 0.95, change: 0.2, bound: null, baseline: null }
    const read = thresholdsIn(buckets, p95)
    expect(read).toEqual({ ok: true, value: [{ bound: 1, baseline: share(20), limit: (1 - 0.95) / share(20) }] })
  })

  test.each([
    [
      'too few requests',
      [
        [1, 100],
        [Infinite, 199],
      ],
      'the last day has 199 requests',
    ],
    ['nothing', [], 'the last day has 0 requests'],
    [
      'buckets that end too low',
      [
        [0.001, 100],
        [Infinite, 1000],
      ],
      'half of the requests lie above',
    ],
  ] as const)('cannot be chosen from %s', (_, past, problem) => {
    const read = thresholdsIn(past, { kind: 'no_worse', margin: 1.1 })
    expect(read.ok ? '' : read.problem).toContain(problem)
  })

  test('cannot lie beyond the last bucket', () => {
    const limit: Limit = { kind: 'quantile', quantile: 0.99, change: 9, bound: null, baseline: null }
    expect(thresholdsIn(buckets, limit)).toEqual({
      ok: false,
      problem: 'the buckets of the histogram end below the limit',
    })
  })
})
