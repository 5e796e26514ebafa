import { expect, test } from 'vitest'
import { checkOut } from './checkout.ts'

test('4% fail in the old checkout, with or without the defect', () => {
  expect(checkOut(false, true, 0.0399)).toEqual({ checkout: 'old', paid: false })
  expect(checkOut(false, true, 0.04)).toEqual({ checkout: 'old', paid: true })
})

test('the new checkout is as good as the old one until it has its defect, which makes it 20%', () => {
  expect(checkOut(true, false, 0.04)).toEqual({ checkout: 'new', paid: true })
  expect(checkOut(true, true, 0.199)).toEqual({ checkout: 'new', paid: false })
  expect(checkOut(true, true, 0.2)).toEqual({ checkout: 'new', paid: true })
})
