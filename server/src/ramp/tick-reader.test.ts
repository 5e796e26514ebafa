import { expect, test } from 'vitest'
import type { TickRow } from '../store/store.ts'
import { NOON, ramp } from './testing/makers.ts'
import { createTickReader } from './tick-reader.ts'

function row(metric: string, treatment: number, control: number, tick = NOON): TickRow {
  return { seq: 1, tick, metric, treatment, control }
}

/** A reader over rows that can be changed, with a clock. */
function readerOf(rows: readonly TickRow[]) {
  let stored = rows
  let now = NOON
  const asked: (number | undefined)[] = []
  const reader = createTickReader(
    {
      ticks: async (_, since) => {
        asked.push(since)
        return stored.filter(({ tick }) => tick >= (since ?? 0))
      },
    },
    { now: () => now },
  )
  return {
    reader,
    asked,
    store: (next: readonly TickRow[]) => {
      stored = next
    },
    at: (time: number) => {
      now = time
    },
  }
}

test('only ticks that may still change are read again, and the rest is as it was', async () => {
  const { reader, asked, store, at } = readerOf([row('', 1, 9)])
  expect(await reader.read(ramp())).toEqual([row('', 1, 9)])
  at(NOON + 60_000)
  await reader.read(ramp())
  store([row('', 1, 9), row('', 2, 8, NOON + 60_000)])
  expect(await reader.read(ramp())).toEqual([row('', 1, 9), row('', 2, 8, NOON + 60_000)])
  expect(asked).toEqual([0, NOON - 30_000, NOON + 30_000])
})

test('the past of a ramp is put together at the first reading already', async () => {
  const past = Array.from({ length: 360 }, (_, n) => row('', 1, 9, NOON + n * 10_000))
  const { reader, at } = readerOf(past)
  at(NOON + 3_600_000)
  const rows = await reader.read(ramp())
  expect(rows.length).toBeLessThan(10)
  expect(rows.reduce((sum, { treatment, control }) => sum + treatment + control, 0)).toBe(3_600)
})

test('what is kept is the hashes of units, once for each set that they are in', async () => {
  const { reader } = readerOf([
    row('', 10, 90),
    row('*', 10, 90),
    row('checkout_error', 1, 9),
    row('ms>0', 5, 45),
    row('ms>1', 5, 45),
    row('checkout_error!', 0, 500),
    row('*after', 7, 0),
  ])
  await reader.read(ramp())
  expect(reader.kept(ramp())).toBe(360)
  expect(reader.kept(ramp({}, { halved: [NOON] }))).toBe(360)
})

test('units that were let go are no longer kept', async () => {
  const { reader, at } = readerOf([row('', 100, 900)])
  await reader.read(ramp())
  at(NOON + 10_000)
  expect(reader.kept(ramp({}, { halved: [NOON + 5_000] }))).toBe(1_000)
})

test('what each halving asks for is done once, and again when it failed', async () => {
  const { reader } = readerOf([])
  const halved = ramp({}, { halved: [NOON] })
  let tries = 0
  const work = async (): Promise<void> => {
    tries += 1
    if (tries === 1) throw new Error('disk full')
  }
  await expect(reader.once(halved, work)).rejects.toThrow('disk full')
  await reader.once(halved, work)
  await reader.once(halved, work)
  expect(tries).toBe(2)
})
