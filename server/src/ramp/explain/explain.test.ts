import type { Evidence } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import type { StoredRamp } from '../state.ts'
import { ana, NOON, ramp } from '../testing/makers.ts'
import { move, type RampEvent } from '../transitions.ts'
import { explainEvidence } from './evidence.ts'
import { approvalHold, dwellHold, sampleHold } from './holds.ts'
import { explainMove } from './moves.ts'
import { sayCount, sayCountOf, sayList, sayPercent, sayRate, sayTime, sayUnits } from './numbers.ts'
import { explainRamp } from './ramp.ts'

const LATER = NOON + 42_000
const NOTHING = { holds: [], nextDecisionAt: null }

const bad: Evidence = {
  guard: 'checkout_error',
  metric: 'checkout_error',
  verdict: 'tripped',
  reaction: 'rollback',
  limit: { kind: 'no_worse', margin: 1 },
  method: 'exact',
  control: { units: 2620, events: 107, rate: 0.041 },
  treatment: { units: 131, events: 26, rate: 0.198 },
  change: { as: 'ratio', value: 4.8, interval: [2.39, 9], confidence: 0.99 },
  e: 5000,
  needed: 100,
  units: 'targetingKey',
  ticks: null,
  step: 1,
  words:
    'checkout_error: 4.1% of users without, 19.8% with (4.8×, 99% at any time: at least 2.3×), limit no worse; 131 users',
}

function after(from: StoredRamp, event: RampEvent): StoredRamp {
  const transition = move(from, event, LATER)
  if (transition.kind !== 'moved') throw new Error(transition.kind)
  return transition.ramp
}

const trip: RampEvent = {
  kind: 'roll_back',
  by: 'guard',
  cause: { kind: 'guard', evidence: [bad], named: ['checkout_error'] },
}

describe('the sentence of a ramp', () => {
  test('says where it is, what it waits for and when it decides', () => {
    const holds = [dwellHold(NOON + 120_000, LATER), sampleHold({ have: 64, need: 100, about: null }, 'targetingKey')]
    expect(explainRamp(ramp(), { holds, nextDecisionAt: NOON + 120_000 }, LATER)).toBe(
      'Running, step 1 of 4, 1% of users. Waiting for dwell time, 1m 18s left (until 12:02:00 UTC) and 64 of 100 users. Decides at 12:02:00 UTC.',
    )
  })

  test('names the step that waits for an approval', () => {
    expect(explainRamp(ramp(), { holds: [approvalHold(10)], nextDecisionAt: null }, LATER)).toBe(
      'Running, step 1 of 4, 1% of users. Waiting for an approval to go to 10%.',
    )
  })

  test('says that there was nothing to raise', () => {
    const everybody = ramp()
    const done = after({ ...everybody, percent: { before: 100, reached: 100, now: 100 } }, { kind: 'go_on', to: 4 })
    expect(explainRamp(done, NOTHING, LATER)).toBe(
      'Completed at once, at 12:00:42 UTC: 100% of users had on already. To climb again, set the share back first.',
    )
  })

  test('says that a pause stops advancing, not watching', () => {
    expect(explainRamp(after(ramp(), { kind: 'pause' }), NOTHING, LATER)).toBe(
      'Paused at step 1 of 4, 1% of users since 12:00:42 UTC; the guards go on watching.',
    )
  })

  test('says why a guard took it back, with the numbers', () => {
    expect(explainRamp(after(ramp(), trip), NOTHING, LATER)).toBe(
      `Rolled back 1% → 0% at 12:00:42 UTC after 42s: ${bad.words}.`,
    )
  })

  test.each([
    [
      { kind: 'take_back', actor: ana, reason: 'looks odd' },
      'Rolled back 1% → 0% at 12:00:42 UTC after 42s: Ana took it back (looks odd).',
    ],
    [
      { kind: 'reject', actor: ana, reason: null },
      'Rolled back 1% → 0% at 12:00:42 UTC after 42s: Ana rejected the next step.',
    ],
    [
      { kind: 'kill', actor: ana, reason: '5xx' },
      'Killed at 12:00:42 UTC after 42s by Ana (5xx); the share went back, 1% → 0%.',
    ],
    [
      { kind: 'give_way', to: 'replaced', actor: ana, reason: null },
      'Ended at 12:00:42 UTC after 42s: Ana started another ramp in its place.',
    ],
    [
      { kind: 'give_way', to: 'edited', actor: ana, reason: null },
      'Ended at 12:00:42 UTC after 42s: Ana set the share by hand.',
    ],
    [{ kind: 'go_on', to: 4 }, 'Completed: 100% of users have on, at 12:00:42 UTC after 42s.'],
    [
      { kind: 'roll_back', by: 'policy', cause: { kind: 'no_data' } },
      'Rolled back 1% → 0% at 12:00:42 UTC after 42s: nobody was met in this step for so long that the plan takes the ramp back.',
    ],
  ] as const satisfies readonly (readonly [RampEvent, string])[])('says how it ended: %j', (event, words) => {
    expect(explainRamp(after(ramp(), event), NOTHING, LATER)).toBe(words)
  })

  test('names the day when it was another one', () => {
    expect(explainRamp(after(ramp(), trip), NOTHING, LATER + 86_400_000)).toContain('at 2026-03-02 12:00:42 UTC')
  })
})

