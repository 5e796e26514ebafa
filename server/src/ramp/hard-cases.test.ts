import type { Hold } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { type Decision, decide, type Reach } from './decide.ts'
import { judge } from './judge.ts'
import { respond } from './respond.ts'
import type { StoredRamp } from './state.ts'
import { ana, NOON, ramp, tick } from './testing/makers.ts'
import { move, type RampEvent } from './transitions.ts'

/*
 * What users of other systems complained of, each under the rule that answers it, from counts to decision.
 */

const MINUTE = 60_000
const THERE: Reach = { instances: 1, behind: 0 }
const HEALTHY = tick(1, NOON, [200, 19_800], [8, 792])
const HARM = tick(1, NOON, [131, 13_100], [26, 537])

function look(of: StoredRamp, rows = HEALTHY, now = NOON + 5 * MINUTE, reach = THERE): Decision {
  return decide(of, judge(of, rows), reach, now)
}

function after(from: StoredRamp, event: RampEvent, now = NOON): StoredRamp {
  const transition = move(from, event, now)
  if (transition.kind !== 'moved') throw new Error(transition.kind)
  return transition.ramp
}

const kinds = (decision: Decision): readonly Hold['kind'][] =>
  decision.kind === 'hold' ? decision.because.map(({ kind }) => kind) : []

describe('no data', () => {
  test('is never evidence of harm, and never permission to advance', () => {
    expect(look(ramp(), [])).toMatchObject({ kind: 'hold', because: [{ kind: 'no_data' }] })
    expect(look(ramp({ onFewSamples: 'advance' }), [], NOON + 600 * MINUTE).kind).toBe('hold')
  })

  test('says when somebody was met last', () => {
    const second = after(ramp(), { kind: 'go_on', to: 2 }, NOON + MINUTE)
    const judged = { ...second, judgingSince: NOON + MINUTE }
    const [hold] = (look(judged, HEALTHY) as Extract<Decision, { kind: 'hold' }>).because
    expect(hold?.words).toContain('the last ones were met at 12:00:00 UTC')
  })

  test('of outcomes is not no data: units without any outcome go on collecting', () => {
    expect(kinds(look(ramp(), tick(1, NOON, [200, 19_800])))).toEqual(['not_clear'])
  })
})

describe('0/0 and other nonsense', () => {
  test('is no information: empty counts change no evidence, and every figure stays a number', () => {
    const { evidence } = judge(
      ramp({ guards: ['checkout_error', 'checkout_error<5%', 'checkout_error<=+1pp'] }),
      tick(1, NOON, [0, 0]),
    )
    for (const { e, control, treatment } of evidence) {
      expect([e, control.rate, treatment.rate]).toEqual([1, null, null])
    }
  })

  test('a huge count stays a number, and is shown as one', () => {
    const [evidence] = judge(ramp(), tick(1, NOON, [1e9, 1e11], [1e9, 0])).evidence
    expect(Number.isFinite(evidence?.e)).toBe(true)
  })
})

describe('inconclusive', () => {
  test('is neither clear nor tripped; at the longest dwell the plan decides', () => {
    const few = tick(1, NOON, [200, 19_800], [0, 3])
    expect(kinds(look(ramp(), few))).toEqual(['not_clear'])
    const late = NOON + 61 * MINUTE
    expect(look(ramp(), few, late)).toMatchObject({ latches: [{ kind: 'max_dwell' }] })
    expect(look(ramp({ onFewSamples: 'rollback' }), few, late).kind).toBe('rollback')
    expect(look(ramp({ onFewSamples: 'advance' }), few, late)).toEqual({ kind: 'advance', to: 2 })
  })

  test('is settled for good by a person who advances', () => {
    const held = after(ramp(), { kind: 'latch', latches: [{ kind: 'max_dwell', seq: 1 }] })
    expect(after(held, { kind: 'advance', to: null })).toMatchObject({ step: 2, latches: [] })
  })
})

