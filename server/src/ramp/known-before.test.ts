import { expect, test } from 'vitest'
import type { ServedInStep } from '../store/store.ts'
import { knownBefore } from './known-before.ts'
import { ramp } from './testing/makers.ts'

const MINUTE = 60_000
const NOON = Date.parse('2026-03-02T12:00:00.000Z')
const PLACE = { project: 'shop', environment: 'production', flag: 'checkout' }

/** The pace of a flag that was asked for so often at so many minutes before noon. */
async function paceOf(served: Readonly<Record<number, number>>): Promise<number | undefined> {
  const rows: readonly ServedInStep[] = Object.entries(served).map(([ago, n]) => ({
    variation: 'on',
    start: NOON - Number(ago) * MINUTE,
    n,
  }))
  const store = {
    served: async (_: unknown, __: unknown, { from, to }: { readonly from: number; readonly to: number }) =>
      rows.filter(({ start }) => start >= from && start <= to),
    measured: async () => [],
  }
  return (await knownBefore(store, PLACE, ramp().plan, NOON)).pace?.perMinute
}

test('the traffic of a flag is that of the last hour', async () => {
  expect(await paceOf({ 90: 100, 30: 600, 1: 600 })).toBe(20)
})

test('a flag that was first asked for ten minutes ago has the traffic of these, not a sixth of it', async () => {
  expect(await paceOf({ 10: 600, 5: 600 })).toBe(120)
})

test('a moment tells of ten seconds', async () => {
  expect(await paceOf({ 0: 400 })).toBe(2_400)
})

test('a flag that nobody asked for has none', async () => {
  expect(await paceOf({})).toBeUndefined()
  expect(await paceOf({ 90: 100 })).toBeUndefined()
})
