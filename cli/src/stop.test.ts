import { describe, expect, test } from 'vitest'
import { parseUntil, stopCode, type Wish } from './stop.ts'
import { ended, hold, PERSON, ramp, rolledBack, START } from './test-ramps.ts'

const done: Wish = { until: { kind: 'done' }, exitOnHold: false }

describe('--until', () => {
  test('reads what is documented and nothing else', () => {
    expect(parseUntil('done')).toEqual({ kind: 'done' })
    expect(parseUntil('hold')).toEqual({ kind: 'hold' })
    expect(parseUntil('started')).toEqual({ kind: 'started' })
    expect(parseUntil('step:50%')).toEqual({ kind: 'step', percent: 50 })
    expect(parseUntil('step:0.5')).toEqual({ kind: 'step', percent: 0.5 })
    for (const wrong of ['', 'Done', 'step', 'step:', 'step:150%', 'step:x']) expect(parseUntil(wrong)).toBeUndefined()
  })

  test('a step is reached when the share is at or above it', () => {
    const at50: Wish = { until: { kind: 'step', percent: 50 }, exitOnHold: false }
    expect(stopCode(ramp(), at50, START)).toBeUndefined()
    expect(stopCode(ramp({ percent: { before: 0, reached: 50, now: 50 } }), at50, START)).toBe(0)
    expect(stopCode(rolledBack(), at50, START)).toBe(10)
  })

  test('started is reached as soon as the ramp runs', () => {
    const started: Wish = { until: { kind: 'started' }, exitOnHold: false }
    expect(stopCode(ramp({ state: 'scheduled' }), started, START)).toBeUndefined()
    expect(stopCode(ramp(), started, START)).toBe(0)
  })

  test('a hold that was waited for is success', () => {
    const held = ramp({ holds: [hold('approval')] })
    expect(stopCode(held, { until: { kind: 'hold' }, exitOnHold: true }, START)).toBe(0)
  })
})

describe('a ramp that does not end', () => {
  test('is watched on while it waits for what passes', () => {
    expect(stopCode(ramp(), { ...done, exitOnHold: true }, START)).toBeUndefined()
  })

  test('is watched on while held, unless --exit-on-hold was given', () => {
    const held = ramp({ holds: [hold('approval')] })
    expect(stopCode(held, done, START)).toBeUndefined()
    expect(stopCode(held, { ...done, exitOnHold: true }, START)).toBe(12)
    expect(stopCode(ramp({ state: 'paused' }), { ...done, exitOnHold: true }, START)).toBe(12)
  })

  test('has no verdict once the longest dwell is over and its policy is to hold', () => {
    expect(stopCode(ramp({ holds: [hold('max_dwell')] }), { ...done, exitOnHold: true }, START)).toBe(13)
  })
})

test('an end counts before everything that was wished for', () => {
  const killed = ended('killed', 'person', { kind: 'kill', actor: PERSON, reason: null })
  expect(stopCode(killed, { until: { kind: 'started' }, exitOnHold: true }, START)).toBe(11)
})
