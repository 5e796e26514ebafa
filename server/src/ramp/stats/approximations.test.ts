import { bucketBound, bucketOf } from '@rampart/core'
import { describe, expect, test } from 'vitest'
import { unitsToClear } from './estimate.ts'
import { gaugeLimit, overInARow } from './gauge.ts'
import { meansBounds, meansEvidence, type Sums } from './means.ts'
import { boundaryAt, logNormalMixture, tuningFor } from './normal.ts'
import { pointsBounds, pointsEvidence } from './points.ts'
import { clusteringOf, type Requests } from './requests.ts'
import { amountsOf, thresholdOf, thresholdsOf } from './thresholds.ts'

describe('the normal mixture', () => {
  test('has mean 1 over a normal sum, whatever the variance and the tuning', () => {
    for (const v of [0.1, 1, 30]) {
      for (const rho2 of [0.01, 0.3, 5]) {
        const step = 0.01
        let mean = 0
        for (let z = -12; z <= 12; z += step) {
          // the density of the sum and the mixture, in logarithms, since the second grows as fast as the first falls
          const density = -(z * z) / 2 - Math.log(2 * Math.PI) / 2
          mean += Math.exp(density + logNormalMixture(z * Math.sqrt(v), v, rho2)) * step
        }
        expect(mean).toBeLessThanOrEqual(1 + 1e-5)
        if (rho2 * v < 2) expect(mean).toBeCloseTo(1, 3)
      }
    }
  })

  test('is far below 1 for a sum that falls, and never fails to be a number', () => {
    expect(logNormalMixture(-5, 1, 1)).toBeLessThan(-1)
    expect(logNormalMixture(-1e6, 10, 1)).toBeGreaterThan(-50)
    expect(Number.isFinite(logNormalMixture(1e5, 10, 1))).toBe(true)
  })

  test('reaches what is needed exactly at its boundary', () => {
    for (const v of [1, 40, 4000]) {
      const rho2 = tuningFor(0.01, 40)
      expect(logNormalMixture(boundaryAt(v, rho2, Math.log(100)), v, rho2)).toBeCloseTo(Math.log(100), 6)
    }
  })
})

describe('a limit in points', () => {
  const asked = { weights: [1], margin: 0.005, alpha: 0.01 }
  const stratum = (nT: number, xT: number, nC: number, xC: number, started = 1) => ({ started, nT, nC, xT, xC })

  test('judges nothing before twenty treatment units have had the event', () => {
    expect(pointsEvidence([stratum(30, 19, 3000, 30)], asked).log).toBe(0)
    expect(pointsEvidence([stratum(30, 20, 3000, 30)], asked).log).toBeGreaterThan(Math.log(100))
  })

  test('takes the margin off inside each stratum: a base rate that moves with the share is no evidence', () => {
    // 0.5% in the first step, 5% in the second, the same with and without
    const strata = [stratum(1000, 5, 99_000, 495), stratum(10_000, 500, 90_000, 4_500)]
    expect(pointsEvidence(strata, asked).log).toBeLessThan(0)
  })

  test('has bounds that close in on the truth, and agree with the evidence', () => {
    const few = pointsBounds([stratum(2_000, 40, 18_000, 180)], { weights: [1], copy: 0, alpha: 0.01 })
    const many = pointsBounds([stratum(200_000, 4_000, 1_800_000, 18_000)], { weights: [1], copy: 0, alpha: 0.01 })
    expect(many.low).toBeGreaterThan(few.low ?? 1)
    expect(many.low).toBeLessThan(0.01)
    expect(many.high).toBeGreaterThan(0.01)
    const strata = [stratum(2_000, 60, 18_000, 180)]
    const low = pointsBounds(strata, { weights: [1], copy: 0, alpha: 0.01 }).low ?? Number.NaN
    expect(pointsEvidence(strata, { ...asked, margin: low - 1e-6 }).log).toBeGreaterThan(Math.log(100))
    expect(pointsEvidence(strata, { ...asked, margin: low + 1e-6 }).log).toBeLessThan(Math.log(100))
  })

  test('keeps a healthy past from cancelling a later harm', () => {
    const past = stratum(100_000, 1_000, 900_000, 9_000)
    const late = stratum(2_000, 80, 2_000, 20, 2)
    const { log, copy } = pointsEvidence([past, late], { ...asked, weights: [0.5, 0.5] })
    expect([log > Math.log(100), copy]).toEqual([true, 1])
    expect(pointsEvidence([past, late], asked).log).toBeLessThan(Math.log(100))
  })
})

