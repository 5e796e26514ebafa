import { expect, test } from 'vitest'
import { byDay } from './by-day.ts'

const local = (day: number, hour: number) => new Date(2025, 10, day, hour).toISOString()

test('what happened is grouped by the day of the viewer', () => {
  const items = [local(25, 9), local(25, 1), local(24, 23), local(20, 5)].map((at) => ({ at }))
  const days = byDay(items, new Date(2025, 10, 25, 12).getTime())
  expect(days.map(({ day, items: { length } }) => [day, length])).toEqual([
    ['Today', 2],
    ['Yesterday', 1],
    ['20 November 2025', 1],
  ])
})
