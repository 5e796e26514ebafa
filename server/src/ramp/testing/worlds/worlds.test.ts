import { describe, expect, test } from 'vitest'
import { chance } from '../chance.ts'
import { ascend } from './gated.ts'
import { buying, crowd, failing, normal, type People, waiting } from './people.ts'
import { climb, medianUnits, type OwnOutcome, type Seen, shareTripped, type World } from './ramps.ts'
import { buyers as buyersOf, independent } from './requests.ts'

/*
 * People who come back, judged by the product's detector. Few ramps of each, so that every test run can afford them; the
 * limits leave room for chance, and the benchmark runs thousands.
 */

function ramps(n: number, seed: number, world: (random: () => number) => World): readonly OwnOutcome[] {
  const random = chance(seed)
  return Array.from({ length: n }, () => climb({ ...world(random), ticksPerStep: 30 }).own)
}

const shoppers: People = { size: 8_000, visitsPerTick: 500, own: (random) => -0.004 * Math.log(1 - random()) }
const readers: People = { size: 8_000, visitsPerTick: 500, own: (random) => 0.5 * normal(random) }
const buyers: People = { size: 40_000, visitsPerTick: 600, own: () => 0.03 }

/** p50, p90 and p99 of the readers' times. */
const QUANTILES = [100, 215, 403]

describe('people who come back', () => {
  test('and fail at rates of their own are no evidence against a healthy release, nor a broken split', () => {
    const healthy = ramps(60, 1, (random) => failing(shoppers, {}, random))
    expect([shareTripped(healthy) <= 0.05, healthy.filter(({ did }) => did === 'split').length]).toEqual([true, 0])
  })

  test('and fail three times as often are noticed', () => {
    const harmed = ramps(30, 2, (random) => failing(shoppers, { ratio: 3 }, random))
    expect(shareTripped(harmed)).toBeGreaterThan(0.9)
    expect(medianUnits(harmed)).toBeLessThan(3_000)
  })

  test('and have a speed of their own are no evidence of a slower release', () => {
    expect(
      shareTripped(ramps(40, 3, (random) => waiting(readers, { slower: 1, bounds: QUANTILES }, random))),
    ).toBeLessThanOrEqual(0.05)
  })

  test('and wait 40% longer are noticed', () => {
    expect(
      shareTripped(ramps(20, 4, (random) => waiting(readers, { slower: 1.4, bounds: QUANTILES }, random))),
    ).toBeGreaterThan(0.8)
  })

  test('and buy as much as before are no evidence of a loss', () => {
    expect(shareTripped(ramps(40, 5, (random) => buying(buyers, { ratio: 1, min: 1 }, random)))).toBeLessThanOrEqual(
      0.1,
    )
  })

  test('and buy half as much are noticed', () => {
    expect(shareTripped(ramps(20, 6, (random) => buying(buyers, { ratio: 0.5, min: 1 }, random)))).toBeGreaterThan(0.8)
  })
})

describe('strangers', () => {
  const plan = { guards: ['checkout_error'] }
  const traffic = (ratio: number) => ({ perTick: 1_000, base: () => 0.01, ratio: () => ratio })

  test('whose requests fail five times as often are noticed, and everybody else who watches sees the same ramp to its end', () => {
    const seen: Seen[] = []
    const watcher = { look: (tick: Seen) => seen.push(tick) < 0 }
    const { own, watchers } = climb({ ...independent(plan, traffic(5), chance(7)), ticksPerStep: 20 }, [watcher])
    expect(own.did).toBe('rollback')
    expect(own.at).toBeLessThan(60)
    expect(watchers).toEqual([{ at: null, treatment: seen.reduce((n, { nT }) => n + nT, 0) }])
    expect([seen.length, seen[19]?.isStepOver, seen[20]?.share]).toEqual([80, true, 0.1])
  })

  test('who order half as often are noticed', () => {
    const frozen = { guard: 'order', at: 0, values: 500, from: 'before', amounts: { scale: 1, cap: 1 } } as const
    const buying = { perTick: 1_000, buy: { control: 0.03, treatment: 0.015 }, price: () => 1 }
    expect(climb(buyersOf(frozen, buying, chance(8))).own.did).toBe('rollback')
  })

  test('let a healthy ramp go up by its own gates, not before a step has reached everybody and not before its dwell', () => {
    const world = independent(plan, { ...traffic(1), perTick: 200 }, chance(9))
    const { ramp, elapsedMs } = ascend(world, {
      everyMs: 2_000,
      propagationMs: 4_000,
      until: ({ percent }) => percent.now > 50,
      mostMs: 3_600_000,
    })
    expect(ramp.publishes.map(({ percent }) => percent)).toEqual([1, 10, 50, 99])
    expect(elapsedMs).toBeGreaterThanOrEqual(3 * (120_000 + 4_000))
  })

  test('take a harmful ramp back that goes by its own gates', () => {
    const world = independent(plan, { ...traffic(10), perTick: 200 }, chance(10))
    const { ramp } = ascend(world, { everyMs: 2_000, propagationMs: 0, until: () => false, mostMs: 3_600_000 })
    expect([ramp.state, ramp.percent.now]).toEqual(['rolled_back', 0])
  })
})

describe('what may be strange', () => {
  const failures = { size: 3_000, visitsPerTick: 300, own: () => 0.02 }

  test('a guard that was stepped back begins anew, and judges what comes after', () => {
    const world = failing(failures, { ratio: 4 }, chance(11))
    // so bad that it trips before and after
    const path = { path: [1, 10, 1, 10], ticksPerStep: 10, restarts: true }
    expect(climb({ ...world, plan: { guards: ['checkout_error:step_back'] }, ...path }).own.did).not.toBe('up')
  })

  test('the people of a run that was taken back stay counted in the next one', () => {
    const random = chance(12)
    const people = crowd(failures, random)
    climb({ ...failing(failures, {}, random, people), ticksPerStep: 5 })
    const counted = people.counted[0]?.reduce((n, one) => n + one, 0) ?? 0
    expect(counted).toBeGreaterThan(50)
    const again = failing({ ...failures, visitsPerTick: 0 }, {}, random, people)
    expect(climb({ ...again, ticksPerStep: 5 }).own.met).toBe(0)
    expect(people.counted[0]?.reduce((n, one) => n + one, 0)).toBe(counted)
  })

  test('newcomers come once each, and returning people are no newcomers', () => {
    const of = { size: 1_000, visitsPerTick: 30, newPerTick: 20, own: () => 0 }
    expect(climb({ ...failing(of, {}, chance(13)), path: [1], ticksPerStep: 10 }).own.met).toBe(200)
  })

  test('a split that loses three in ten with the new variation is called broken', () => {
    const of = { size: 50_000, visitsPerTick: 300, newPerTick: 200, own: () => 0 }
    expect(climb(failing(of, { lost: 0.3 }, chance(14))).own.did).toBe('split')
  })
})
