import { describe, expect, test } from 'vitest'
import { forecast, minutesToClear, trafficOf } from './forecast.ts'
import type { Findings } from './judge.ts'
import { judge } from './judge.ts'
import { NOON, ramp, tick } from './testing/makers.ts'

const MINUTE = 60_000
const pace = { perMinute: 6_000, rates: { checkout_error: 0.01 } }

function nothing(of = ramp()): Findings {
  return judge(of, [])
}

describe('how long a ramp takes', () => {
  test('is told before it has met anybody, by the hour before it', () => {
    const begun = ramp({}, { pace })
    expect(forecast(begun, nothing(begun), NOON)).toMatchObject({
      perMinute: 6_000,
      from: 'before',
      steps: [
        { step: 1, percent: 1, waitsFor: 'clear', guard: 'checkout_error' },
        { step: 2, percent: 10, waitsFor: 'dwell', guard: null, minutes: 2 },
        { step: 3, percent: 50, waitsFor: 'dwell', guard: null, minutes: 2 },
      ],
      words: 'About 7m at 6,000 users a minute at most.',
    })
  })

  test('is the dwell where the traffic is large', () => {
    const begun = ramp({}, { pace: { ...pace, perMinute: 600_000 } })
    expect(forecast(begun, nothing(begun), NOON).steps.map(({ waitsFor }) => waitsFor)).toEqual([
      'dwell',
      'dwell',
      'dwell',
    ])
  })

  test('is warned of where a step cannot end in its time', () => {
    const slow = ramp({}, { pace: { perMinute: 60, rates: { checkout_error: 0.001 } } })
    const { words } = forecast(slow, nothing(slow), NOON)
    expect(words).toContain('1% needs about 2d 4h for checkout_error, longer than its longest dwell (1h).')
  })

  test('cannot be told of an event that has not happened yet, nor of a flag that nobody asked for', () => {
    const never = ramp({}, { pace: { perMinute: 6_000, rates: { checkout_error: 0 } } })
    expect(forecast(never, nothing(never), NOON)).toMatchObject({
      steps: [{ minutes: null }, { minutes: null }, { minutes: null }],
      words: expect.stringContaining(
        'Nobody can tell how long 1% needs for checkout_error: it has not happened so far.',
      ),
    })
    expect(forecast(ramp(), nothing(), NOON).words).toBe(
      'How long the ramp takes cannot be told: new-checkout-flow was not asked in the hour before it.',
    )
  })

  test('waits for the window of a mean', () => {
    const paid = ramp({ guards: ['mean(order_value)'] }, { pace: { perMinute: 6_000, rates: {} } })
    expect(forecast(paid, nothing(paid), NOON).steps[0]).toEqual({
      step: 1,
      percent: 1,
      minutes: 60,
      waitsFor: 'window',
      guard: 'order_value',
    })
  })

  test('goes by what the ramp has met as soon as that is something', () => {
    const begun = ramp({}, { pace })
    const met = judge(begun, tick(1, NOON, [10, 990], [0, 20]))
    expect(trafficOf(begun, met, NOON + 29_000)).toEqual({ perMinute: 6_000, from: 'before' })
    expect(trafficOf(begun, met, NOON + MINUTE)).toEqual({ perMinute: 1_000, from: 'ramp' })
    expect(minutesToClear(begun, met, 'checkout_error', NOON + MINUTE)).toBeCloseTo(8.4, 0)
  })
})
