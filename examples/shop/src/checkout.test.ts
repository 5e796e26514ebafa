import { expect, test } from 'vitest'
import { checkOut, DEFECTS, type Purchase } from './checkout.ts'

/** A checkout whose chances are these: of failing, of leaving, and two of its time. */
function withChances(isNew: boolean, defect: Parameters<typeof checkOut>[1], chances: readonly number[]): Purchase {
  const left = [...chances]
  return checkOut(isNew, defect, () => left.shift() ?? 0.5)
}

test('4% fail in the old checkout, whatever is wrong with the new one, and nobody leaves it', () => {
  for (const defect of [null, ...DEFECTS]) {
    expect(withChances(false, defect, [0.0399])).toMatchObject({ checkout: 'old', outcome: 'failed' })
    expect(withChances(false, defect, [0.04, 0])).toMatchObject({ checkout: 'old', outcome: 'ordered' })
  }
})

test('the new checkout is as good as the old one until it has a defect, one of which makes it fail five times as often', () => {
  expect(withChances(true, null, [0.04, 0])).toMatchObject({ checkout: 'new', outcome: 'ordered' })
  expect(withChances(true, 'errors', [0.199])).toMatchObject({ checkout: 'new', outcome: 'failed' })
  expect(withChances(true, 'errors', [0.2, 0])).toMatchObject({ checkout: 'new', outcome: 'ordered' })
})

test('the defect of orders lets half of the shoppers leave without any error', () => {
  expect(withChances(true, 'orders', [0.04, 0.499]).outcome).toBe('left')
  expect(withChances(true, 'orders', [0.04, 0.5]).outcome).toBe('ordered')
  expect(withChances(true, 'orders', [0.0399, 0]).outcome).toBe('failed')
})

test('a checkout takes 120 ms for most, and twice as long with the defect of latency', () => {
  // a quarter of the circle: the normal number is 0
  const median = [0.5, 0.5, 0.5, 0.25]
  expect(withChances(true, null, median).ms).toBe(120)
  expect(withChances(false, 'latency', median).ms).toBe(120)
  expect(withChances(true, 'latency', median).ms).toBe(240)
  expect(withChances(true, null, [0.5, 0.5, 0, 0]).ms).toBe(120)
  expect(Number.isFinite(withChances(true, null, [0.5, 0.5, 1 - Number.EPSILON / 2, 0]).ms)).toBe(true)
})
