import { describe, expect, test } from 'vitest'
import { type PushOptions, pushedFigures } from './pushed-figures.ts'

const NOON = Date.parse('2026-03-01T12:00:00Z')
const push = (value: string | undefined, over: Partial<PushOptions> = {}) =>
  pushedFigures('payment_failed', value, { window: '60s', ...over }, NOON)

const last = { metric: 'payment_failed', start: '2026-03-01T11:59:00.000Z', end: '2026-03-01T12:00:00.000Z' }

describe('figures that are pushed', () => {
  test('are events and total of each arm, of the time that ends now', () => {
    expect(push(undefined, { treatment: '3/120', control: '10/4000' })).toEqual([
      { ...last, arm: 'treatment', events: 3, total: 120 },
      { ...last, arm: 'control', events: 10, total: 4000 },
    ])
  })

  test('may be of one arm, of one process, and of a time that is named', () => {
    const named = { treatment: '3/120', instance: 'a', start: '2026-03-01T11:00:00Z', window: '5m' }
    expect(push(undefined, named)).toEqual([
      {
        metric: 'payment_failed',
        start: '2026-03-01T11:00:00.000Z',
        end: '2026-03-01T11:05:00.000Z',
        arm: 'treatment',
        instance: 'a',
        events: 3,
        total: 120,
      },
    ])
  })

  test('are one value for a gauge', () => {
    expect(push('0.75')).toEqual([{ ...last, value: 0.75 }])
  })

  test.each([
    [undefined, {}, 'Give a value'],
    ['1', { treatment: '3/120' }, 'Choose: a value'],
    ['much', {}, 'value: "much" must be a number'],
    [undefined, { treatment: '3' }, '--treatment: "3" must be events and total'],
    [undefined, { control: '3/x' }, '--control: "x" must be a number'],
    [undefined, { control: '3/4/5' }, '--control: "3/4/5" must be events and total'],
    ['1', { window: '0' }, '--window: a window has a length'],
    ['1', { start: 'noon' }, '--start: "noon" must be a time'],
  ] as const)('of %j with %j are refused', (value, over, words) => {
    expect(() => push(value, over)).toThrow(words)
  })
})