test('a verdict that is not clear is never shown as clear', () => {
  const of = ramp({ guards: [{ metric: 'checkout_error', limit: { kind: 'no_worse', margin: 1 }, fromStep: 2 }] })
  expect(judge(of, HEALTHY).evidence[0]).toMatchObject({
    verdict: 'skipped',
    words: 'checkout_error: not watched in this step',
  })
  expect(judge(ramp(), tick(1, NOON, [2, 198])).evidence[0]?.verdict).toBe('collecting')
})

test('a pause stops advancing, and not watching', () => {
  const paused = after(ramp(), { kind: 'pause' })
  expect(look(paused)).toMatchObject({ kind: 'hold', because: [] })
  expect(look(paused, HARM).kind).toBe('rollback')
})

test('a gate that refuses holds, and resets no evidence', () => {
  const steps = [{ percent: 1 }, { percent: 10, gate: 'https://gate.test/' }, { percent: 100 }]
  const gated = ramp({ steps })
  const closed = { ...THERE, gate: { open: false, words: 'it answered 503' } } as const
  const held = look(gated, HEALTHY, NOON + 5 * MINUTE, closed)
  expect(held).toMatchObject({
    because: [{ kind: 'gate', words: 'the gate https://gate.test/ to open (it answered 503)' }],
  })
  expect(respond(gated, judge(gated, HEALTHY), held)).toBeNull()
  expect(look(gated, HARM, NOON, closed).kind).toBe('rollback')
  expect(look(gated, HEALTHY, NOON + 5 * MINUTE, { ...THERE, gate: { open: true } })).toEqual({
    kind: 'advance',
    to: 2,
  })
})

test('a gate is asked before a person is, so that an approval is the last thing waited for', () => {
  const steps = [{ percent: 1 }, { percent: 10, gate: 'https://gate.test/', approval: true }, { percent: 100 }]
  expect(kinds(look(ramp({ steps })))).toEqual(['gate'])
  expect(kinds(look(ramp({ steps }), HEALTHY, NOON + 5 * MINUTE, { ...THERE, gate: { open: true } }))).toEqual([
    'approval',
  ])
})

test('a crash that skews the split as well is harm first: the rollback is not masked', () => {
  const skewed = [...HARM, { seq: 1, tick: NOON, metric: '*', treatment: 20, control: 15_000 }]
  expect(judge(ramp(), skewed).split.broken).toBe(true)
  expect(look(ramp(), skewed)).toMatchObject({ kind: 'rollback', because: { kind: 'guard' } })
})

test('after an outage the backlog is judged first, and the ramp advances one step at most', () => {
  expect(look(ramp(), HARM, NOON + 600 * MINUTE).kind).toBe('rollback')
  expect(look(ramp(), HEALTHY, NOON + 600 * MINUTE)).toEqual({ kind: 'advance', to: 2 })
})

test('whoever is behind is named while a step waits to reach the fleet', () => {
  const fresh = ramp({}, { judgingSince: null })
  const reach = { instances: 38, behind: 4, names: ['web-1', 'web-2', 'web-3', 'web-4'] }
  expect(look(fresh, HEALTHY, NOON + 1_000, reach)).toMatchObject({
    because: [
      { kind: 'propagation', words: expect.stringContaining('34 of 38; without it: web-1, web-2, web-3 and 1 more') },
    ],
  })
})

test('the way back is what the rule gave before the ramp, at once and whatever step it was at', () => {
  const from = ramp({}, { percent: { before: 5, reached: 50, now: 50 }, step: 3 })
  expect(after(from, { kind: 'take_back', actor: ana, reason: null })).toMatchObject({
    state: 'rolled_back',
    percent: { now: 5 },
  })
})

test('a ramp that was taken back is never tried again by itself', () => {
  const over = after(ramp(), { kind: 'take_back', actor: ana, reason: null })
  expect(look(over)).toEqual({ kind: 'hold', until: null, because: [], latches: [] })
})

test('low traffic needs no special case: without outcomes the evidence does not move', () => {
  const [evidence] = judge(ramp(), tick(1, NOON, [1, 3], [1, 0])).evidence
  expect(evidence?.verdict).toBe('collecting')
  expect(evidence?.e).toBeLessThan(100)
})
