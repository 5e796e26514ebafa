import { describe, expect, test } from 'vitest'
import { absorbAbsolute, startAbsolute } from './absolute.ts'
import { ratioBounds } from './bounds.ts'
import { clearEvidence } from './clear.ts'
import { minutesFor, unitsToTrip } from './estimate.ts'
import { absorb, leadingCopy, logEvidence, logSum, startMixture } from './mixture.ts'
import { absorbRelative, oddsOf, RATIOS, relativeEvidence, startRelative } from './relative.ts'

const SHARES = [0.0005, 0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 0.99]

describe('the factor of one unit has mean at most 1 when nothing is wrong', () => {
  test.each([1, 1.1, 1.5, 3])('relative to control, limit %d', (limit) => {
    for (const share of SHARES) {
      for (const truth of [0.05, 0.3, 0.9, 1].map((part) => part * limit)) {
        expect(meanOfRelative({ share, truth, limit })).toBeLessThanOrEqual(1 + 1e-12)
      }
      expect(meanOfRelative({ share, truth: limit, limit })).toBeCloseTo(1, 12)
      expect(meanOfRelative({ share, truth: limit * 2, limit })).toBeGreaterThan(1)
    }
  })

  test.each([0.001, 0.02, 0.3, 0.9])('against a fixed limit of %d', (limit) => {
    for (const truth of [0, 0.5, 1].map((part) => part * limit)) {
      const failed = Math.exp(logEvidence(absorbAbsolute(startAbsolute([1]), { started: 1, n: 1, x: 1 }, limit)))
      const good = Math.exp(logEvidence(absorbAbsolute(startAbsolute([1]), { started: 1, n: 1, x: 0 }, limit)))
      expect(truth * failed + (1 - truth) * good).toBeLessThanOrEqual(1 + 1e-12)
    }
  })

  test.each([1.5, 2, 3, 5])('of the permission to advance, at a true ratio of %d or more', (ratio) => {
    for (const share of SHARES) {
      for (const truth of [1, 1.5, 4].map((times) => times * ratio)) {
        const p = (share * truth) / (1 - share + share * truth)
        const ofTreatment = clearEvidence([{ started: 1, share, xT: 1, xC: 0 }], ratio)
        const ofControl = clearEvidence([{ started: 1, share, xT: 0, xC: 1 }], ratio)
        expect(p * ofTreatment + (1 - p) * ofControl).toBeLessThanOrEqual(1 + 1e-12)
      }
    }
  })
})

function meanOfRelative({ share, truth, limit }: { share: number; truth: number; limit: number }): number {
  const p = (share * truth) / (1 - share + share * truth)
  const of = (xT: number, xC: number) => Math.exp(logEvidence(one({ share, xT, xC }, limit)))
  return p * of(1, 0) + (1 - p) * of(0, 1)
}

/** The mixture of one copy after one stratum. */
function one({ share, xT, xC }: { share: number; xT: number; xC: number }, limit: number) {
  return absorbRelative(startRelative([1]), { started: 1, xT, xC }, oddsOf(share, limit))
}