describe('what happened, for audit and alert', () => {
  const known = { evidence: [bad], holds: [] }

  test.each([
    ['ramp.started', ramp(), 'Ramp to on started at 1% (steps 1%, 10%, 50%, 100%), watched by checkout_error.'],
    ['ramp.started', ramp({ guards: [] }), 'Ramp to on started at 1% (steps 1%, 10%, 50%, 100%), nothing watches it.'],
    ['ramp.advanced', after(ramp(), { kind: 'go_on', to: 2 }), '1% → 10% of users.'],
    ['ramp.paused', after(ramp(), { kind: 'pause' }), 'Paused at 1%; the guards go on watching.'],
    ['ramp.rolled_back', after(ramp(), trip), `Rolled back 1% → 0% at 12:00:42 UTC after 42s: ${bad.words}.`],
  ] as const)('%s', (action, to, words) => {
    expect(explainMove(ramp(), to, action, known, LATER)).toBe(words)
  })

  test('a hold and a warning say what they are about', () => {
    const holds = [{ kind: 'guard', until: null, words: 'a person, since a guard holds the ramp (words)' } as const]
    expect(explainMove(ramp(), ramp(), 'ramp.held', { evidence: [], holds }, LATER)).toBe(
      'Holds at 1%, waiting for a person, since a guard holds the ramp (words).',
    )
    const warned = { evidence: [{ ...bad, reaction: 'warn' as const }], holds: [] }
    expect(explainMove(ramp(), ramp(), 'ramp.warned', warned, LATER)).toBe(`At 1%: ${bad.words}.`)
  })
})

describe('the end of the interval that a guard acted on', () => {
  const context = { declared: 'rollback', clear: 5, onlyHolds: null } as const
  const said = (interval: [number | null, number | null], limit: Evidence['limit'] = bad.limit) =>
    /99% at any time: ([^)]*)/.exec(
      explainEvidence({ ...bad, limit, change: { as: 'ratio', value: 4.8, interval, confidence: 0.99 } }, context),
    )?.[1]

  test('is the one of the table beside it', () => {
    expect(said([1.27, 9])).toBe('at least 1.2×')
    expect(said([17.94, null])).toBe('at least 17×')
  })

  test('is told as beyond the limit where the digits would say the limit itself', () => {
    expect(said([1, 9])).toBe('more than 1×')
    expect(said([1.04, 9])).toBe('more than 1×')
    expect(said([1.52, 9], { kind: 'ratio', max: 1.5 })).toBe('more than 1.5×')
    expect(said([0.1, 0.949], { kind: 'not_fall', min: 0.95 })).toBe('less than 0.95×')
    expect(said([0.1, 0.612], { kind: 'not_fall', min: 0.95 })).toBe('at most 0.62×')
  })
})

describe('numbers as people read them', () => {
  test.each([
    [0, '0%'],
    [0.198473, '19.8%'],
    [0.041, '4.1%'],
    [0.0021, '0.21%'],
    [0.00003, '0.003%'],
    [1, '100%'],
    [0.5, '50%'],
  ])('a rate of %d is %s', (rate, words) => {
    expect(sayRate(rate)).toBe(words)
  })

  test('the rest', () => {
    expect([sayPercent(10), sayPercent(0.125), sayPercent(99.9)]).toEqual(['10%', '0.125%', '99.9%'])
    expect([sayCount(18402), sayCount(999), sayCount(1234567)]).toEqual(['18,402', '999', '1,234,567'])
    expect([sayUnits('targetingKey'), sayUnits('account.id'), sayUnits('deviceId'), sayUnits('session')]).toEqual([
      'users',
      'accounts',
      'devices',
      'values of session',
    ])
    expect([sayCountOf(1, 'targetingKey'), sayCountOf(2, 'account.id')]).toEqual(['1 user', '2 accounts'])
    expect([sayList([]), sayList(['a']), sayList(['a', 'b']), sayList(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ])
    expect(sayTime(NOON, NOON)).toBe('12:00:00 UTC')
  })
})
