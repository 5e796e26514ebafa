import type { Seen } from '@rampart/server/testing'
import { describe, expect, test } from 'vitest'
import { boundaries, groupSequential, spent } from './group-sequential.ts'
import { mannWhitney, shiftOf } from './mann-whitney.ts'
import { normalAbove, normalBelow, normalQuantile } from './normal.ts'
import { oracle } from './oracle.ts'
import { script } from './script.ts'
import { peekingZ, twoProportions } from './z-test.ts'

function seen(over: Partial<Seen>): Seen {
  return { share: 0.5, step: 0, inStep: 1, isStepOver: false, nT: 500, nC: 500, xT: 5, xC: 5, ...over }
}

test('the normal distribution is the one of the tables', () => {
  expect(normalBelow(1.96)).toBeCloseTo(0.975_002_104_9, 9)
  expect(normalAbove(5)).toBeCloseTo(2.866_515_719e-7, 15)
  expect(normalAbove(-3)).toBeCloseTo(0.998_650_101_97, 10)
  expect(normalQuantile(0.01)).toBeCloseTo(2.326_347_874, 8)
})

describe('the z-test', () => {
  test('gives what Agresti (Categorical Data Analysis, table 2.3) gives for heart attacks under aspirin', () => {
    const z = twoProportions({ xT: 189, nT: 11_034, xC: 104, nC: 11_037 })
    expect(z * z).toBeCloseTo(25.01, 2)
  })

  test('takes back at its first significant look', () => {
    const z = peekingZ()
    expect(z.look(seen({}))).toBe(false)
    expect(z.look(seen({ xT: 40 }))).toBe(true)
  })
})

describe('Mann and Whitney', () => {
  /** Permeability of membranes, Hollander & Wolfe, table 4.1. */
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
  const early = [1.15, 0.88, 0.9, 0.74, 1.21]

  test('give what Hollander and Wolfe give for membranes', () => {
    const { u, estimate } = shiftOf(term, early)
    expect(u).toBe(35)
    expect(estimate).toBeCloseTo(0.305, 6)
  })

  test('have the interval of the ordered differences of the ranks that the normal distribution names', () => {
    // 25 - 1.96 × sqrt(50 × 16 / 12) = 8.997: the eighth from either end
    const { low, high } = shiftOf(term, early, 0.95)
    const differences = term.flatMap((a) => early.map((b) => a - b)).sort((a, b) => a - b)
    expect([low, high]).toEqual([differences[7], differences[42]])
  })

  test('judge once a minute, and nothing that both arms share', () => {
    const judge = mannWhitney()
    const looks = Array.from({ length: 60 }, (_, k) => judge.look(seen({ xT: 5 + (k % 7), xC: 5 + (k % 7) })))
    expect(looks).not.toContain(true)
    const harmed = mannWhitney()
    expect(Array.from({ length: 60 }, () => harmed.look(seen({ xT: 25 }))).indexOf(true) % 6).toBe(5)
  })
})

describe('the group-sequential test', () => {
  test('has the boundaries that Lan and DeMets print for five equal looks, 2.5% on one side', () => {
    const limits = boundaries(0.025, [0.2, 0.4, 0.6, 0.8, 1])
    for (const [k, limit] of [4.877, 3.357, 2.68, 2.29, 2.031].entries()) expect(limits[k]).toBeCloseTo(limit, 2)
  })

  test('spends all of alpha, and hardly any at first', () => {
    expect(spent(0.01, 1)).toBeCloseTo(0.01, 12)
    expect(spent(0.01, 0.2)).toBeLessThan(1e-8)
  })

  test('looks only when a step is over', () => {
    const judge = groupSequential([10, 50])
    expect(judge.look(seen({ nT: 1_000, nC: 9_000, xT: 300, xC: 90 }))).toBe(false)
    expect(judge.look(seen({ nT: 1_000, nC: 9_000, xT: 300, xC: 90, isStepOver: true }))).toBe(true)
  })
})

test('the script asks once a step, and forgets', () => {
  const judge = script('treatment')
  expect(judge.look(seen({ xT: 100 }))).toBe(false)
  expect(judge.look(seen({ xT: 0, isStepOver: true }))).toBe(true)
  expect(judge.look(seen({ xT: 25, isStepOver: true }))).toBe(false)
  expect(script('service').look(seen({ xT: 40, xC: 5, isStepOver: true }))).toBe(false)
})

test('the oracle trips when the likelihood ratio of the true ratio reaches a hundred', () => {
  // two of two in treatment at 1% and ten times as bad: (10 / 1.09)² = 84; with a third 772
  const one = seen({ share: 0.01, xT: 1, xC: 0 })
  const judge = oracle(10)
  expect([judge.look(one), judge.look(one), judge.look(one)]).toEqual([false, false, true])
})
