import { expect, test } from 'vitest'
import { newFlag } from '../flags/rules.ts'
import { cohortConflict, cohortOf } from './cohort.ts'

const flag = (key: string, seed?: string) => newFlag({ key, type: 'boolean', seed }, '2026-03-01T12:00:00.000Z')
const flags = [flag('checkout'), flag('twin', 'checkout'), flag('other'), flag('third', 'checkout')]
const [checkout = flag('checkout')] = flags

const asks = (key: string, ...asked: readonly string[]) => ({
  flag: key,
  prerequisites: asked.map((one) => ({ flag: one, variations: ['on'] })),
})

test('a cohort is the other flags with the same seed, whether it is given or the key', () => {
  expect(cohortOf(checkout, flags)).toEqual(['third', 'twin'])
  expect(cohortOf(flag('twin', 'checkout'), flags)).toEqual(['checkout', 'third'])
  expect(cohortOf(flag('other'), flags)).toEqual([])
})

const conflict = (guarded: boolean, rest: { configs?: ReturnType<typeof asks>[]; ramps?: [string, boolean][] }) =>
  cohortConflict(
    { flag: checkout, guarded },
    {
      flags,
      configs: rest.configs ?? [],
      ramps: (rest.ramps ?? []).map(([key, isGuarded]) => ({ flag: key, guarded: isGuarded })),
    },
  )

test('two ramps of one cohort do not run together when either of them is guarded', () => {
  const said = 'twin has the same seed and is ramping'
  expect(conflict(true, { ramps: [['twin', false]] })).toBe(said)
  expect(conflict(false, { ramps: [['twin', true]] })).toBe(said)
  expect(conflict(false, { ramps: [['twin', false]] })).toBeUndefined()
  expect(conflict(true, { ramps: [['other', true]] })).toBeUndefined()
})

test('a guarded ramp is not gated by its own cohort, however far the prerequisites lead', () => {
  const said = 'twin has the same seed and decides, as a prerequisite, who gets checkout'
  expect(conflict(true, { configs: [asks('checkout', 'twin')] })).toBe(said)
  expect(conflict(true, { configs: [asks('checkout', 'other'), asks('other', 'twin')] })).toBe(said)
  expect(conflict(false, { configs: [asks('checkout', 'twin')] })).toBeUndefined()
  expect(conflict(true, { configs: [asks('checkout', 'other'), asks('twin', 'checkout')] })).toBeUndefined()
})

test('a circle of prerequisites, which no write makes, ends', () => {
  expect(conflict(true, { configs: [asks('checkout', 'other'), asks('other', 'checkout')] })).toBeUndefined()
})
