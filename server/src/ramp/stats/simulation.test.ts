import { describe, expect, test } from 'vitest'
import { binomial, chance } from '../testing/chance.ts'
import { absorbAbsolute, startAbsolute } from './absolute.ts'
import { CLEAR_AT, clearEvidence } from './clear.ts'
import { logEvidence, type Mixture } from './mixture.ts'
import { absorbRelative, oddsOf, startRelative } from './relative.ts'

/*
 * Seeded ramps against goals that were measured before: 100 units a second, a look every 10 s, ten minutes at each of 1, 10, 50
 * and 99%, alpha 1%. Fewer ramps than a benchmark would run, so that every test run can afford them.
 */

const STEPS = [1, 10, 50, 99] as const
const WEIGHTS = [0.4, 0.25, 0.25, 0.1]
const TRIP = Math.log(100)
const UNITS_PER_TICK = 1000
const TICKS_PER_STEP = 60

/** A weighted mean is at most its largest part, which spares most of the sums. */
function trips(mixture: Mixture): boolean {
  return Math.max(...mixture.logs.flat()) >= TRIP && logEvidence(mixture) >= TRIP
}

interface World {
  /** Share of units with the event, by tick of the ramp. */
  readonly base: (tick: number) => number
  readonly ratio: (tick: number) => number
}

/** Treatment units met until the guard tripped, or null when the ramp reached its end. */
function rampUntilTrip(world: World, random: () => number): number | null {
  let mixture: Mixture = startRelative(WEIGHTS)
  let met = 0
  for (const [step, percent] of STEPS.entries()) {
    const odds = oddsOf(percent / 100, 1)
    for (let i = 0; i < TICKS_PER_STEP; i += 1) {
      const at = step * TICKS_PER_STEP + i
      const nT = binomial(UNITS_PER_TICK, percent / 100, random)
      const nC = UNITS_PER_TICK - nT
      const xT = binomial(nT, world.base(at) * world.ratio(at), random)
      const xC = binomial(nC, world.base(at), random)
      met += nT
      if (xT + xC > 0) mixture = absorbRelative(mixture, { started: step + 1, xT, xC }, odds)
      if (trips(mixture)) return met
    }
  }
  return null
}

function ramps(n: number, world: World, seed: number): readonly (number | null)[] {
  const random = chance(seed)
  return Array.from({ length: n }, () => rampUntilTrip(world, random))
}

function rolledBack(results: readonly (number | null)[]): number {
  return results.filter((met) => met !== null).length / results.length
}