describe('a mixture of copies', () => {
  test('of all strata together is what it comes to one after another, in any order', () => {
    const strata = [
      { started: 1, share: 0.01, xT: 3, xC: 40 },
      { started: 2, share: 0.1, xT: 9, xC: 70 },
      { started: 2, share: 0, xT: 0, xC: 30 },
      { started: 1, share: 0.01, xT: 1, xC: 11 },
    ]
    const asked = { weights: [0.4, 0.6], limit: 1.2, alternatives: RATIOS }
    const inTurn = strata.reduce(
      (mixture, { share, ...stratum }) => absorbRelative(mixture, stratum, oddsOf(share, asked.limit)),
      startRelative(asked.weights),
    )
    for (const order of [strata, strata.toReversed()])
      expect(logEvidence(relativeEvidence(order, asked))).toBeCloseTo(logEvidence(inTurn), 12)
  })

  test('a copy that has not started counts as 1', () => {
    const mixture = absorb(startMixture([0.4, 0.6], 1), 1, [Math.log(10)])
    expect(Math.exp(logEvidence(mixture))).toBeCloseTo(0.4 * 10 + 0.6, 12)
  })

  test('against a fixed limit begins at 1, with half of it or more in the first copy', () => {
    for (const weights of [[1], [0.9, 0.1], [0.4, 0.25, 0.25, 0.1], [0.4, 0.6]]) {
      const mixture = startAbsolute(weights)
      expect(logEvidence(mixture)).toBeCloseTo(0, 12)
      expect(mixture.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
      expect(mixture.weights[0]).toBeGreaterThanOrEqual(0.5)
    }
  })

  test('a healthy past in the first copy does not cancel harm in the second', () => {
    const healthy = absorb(startMixture([0.5, 0.5], 1), 1, [-200])
    const harmed = absorb(healthy, 2, [30])
    expect(logEvidence(harmed)).toBeCloseTo(30 + Math.log(0.5), 6)
    expect(leadingCopy(harmed, 2)).toBe(1)
  })

  test('grouping units into other strata does not change the evidence', () => {
    const together = one({ share: 0.1, xT: 7, xC: 31 }, 1)
    const apart = Array.from({ length: 7 }, () => ({ started: 1, share: 0.1, xT: 1, xC: 0 }))
      .concat(Array.from({ length: 31 }, () => ({ started: 1, share: 0.1, xT: 0, xC: 1 })))
      .reduce((mixture, stratum) => absorbRelative(mixture, stratum, oddsOf(0.1, 1)), startRelative([1]))
    expect(logEvidence(apart)).toBeCloseTo(logEvidence(together), 9)
  })

  test('nothing overflows or vanishes', () => {
    expect(logSum([5000, 5000])).toBeCloseTo(5000 + Math.log(2), 9)
    expect(logSum([-5000, -5001])).toBeCloseTo(-5000 + Math.log1p(Math.exp(-1)), 9)
    const huge = one({ share: 0.01, xT: 100_000, xC: 0 }, 1)
    expect(Number.isFinite(logEvidence(huge))).toBe(true)
  })

  test('nobody in one arm means nothing to compare', () => {
    for (const share of [0, 1]) {
      expect(logEvidence(one({ share, xT: 5, xC: 5 }, 1))).toBeCloseTo(0, 12)
    }
  })
})

describe('bounds of the ratio', () => {
  const stratum = (xT: number, xC: number) => ({ started: 1, share: 0.1, xT, xC })
  const asked = { weights: [1], copy: 0, alpha: 0.01, limit: 1, harm: 'more' } as const

  test.each([1, 1.5])('pass the limit of %d exactly when the evidence of the guard passes 100', (limit) => {
    for (let xT = 0; xT <= 60; xT += 1) {
      const strata = [stratum(xT, 90)]
      const evidence = one({ share: 0.1, xT, xC: 90 }, limit)
      const { low } = ratioBounds(strata, { ...asked, limit })
      expect({ xT, passed: low >= limit }).toEqual({ xT, passed: logEvidence(evidence) >= Math.log(100) })
    }
  })

  test('close in on the truth from both sides as units come in', () => {
    const few = ratioBounds([stratum(30, 90)], asked)
    const many = ratioBounds([stratum(3000, 9000)], asked)
    expect(few.low).toBeLessThan(3)
    expect(few.high).toBeGreaterThan(3)
    expect(many.low).toBeGreaterThan(few.low)
    expect(many.high).toBeLessThan(few.high)
    expect(many.low).toBeLessThan(3)
    expect(many.high).toBeGreaterThan(3)
  })

  test('say nothing before anything happened', () => {
    expect(ratioBounds([stratum(0, 0)], asked)).toEqual({ low: 0, high: 1000 })
  })
})

describe('how long a harm takes to be found', () => {
  const test1 = { alpha: 0.01, guardWeight: 1, copyWeight: 0.4 }

  test('matches the table: 1% base, twice as bad, 1% share', () => {
    expect(Math.round(unitsToTrip({ base: 0.01, ratio: 2, share: 0.01 }, test1))).toBe(1958)
  })

  test('grows with the number of guards that share the budget', () => {
    expect(Math.round(unitsToTrip({ base: 0.01, ratio: 2, share: 0.01 }, { ...test1, guardWeight: 0.2 }))).toBe(2380)
  })

  test('is in minutes what the traffic makes of it', () => {
    expect(minutesFor(1200, 0.01, 6000)).toBe(20)
  })
})

test('the alternatives are part of the test and do not change in passing', () => {
  expect(RATIOS).toEqual([1.25, 1.5, 2, 3, 5, 10, 30])
})
