import { expect, test } from 'vitest'
import { binomial, binomialOf, chance } from './chance.ts'

const N = 20_000

function draws(draw: () => number): readonly number[] {
  return Array.from({ length: N }, draw)
}

function momentsOf(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  return [mean, values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length]
}

test('one seed gives the same numbers, and seeds that follow one another have nothing in common', () => {
  const take = (seed: number) => {
    const random = chance(seed)
    return Array.from({ length: 8 }, random)
  }
  expect(take(1)).toEqual(take(1))
  const [one, next] = [take(1), take(2)]
  expect(one.filter((n, i) => Math.abs(n - (next[i] ?? 0)) < 1e-3)).toEqual([])
})

test('numbers are spread evenly from 0 up to 1', () => {
  const [mean, variance] = momentsOf(draws(chance(3)))
  expect(mean).toBeCloseTo(1 / 2, 2)
  expect(variance).toBeCloseTo(1 / 12, 2)
})

test.each([
  [40, 0.02],
  [40, 0.5],
  [1_000, 0.99],
])('both ways to draw %d trials of %d have the mean and the variance of the binomial', (n, p) => {
  const random = chance(4)
  const tabled = binomialOf(n, p)
  for (const draw of [() => binomial(n, p, random), () => tabled(random)]) {
    const [mean, variance] = momentsOf(draws(draw))
    const wanted = n * p * (1 - p)
    // five standard errors
    expect(Math.abs(mean - n * p)).toBeLessThan(5 * Math.sqrt(wanted / N))
    expect(Math.abs(variance / wanted - 1)).toBeLessThan(0.08)
  }
})