function median(results: readonly (number | null)[]): number {
  const sorted = results.map((met) => met ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const healthy = () => 1

/** Of 400 ramps that are each taken back with 1%, more than eight would be in 2 of 100; the benchmark runs enough to hold the 1% itself. */
const ONE_PERCENT_OF_400 = 0.02

describe('a healthy ramp is taken back in at most 1 of 100', () => {
  test.each([0.001, 0.01, 0.05])('at a base rate of %d', (base) => {
    expect(rolledBack(ramps(400, { base: () => base, ratio: healthy }, 11))).toBeLessThanOrEqual(ONE_PERCENT_OF_400)
  })

  test('while the base rate drifts tenfold as the share moves, which breaks every pooled comparison', () => {
    const base = (at: number) => 0.002 * 10 ** (at / (STEPS.length * TICKS_PER_STEP))
    expect(rolledBack(ramps(400, { base, ratio: healthy }, 12))).toBeLessThanOrEqual(ONE_PERCENT_OF_400)
  })

  test('through an incident that both arms share', () => {
    const base = (at: number) => (at >= 100 && at < 130 ? 0.3 : 0.01)
    expect(rolledBack(ramps(400, { base, ratio: healthy }, 13))).toBeLessThanOrEqual(ONE_PERCENT_OF_400)
  })
})

describe('harm is found soon: median treatment units at the rollback, base rate 1%', () => {
  test.each([
    [2, 2100],
    [5, 185],
    [10, 65],
  ])('%d times as bad: at most %d units', (ratio, goal) => {
    expect(median(ramps(400, { base: () => 0.01, ratio: () => ratio }, 21))).toBeLessThanOrEqual(goal)
  })

  test('harm that begins with the 50% step is found within two minutes, after a long healthy past', () => {
    const begins = 2 * TICKS_PER_STEP
    const world: World = { base: () => 0.01, ratio: (at) => (at >= begins ? 2 : 1) }
    const before = UNITS_PER_TICK * TICKS_PER_STEP * (0.01 + 0.1)
    expect((median(ramps(200, world, 23)) - before) / (UNITS_PER_TICK * 0.5)).toBeLessThanOrEqual(12)
  })
})

describe('an absolute limit', () => {
  const LIMIT = 0.05

  function unitsUntilTrip(rate: (step: number) => number, random: () => number): number | null {
    let mixture: Mixture = startAbsolute(WEIGHTS)
    let met = 0
    for (const [step, percent] of STEPS.entries()) {
      for (let i = 0; i < TICKS_PER_STEP; i += 1) {
        const n = binomial(UNITS_PER_TICK, percent / 100, random)
        met += n
        mixture = absorbAbsolute(mixture, { started: step + 1, n, x: binomial(n, rate(step), random) }, LIMIT)
        if (trips(mixture)) return met
      }
    }
    return null
  }

  const many = (n: number, rate: (step: number) => number, seed: number) => {
    const random = chance(seed)
    return Array.from({ length: n }, () => unitsUntilTrip(rate, random))
  }

  test('takes back at most 1 of 100 ramps whose rate is exactly the limit', () => {
    expect(rolledBack(many(400, () => LIMIT, 31))).toBeLessThanOrEqual(0.01)
  })

  test('needs at most 300 units at twice the limit', () => {
    expect(median(many(300, () => 2 * LIMIT, 32))).toBeLessThanOrEqual(300)
  })

  test('finds a rate that doubles the limit at 50% within 30 s, after a long healthy past', () => {
    const before = UNITS_PER_TICK * TICKS_PER_STEP * (0.01 + 0.1)
    const met = median(many(200, (step) => (step < 2 ? 0.01 : 2 * LIMIT), 33))
    expect((met - before) / (UNITS_PER_TICK * 0.5)).toBeLessThanOrEqual(3)
  })
})

describe('the permission to advance', () => {
  /** Treatment units met until a ratio is ruled out, or null within `most` of them. */
  function unitsUntilClear(
    rules: { ratio: number; truth: number; percent: number; most: number },
    random: () => number,
  ) {
    const share = rules.percent / 100
    let xT = 0
    let xC = 0
    for (let met = 0; met < rules.most; ) {
      const nT = binomial(UNITS_PER_TICK, share, random)
      met += nT
      xT += binomial(nT, 0.01 * rules.truth, random)
      xC += binomial(UNITS_PER_TICK - nT, 0.01, random)
      if (clearEvidence([{ started: 1, share, xT, xC }], rules.ratio) >= CLEAR_AT) return met
    }
    return null
  }

  test.each([
    { ratio: 5, percent: 1 },
    { ratio: 3, percent: 10 },
    { ratio: 2, percent: 50 },
  ])('is wrong in at most 1 of 20 steps: $ratio times as bad at $percent%', ({ ratio, percent }) => {
    const random = chance(41)
    const cleared = Array.from({ length: 300 }, () =>
      unitsUntilClear({ ratio, truth: ratio, percent, most: 6000 }, random),
    )
    expect(rolledBack(cleared)).toBeLessThanOrEqual(0.05)
  })

  test.each([
    { ratio: 5, percent: 1, goal: 200 },
    { ratio: 2, percent: 10, goal: 2000 },
  ])('comes to a healthy step: $ratio ruled out at $percent% within $goal units', ({ ratio, percent, goal }) => {
    const random = chance(42)
    const cleared = Array.from({ length: 300 }, () =>
      unitsUntilClear({ ratio, truth: 1, percent, most: 100_000 }, random),
    )
    expect(median(cleared)).toBeLessThanOrEqual(goal)
  })
})
