import type { Guard } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { unsupportedElsewhere } from './unsupported.ts'

const http = {
  kind: 'http',
  url: 'https://figures.example.com/',
  events: '/{arm}/errors',
  total: '/{arm}/all',
} as const
const main = {
  kind: 'prometheus',
  name: 'main',
  events: 'errors_total',
  total: 'requests_total',
  armLabel: 'variation',
} as const
const noWorse = { kind: 'no_worse', margin: 1 } as const
const below = { kind: 'below', max: 0.02 } as const

const rows: readonly (readonly [Pick<Guard, 'take' | 'source' | 'limit'>, string | null])[] = [
  [{ take: 'first', source: main, limit: noWorse }, null],
  [{ take: 'first', source: http, limit: { kind: 'not_fall', min: 0.95 } }, null],
  [{ take: 'first', source: { kind: 'pushed' }, limit: { kind: 'ratio', max: 2 } }, null],
  [{ take: 'first', source: { ...main, armLabel: null }, limit: below }, null],
  [{ take: 'slow', source: main, limit: { kind: 'no_worse', margin: 1.1 } }, null],
  [{ take: 'gauge', source: { ...main, total: '' }, limit: { kind: 'gauge', max: 0.8 } }, null],
  [{ take: 'gauge', source: { kind: 'pushed' }, limit: { kind: 'gauge', max: 0.8 } }, null],
  [{ take: 'first', source: { kind: 'sdk', from: 'server' }, limit: { kind: 'points', max: 0.1 } }, null],
  [{ take: 'first', source: main, limit: { kind: 'points', max: 0.1 } }, 'requests without users'],
  [{ take: 'first', source: main, limit: { kind: 'gauge', max: 3 } }, 'requests without users'],
  [{ take: 'gauge', source: main, limit: noWorse }, 'a gauge has a limit of its own'],
  [{ take: 'slow', source: http, limit: { kind: 'no_worse', margin: 1.1 } }, 'a latency is read from a histogram'],
  [{ take: 'slow', source: main, limit: below }, 'a latency is compared with control'],
  [{ take: 'sum', source: main, limit: { kind: 'not_fall', min: 1 } }, 'a mean needs a number for each unit'],
  [{ take: 'first', source: { ...main, armLabel: null }, limit: noWorse }, 'without an arm label'],
  [{ take: 'first', source: { ...http, total: '/all' }, limit: noWorse }, 'without {arm}'],
  [{ take: 'first', source: { ...main, total: ' ' }, limit: noWorse }, 'name the counter of the total'],
  [
    { take: 'first', source: { ...main, events: 'rate(errors_total[1m])' }, limit: noWorse },
    'rate(…) is not a counter',
  ],
  [{ take: 'first', source: { ...main, total: 'increase(x[1m])' }, limit: noWorse }, 'increase(…) is not a counter'],
]

test.each(rows)('%j can be judged, or not: %s', (guard, problem) => {
  const found = unsupportedElsewhere(guard)
  expect(problem === null ? found : found?.startsWith(problem)).toBe(problem === null ? null : true)
})
