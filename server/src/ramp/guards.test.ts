import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type GuardInput, normaliseGuards } from './guards.ts'

function guards(...inputs: readonly GuardInput[]) {
  const read = normaliseGuards(inputs)
  if (!read.ok) throw new Error(read.problem)
  return read.value
}

function problemOf(input: GuardInput): string {
  const read = normaliseGuards([input])
  return read.ok ? '' : read.problem
}

describe('the budget for false alarms', () => {
  test('is shared by all guards that can take a ramp back, whichever way', () => {
    const all = guards('a', 'b:step_back', 'c:hold', 'd:warn')
    expect(all.map(({ metric, weight }) => [metric, weight])).toEqual([
      ['a', 0.5],
      ['b', 0.5],
      ['c', 1],
      ['d', 1],
    ])
  })

  test('may be divided by hand, and never overdrawn', () => {
    const asked = (metric: string, weight: number) =>
      ({ metric, limit: { kind: 'no_worse', margin: 1 }, weight }) as const
    expect(guards(asked('a', 0.7), asked('b', 0.2)).map(({ weight }) => weight)).toEqual([0.7, 0.2])
    expect(normaliseGuards([asked('a', 0.7), asked('b', 0.7)])).toEqual({
      ok: false,
      problem: 'the weights of the guards that rollback sum to more than 1',
    })
  })
})

test('two guards of one metric have two keys', () => {
  expect(guards('errors', 'errors<2%').map(({ key }) => key)).toEqual(['errors', 'errors-2'])
})

test.each([
  ['errors<=1.5pp', 'write points with a sign'],
  ['errors<=+60pp', 'a limit in points must be above 0pp and at most 50pp'],
  ['order>=0x', 'a limit from below must be at least 0.1x'],
  ['errors<0%', 'an absolute limit must be above 0% and at most 90%'],
  ['p95(checkout_ms)<=2%', 'the limit of a quantile is relative'],
  ['mean(order_value)<=1.5x', 'a mean is kept from dropping'],
  ['errors<=', '"errors<=" is not a guard'],
])('%s is refused in words, not accepted and ignored', (text, words) => {
  expect(problemOf(text)).toContain(words)
})

test('what finds breakage but no erosion holds a ramp, and what finds harm takes it back', () => {
  const reactions = guards(
    'errors',
    'errors<=+0.5pp',
    'checkout_ms',
    'order>=0.95x',
    'mean(order_value)',
    'order>=0.9x:rollback',
    'web_error:browser',
    'web_error<=1.5x:browser:rollback',
  )
  expect(reactions.map(({ reaction }) => reaction)).toEqual([
    'rollback',
    'rollback',
    'rollback',
    'hold',
    'hold',
    'rollback',
    'hold',
    'rollback',
  ])
})

test('a guard asks what servers report, or browsers', () => {
  expect(guards('errors', 'errors:browser:n=500').map(({ source, minUnits }) => [source, minUnits])).toEqual([
    [{ kind: 'sdk', from: 'server' }, null],
    [{ kind: 'sdk', from: 'browser' }, 500],
  ])
  expect(problemOf('p95(web_lcp_ms)<=+20%:browser')).toContain('browsers are asked for events only')
})

test('durations of a guard are read in both ways that people write them', () => {
  const of = (grace: string) => guards({ metric: 'errors', limit: { kind: 'no_worse', margin: 1 }, grace })[0]?.grace
  expect([of('90s'), of('PT1M30S')]).toEqual(['PT1M30S', 'PT1M30S'])
  const wrong = { metric: 'errors', limit: { kind: 'no_worse', margin: 1 }, grace: 'soon' } as const
  expect(problemOf(wrong)).toBe('guard errors: a duration must look like 30s, 10m or PT10M')
  expect(guards('mean(order_value)')[0]?.window).toBe('PT1H')
})

test.each([
  [
    { kind: 'prometheus', name: 'main', events: 'e', total: 't', armLabel: null },
    'without an arm label it is of the whole service, and nothing can be compared',
  ],
  [
    { kind: 'prometheus', name: 'main', events: 'rate(e[1m])', total: 't', armLabel: 'arm' },
    'rate(…) is not a counter',
  ],
] as const)('figures of %j cannot be judged', (source, words) => {
  expect(problemOf({ metric: 'errors', limit: { kind: 'no_worse', margin: 1 }, source })).toContain(words)
})

test('figures from elsewhere only hold a ramp, unless it is asked for more', () => {
  const source = { kind: 'pushed' } as const
  const limit = { kind: 'no_worse', margin: 1 } as const
  const [held, asked] = guards({ metric: 'a', limit, source }, { metric: 'b', limit, source, reaction: 'rollback' })
  expect([held?.reaction, asked?.reaction]).toEqual(['hold', 'rollback'])
})

test('a gauge promises nothing, and takes no part of a budget', () => {
  const source = { kind: 'pushed' } as const
  const read = guards(
    'errors:hold',
    { metric: 'cpu', take: 'gauge', limit: { kind: 'gauge', max: 0.8 }, source },
    { metric: 'mem', take: 'gauge', limit: { kind: 'gauge', max: 0.8 }, source },
  )
  expect(read.map(({ metric, reaction, weight }) => [metric, reaction, weight])).toEqual([
    ['errors', 'hold', 1],
    ['cpu', 'hold', 1],
    ['mem', 'hold', 1],
  ])
})

test('every guard of the documents is one', () => {
  const page = readFileSync(new URL('../../../docs/guards.md', import.meta.url), 'utf8')
  const table = page.slice(page.indexOf('## How a guard is written'), page.indexOf('Behind it, in any order'))
  const written = [...table.matchAll(/`([^`]+)`/g)].map(([, guard = '']) => guard)
  expect(written.length).toBeGreaterThan(7)
  for (const guard of written) expect(normaliseGuards([guard, `${guard}:n=500:hold`])).toMatchObject({ ok: true })
})
