import { describe, expect, test } from 'vitest'
import { clearEvidence } from './clear.ts'
import { latencyEvidence } from './latency.ts'
import { logEvidence, startMixture } from './mixture.ts'
import { absorbRelative, FALLS, oddsOf, RATIOS, startRelative } from './relative.ts'
import { absorbRequests } from './requests.ts'
import { splitEvidence } from './split.ts'
import { absorbTilt, clearTilt, startTilt } from './tilt.ts'

/*
 * An e-process is a product of factors, each of which has mean at most 1 under its null, given everything before. Here every
 * factor is averaged over all its outcomes, by their exact probabilities.
 */

const SHARES = [0.0005, 0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 0.99]
const NO_MORE_THAN_1 = 1 + 1e-9

/** That a unit with the event is in treatment, when the treatment rate is `ratio` times control's. */
function inTreatment(share: number, ratio: number): number {
  return (share * ratio) / (1 - share + share * ratio)
}

describe('of a guard that must not fall', () => {
  test.each([1, 0.95, 0.8, 0.5])('at least %d times control: 1 at the limit, at most 1 above it', (limit) => {
    for (const share of SHARES) {
      const mean = (truth: number): number => {
        const p = inTreatment(share, truth)
        const of = (xT: number, xC: number): number =>
          Math.exp(
            logEvidence(absorbRelative(startRelative([1], FALLS), { started: 1, xT, xC }, oddsOf(share, limit, FALLS))),
          )
        return p * of(1, 0) + (1 - p) * of(0, 1)
      }
      expect(mean(limit)).toBeCloseTo(1, 12)
      for (const better of [1.2, 2, 10]) expect(mean(limit * better)).toBeLessThanOrEqual(NO_MORE_THAN_1)
      expect(mean(limit / 2)).toBeGreaterThan(1)
    }
  })

  test.each([0.5, 1 / 3, 0.2])('of the permission to advance, at a true ratio of %d or less', (ratio) => {
    for (const share of SHARES) {
      for (const truth of [1, 0.7, 0.1].map((times) => times * ratio)) {
        const p = inTreatment(share, truth)
        const ofTreatment = clearEvidence([{ started: 1, share, xT: 1, xC: 0 }], ratio)
        const ofControl = clearEvidence([{ started: 1, share, xT: 0, xC: 1 }], ratio)
        expect(p * ofTreatment + (1 - p) * ofControl).toBeLessThanOrEqual(NO_MORE_THAN_1)
      }
    }
  })
})

describe('of the mean that must not drop', () => {
  test('is 1 whatever a unit came to, at every share and with any scale', () => {
    for (const share of SHARES) {
      for (const size of [0, 0.01, 0.5, 1, 3, 40]) {
        const of = (nT: number, nC: number): number =>
          Math.exp(logEvidence(absorbTilt(startTilt([1]), { started: 1, share, size, nT, nC })))
        expect(share * of(1, 0) + (1 - share) * of(0, 1)).toBeCloseTo(1, 12)
      }
    }
  })

  test('with amounts of 0 and 1 is that of a count that must not fall', () => {
    const tilted = absorbTilt(startTilt([1]), { started: 1, share: 0.1, size: 1, nT: 3, nC: 50 })
    const alternatives = [0.9, 0.8, 0.67, 0.5, 0.33, 0.1]
    const counted = absorbRelative(
      startMixture([1], alternatives.length),
      { started: 1, xT: 3, xC: 50 },
      oddsOf(0.1, 1, alternatives),
    )
    expect(logEvidence(tilted)).toBeCloseTo(logEvidence(counted), 9)
  })

  test('of the permission to advance is at most 1 where the mean has dropped as far or further', () => {
    for (const share of SHARES) {
      for (const size of [0.1, 1, 5]) {
        for (const truth of [0.5, 0.3]) {
          const p = inTreatment(share, truth ** size)
          const of = (nT: number, nC: number): number => clearTilt([{ started: 1, share, size, nT, nC }], 0.5)
          expect(p * of(1, 0) + (1 - p) * of(0, 1)).toBeLessThanOrEqual(NO_MORE_THAN_1)
        }
      }
    }
  })
})

test('of the split is 1 when units come in the configured shares, and more when they do not', () => {
  for (const share of SHARES) {
    const mean = (p: number): number =>
      p * splitEvidence([{ share, nT: 1, nC: 0 }]) + (1 - p) * splitEvidence([{ share, nT: 0, nC: 1 }])
    expect(mean(share)).toBeCloseTo(1, 12)
  }
})

test('of one observation that is compared with three thresholds is 1 when it exceeds them as often as control does', () => {
  for (const share of SHARES) {
    // how many of the thresholds a unit exceeds: none, the first, two, all three
    for (let passed = 0; passed <= 3; passed += 1) {
      const of = (xT: number, xC: number): number =>
        Math.exp(latencyEvidence([0, 1, 2].map((k) => ({ limit: 1, strata: k < passed ? [{ share, xT, xC }] : [] }))))
      expect(share * of(1, 0) + (1 - share) * of(0, 1)).toBeCloseTo(1, 12)
    }
  }
})

describe('of requests without users', () => {
  const ARMS = [
    [1, 99],
    [10, 90],
    [50, 50],
    [3, 7],
    [90, 10],
  ] as const

  test.each(ARMS)('%d and %d: at most 1 for every number of events, whichever requests they fall on', (nT, nC) => {
    for (const alternatives of [RATIOS, FALLS]) {
      for (let m = 0; m <= Math.min(20, nT + nC); m += 1) {
        const mean = hypergeometric(nT, nC, m).reduce((sum, probability, xT) => {
          const mixture = startMixture([1], alternatives.length)
          const stratum = { started: 1, nT, nC, xT, xC: m - xT }
          return (
            sum +
            probability * Math.exp(logEvidence(absorbRequests(mixture, stratum, { limit: 1, phi: 1, alternatives })))
          )
        }, 0)
        expect(mean).toBeLessThanOrEqual(NO_MORE_THAN_1)
      }
    }
  })

  test.each([1.1, 1.5, 3])(
    'at most 1 also with a limit of %d, for Poisson streams whose ratio is at the limit',
    (limit) => {
      for (const [nT, nC] of ARMS) {
        const share = nT / (nT + nC)
        for (const truth of [0.3, 1].map((part) => part * limit)) {
          const p = inTreatment(share, truth)
          const of = (xT: number, xC: number): number =>
            Math.exp(
              logEvidence(
                absorbRequests(startMixture([1], RATIOS.length), { started: 1, nT, nC, xT, xC }, { limit, phi: 1 }),
              ),
            )
          expect(p * of(1, 0) + (1 - p) * of(0, 1)).toBeLessThanOrEqual(NO_MORE_THAN_1)
        }
      }
    },
  )
})

/** Probabilities of 0, 1, … events in treatment when m events fall on nT + nC requests at random. */
function hypergeometric(nT: number, nC: number, m: number): readonly number[] {
  const logChoose = (n: number, k: number): number =>
    Array.from({ length: k }, (_, i) => Math.log((n - i) / (i + 1))).reduce((sum, log) => sum + log, 0)
  return Array.from({ length: m + 1 }, (_, xT) =>
    xT > nT || m - xT > nC ? 0 : Math.exp(logChoose(nT, xT) + logChoose(nC, m - xT) - logChoose(nT + nC, m)),
  )
}
