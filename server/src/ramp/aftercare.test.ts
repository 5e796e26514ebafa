import { describe, expect, test } from 'vitest'
import { lookBack } from './aftercare.ts'
import type { StoredRamp } from './state.ts'
import { ana, NOON, ramp, tick } from './testing/makers.ts'
import { move, type RampEvent } from './transitions.ts'

const HOUR = 3_600_000

function after(from: StoredRamp, event: RampEvent, now = NOON): StoredRamp {
  const transition = move(from, event, now)
  if (transition.kind !== 'moved') throw new Error(transition.kind)
  return transition.ramp
}

describe('a ramp that completed', () => {
  const completed = after(ramp({ guards: ['checkout_error<5%'] }), { kind: 'advance', to: 100 })
  const harm = tick(2, NOON, [1_000, 0], [200, 0])

  test('is watched for a day, and then no longer', () => {
    expect(completed.watchedUntil).toBe(NOON + 24 * HOUR)
    expect(lookBack(completed, [], NOON + 24 * HOUR - 1).event).toBeNull()
    expect(lookBack(completed, [], NOON + 24 * HOUR).event).toEqual({ kind: 'forget' })
    expect(after(completed, { kind: 'forget' }).watchedUntil).toBeNull()
  })

  test('that turns out to do harm is told of once, and nothing is moved', () => {
    const { event, evidence } = lookBack(completed, harm, NOON + HOUR)
    expect(event).toEqual({ kind: 'say', said: [{ kind: 'late_regression', guard: 'checkout_error' }] })
    expect(evidence).toMatchObject([{ verdict: 'tripped', treatment: { units: 1_000, events: 200 } }])
    const said = after(completed, event ?? { kind: 'forget' })
    expect(said).toMatchObject({ state: 'completed', seq: completed.seq, percent: { now: 100 } })
    expect(lookBack(said, harm, NOON + HOUR).event).toBeNull()
  })

  test('that nothing watched is not watched after its end either', () => {
    expect(after(ramp({ guards: [] }), { kind: 'advance', to: 100 }).watchedUntil).toBeNull()
  })
})

describe('a ramp that was taken back', () => {
  const back = after(ramp(), { kind: 'take_back', actor: ana, reason: null })
  const given = [{ seq: 1, tick: NOON + 60_000, metric: '*after', treatment: 3, control: 0 }]

  test('and is still given to somebody is told of once', () => {
    expect(lookBack(back, [], NOON + 60_000).event).toBeNull()
    const { event } = lookBack(back, given, NOON + 60_000)
    expect(event).toEqual({ kind: 'say', said: [{ kind: 'not_effective' }] })
    expect(lookBack(after(back, event ?? { kind: 'forget' }), given, NOON + 61_000).event).toBeNull()
  })

  test('is looked back at for an hour', () => {
    expect(lookBack(back, given, NOON + HOUR).event).toEqual({ kind: 'forget' })
  })
})
