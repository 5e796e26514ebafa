import { describe, expect, test } from 'vitest'
import { chance } from '../chance.ts'
import { buying, failing, normal, type People, waiting } from './people.ts'
import { climb, medianUnits, type Outcome, shareTripped, type World } from './ramps.ts'

/*
 * People who come back, judged by the product's detector. Few ramps of each, so that every test run can afford them; the
 * limits leave room for chance, and the benchmark runs thousands.
 */

function ramps(n: number, seed: number, world: (random: () => number) => World): readonly Outcome[] {
  const random = chance(seed)
  return Array.from({ length: n }, () => climb({ ...world(random), ticksPerStep: 30 }))
}

const shoppers: People = { size: 8_000, visitsPerTick: 500, own: (random) => -0.004 * Math.log(1 - random()) }
const readers: People = { size: 8_000, visitsPerTick: 500, own: (random) => 0.5 * normal(random) }
const buyers: People = { size: 40_000, visitsPerTick: 600, own: () => 0.03 }

/** p50, p90 and p99 of the readers' times. */
const QUANTILES = [100, 215, 403]

describe('people who come back', () => {
  test('and fail at rates of their own are no evidence against a healthy release, nor a broken split', () => {
    const healthy = ramps(60, 1, (random) => failing(shoppers, 1, random))
    expect([shareTripped(healthy) <= 0.05, healthy.filter(({ split }) => split).length]).toEqual([true, 0])
  })

  test('and fail three times as often are noticed', () => {
    const harmed = ramps(30, 2, (random) => failing(shoppers, 3, random))
    expect(shareTripped(harmed)).toBeGreaterThan(0.9)
    expect(medianUnits(harmed)).toBeLessThan(1_500)
  })

  test('and have a speed of their own are no evidence of a slower release', () => {
    expect(shareTripped(ramps(40, 3, (random) => waiting(readers, 1, QUANTILES, random)))).toBeLessThanOrEqual(0.05)
  })

  test('and wait 40% longer are noticed', () => {
    expect(shareTripped(ramps(20, 4, (random) => waiting(readers, 1.4, QUANTILES, random)))).toBeGreaterThan(0.8)
  })

  test('and buy as much as before are no evidence of a loss', () => {
    expect(shareTripped(ramps(40, 5, (random) => buying(buyers, 1, 1, random)))).toBeLessThanOrEqual(0.1)
  })

  test('and buy half as much are noticed', () => {
    expect(shareTripped(ramps(20, 6, (random) => buying(buyers, 0.5, 1, random)))).toBeGreaterThan(0.8)
  })
})
