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
  ['errors<=+0.5pp', 'a limit in percentage points is not supported yet'],
  ['p95(checkout_ms)<=+20%', 'it asks for a latency, which is not supported yet'],
  ['mean(order_value)', 'it asks for a mean, which is not supported yet'],
  ['order>=0.95x', 'a limit from below is not supported yet'],
  ['errors<0%', 'an absolute limit must be above 0% and at most 90%'],
  ['errors<=', '"errors<=" is not a guard'],
])('%s is refused in words, not accepted and ignored', (text, words) => {
  expect(problemOf(text)).toContain(words)
})

test.each([
  [
    { kind: 'prometheus', name: 'main', events: 'e', total: 't', armLabel: null },
    'the source prometheus is not supported yet',
  ],
  [{ kind: 'pushed' }, 'the source pushed is not supported yet'],
  [{ kind: 'sdk', from: 'browser' }, 'outcomes from browsers are not supported yet'],
] as const)('the source %j is refused', (source, words) => {
  expect(problemOf({ metric: 'errors', limit: { kind: 'no_worse', margin: 1 }, source })).toContain(words)
})