describe('a mean that may drop by a part', () => {
  /** `n` equal strata whose units came to 0 or 2 by turns, in treatment times `ratio`. */
  const strata = (n: number, ratio: number, over: Partial<Sums> = {}): readonly Sums[] =>
    Array.from({ length: n }, () => ({
      started: 1,
      share: 0.1,
      nT: 10,
      nC: 90,
      sT: 10 * ratio,
      sC: 90,
      qT: 20 * ratio ** 2,
      qC: 180,
      ...over,
    }))
  const asked = { weights: [1], min: 0.95, alpha: 0.01 }

  test('trips when it drops further, and not when it does not', () => {
    expect(meansEvidence(strata(200, 0.7), asked).log).toBeGreaterThan(Math.log(100))
    expect(meansEvidence(strata(200, 1), asked).log).toBeLessThan(0)
  })

  test('takes its first units for no evidence, and judges nothing before a hundred treatment units', () => {
    expect(meansEvidence(strata(11, 0.01), asked).log).toBe(0)
    expect(meansEvidence(strata(12, 0.01), asked).log).not.toBe(0)
  })

  test('leaves out what was met when most had the new variation', () => {
    expect(meansEvidence(strata(200, 0.7, { share: 0.99 }), asked).log).toBe(0)
  })

  test('has bounds around the truth', () => {
    const { low, high } = meansBounds(strata(400, 0.7), { weights: [1], copy: 0, alpha: 0.01 })
    expect(low).toBeLessThan(0.7)
    expect(high).toBeGreaterThan(0.7)
    expect(high).toBeLessThan(0.95)
  })
})

describe('thresholds of the past', () => {
  /** A value in each of a hundred buckets, so that the quantile k% is the bound of bucket k - 1. */
  const past = Array.from({ length: 100 }, (_, i) => [i, 10] as const)

  test('are its quantiles, with the share that exceeded them', () => {
    expect(thresholdsOf(past, 1.1).map(({ bound, limit }) => [bucketOf(bound), limit])).toEqual([
      [49, 1.1],
      [89, 1.1],
      [98, 1.1],
    ])
    expect(thresholdsOf(past, 1.1)[1]?.baseline).toBeCloseTo(0.1, 2)
  })

  test('that fall into one bucket are one', () => {
    expect(thresholdsOf([[10, 500]], 1.1)).toHaveLength(1)
  })

  test('of a quantile with a change allow as many exceedances as the quantile says', () => {
    const { bound, baseline, limit } = thresholdOf(past, { quantile: 0.9, change: 0.2 })
    expect(bound).toBeCloseTo(bucketBound(91), 9)
    expect(baseline).toBeCloseTo(0.08, 2)
    expect(limit).toBeCloseTo(0.1 / 0.08, 1)
  })

  test('that the past never passed allow a bounded multiple', () => {
    expect(thresholdOf([[10, 10_000]], { quantile: 0.5, change: 1 }).limit).toBe(100)
  })

  test('of amounts are a scale and a cap', () => {
    const { scale, cap } = amountsOf([[bucketOf(100), 1000]])
    expect(cap).toBeCloseTo(bucketBound(bucketOf(100)), 9)
    expect(scale).toBeGreaterThan(90)
    expect(scale).toBeLessThan(105)
  })
})

describe('requests in clusters', () => {
  const strata = (xs: readonly number[]): readonly Requests[] =>
    xs.map((xT) => ({ started: 1, nT: 50, nC: 50, xT, xC: 40 - xT }))

  test('are taken for five at least', () => {
    expect(clusteringOf([])).toBe(5)
    expect(clusteringOf(strata([20, 21, 19, 20, 22, 18]))).toBe(5)
  })

  test('are counted by how much more they vary than independent requests', () => {
    expect(clusteringOf(strata([40, 0, 40, 0, 40, 0]))).toBeGreaterThan(30)
  })

  test('are not seen in harm that lasts', () => {
    expect(clusteringOf(strata([36, 35, 37, 36, 36, 36]))).toBe(5)
  })
})

describe('a gauge', () => {
  const windows = (...values: readonly number[]) => values.map((value, i) => ({ start: i * 60_000, value }))

  test('is over its limit after three minutes in a row', () => {
    expect(overInARow(windows(1, 3, 3), 2)).toBe(2)
    expect(overInARow(windows(3, 3, 3), 2)).toBe(3)
    expect(overInARow(windows(3, 3, 3, 3), 2)).toBe(3)
    expect(overInARow(windows(3, 3, 3, 2), 2)).toBe(0)
    expect(overInARow([], 2)).toBe(0)
  })

  test('may reach what the same hour of other days makes usual', () => {
    expect(gaugeLimit(0.8, [])).toBe(0.8)
    expect(gaugeLimit(0.8, [0.2, 0.21, 0.19, 0.2])).toBe(0.8)
    expect(gaugeLimit(0.8, [0.7, 0.8, 0.9, 0.85, 0.75])).toBeGreaterThan(1)
  })
})

test.each([
  [0.001, 5, 0.01, 1_900],
  [0.01, 5, 0.01, 190],
  [0.01, 2, 0.1, 1_685],
])(
  'at a base of %d, %d times as bad is ruled out at a share of %d within about %d units',
  (base, ratio, share, units) => {
    expect(Math.abs(unitsToClear({ base, ratio, share }) / units - 1)).toBeLessThan(0.05)
  },
)
