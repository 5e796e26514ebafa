import { expect, test } from 'vitest'
import { noFigures } from '../sources/figures.ts'
import { checkGuard } from './check.ts'
import { NOON, ramp, tick } from './testing/makers.ts'

const HEALTHY = tick(1, NOON, [200, 19_800], [8, 792])
const MINUTE = 60_000
/** Ten minutes after the healthy counts something broke. */
const HARM = tick(1, NOON + 10 * MINUTE, [131, 13_100], [26, 537])
const of = ramp({ guards: ['checkout_error', 'order>=1x', 'p95(checkout_ms)<=+20%'] })

function check(guard: string, rows = HEALTHY, windowMs: number | null = null) {
  return checkGuard(of, { guard, windowMs }, { rows, figures: noFigures, now: NOON + 10 * MINUTE + 5_000 })
}

test('a guard is judged as the ramp’s own, with the whole budget', () => {
  expect(check('checkout_error')).toMatchObject({ guard: 'checkout_error', verdict: 'clear', needed: 100 })
  expect(check('checkout_error', HARM)).toMatchObject({ verdict: 'tripped', reaction: 'rollback' })
})

test('a guard may have another limit than the ramp’s', () => {
  expect(check('checkout_error<=20x', HARM).verdict).not.toBe('tripped')
  expect(check('checkout_error<1%', HARM)).toMatchObject({ limit: { kind: 'below', max: 0.01 } })
})

test('a window leaves out what was counted before it', () => {
  const rows = [...HEALTHY, ...HARM]
  expect(check('checkout_error', rows, MINUTE).treatment.units).toBe(131)
  expect(check('checkout_error', rows).treatment.units).toBe(331)
  expect(check('checkout_error', HEALTHY, MINUTE).verdict).toBe('no_data')
})

test('a restart of the ramp’s own guard counts over the whole ramp, and not in a window that is named', () => {
  const restarted = { ...of, restarts: [{ guard: 'checkout_error', from: NOON + 10 * MINUTE }] }
  const rows = [...HEALTHY, ...HARM]
  const about = { rows, figures: noFigures, now: NOON + 10 * MINUTE + 5_000 }
  const units = (windowMs: number | null) =>
    checkGuard(restarted, { guard: 'checkout_error', windowMs }, about).treatment.units
  expect([units(null), units(60 * MINUTE)]).toEqual([131, 331])
})

test.each([
  ['checkout_eror', /its guards are: checkout_error, order, checkout_ms/],
  ['p95(checkout_ms)<=+50%', /counts nothing that p95/],
  ['checkout_error<=', /is not a guard/],
])('%s cannot be judged, and says why', (guard, words) => {
  expect(() => check(guard)).toThrow(words)
})
