import { expect, test } from 'vitest'
import { isConstant } from './constant.ts'
import type { WireFlag } from './model.ts'
import { countryIs, flagOf } from './test-makers.ts'

test('a flag is constant that gives the same to everyone and has nothing that could look at who asks', () => {
  expect(isConstant(flagOf({ key: 'plain' }))).toBe(true)
  expect(isConstant(flagOf({ key: 'ruled', rules: [{ id: 'r', when: countryIs('DE'), serve: { to: 0 } }] }))).toBe(
    false,
  )
  expect(isConstant(flagOf({ key: 'rolled', serve: { to: 1, rollout: [100, 0] } }))).toBe(false)
  expect(isConstant(flagOf({ key: 'asking', prerequisites: [{ flag: 'plain', variations: [1] }] }))).toBe(false)
})

test('one that is killed and has no more than it needs for that is not', () => {
  const { rules: _, serve: __, ...killed } = flagOf({ key: 'killed', killed: true })
  expect(isConstant(killed as WireFlag)).toBe(false)
  expect(isConstant({ ...killed, rules: null, serve: null } as unknown as WireFlag)).toBe(false)
})
