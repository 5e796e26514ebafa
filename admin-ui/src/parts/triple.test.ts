import type { Hold } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { tripleOf } from './triple.ts'

const START = Date.parse('2025-11-25T14:00:00.000Z')
const at = (ms: number) => new Date(START + ms).toISOString()
const MINUTE = 60_000

type Underway = Parameters<typeof tripleOf>[0]

const step = { minUnits: 100, clear: null, approval: false, gate: null }
const plain: Underway = {
  state: 'running',
  step: 2,
  percent: { before: 0, reached: 10, now: 10 },
  holds: [],
  enteredAt: at(0),
  judgingSince: at(1000),
  nextDecisionAt: null,
  plan: {
    key: 'default',
    version: 1,
    name: '',
    steps: [
      { ...step, percent: 1, dwell: 'PT10M' },
      { ...step, percent: 10, dwell: 'PT15M' },
      { ...step, percent: 100, dwell: 'PT0S' },
    ],
    guards: [],
    bake: 'PT1H',
    maxDwell: 'PT1H',
    onNoData: 'hold',
    onFewSamples: 'hold',
    noDataGrace: 'PT15M',
    cooldown: 'PT15M',
    propagationLimit: 'PT30S',
    window: null,
    alpha: 0.01,
  },
}
const hold = (kind: Hold['kind'], more: Partial<Hold> = {}): Hold => ({ kind, until: null, words: '', ...more })

test('a dwelling ramp says how far it is and counts down to its decision', () => {
  const ramp: Underway = {
    ...plain,
    holds: [hold('dwell', { until: at(15 * MINUTE) }), hold('sample', { have: 212, need: 5000 })],
    nextDecisionAt: at(15 * MINUTE),
  }
  expect(tripleOf(ramp, START + 6 * MINUTE + 12_000)).toMatchObject({
    where: { main: 'Step 2 of 3 · 10%', more: 'dwelling 6:12 of 15:00' },
    waitingFor: { main: 'Dwell time, more units', more: '212 of 5,000' },
    nextDecision: { main: 'In 8:48' },
  })
})

test('a ramp that waits for evidence decides as soon as it is there', () => {
  expect(tripleOf({ ...plain, holds: [hold('not_clear'), hold('not_clear')] }, START + 20 * MINUTE)).toMatchObject({
    where: { more: 'here for 20:00' },
    waitingFor: { main: 'More evidence', more: undefined },
    nextDecision: { main: 'As soon as that is there' },
  })
})

test('a ramp that only a person can move says so', () => {
  expect(tripleOf({ ...plain, holds: [hold('guard')] }, START)).toMatchObject({
    waitingFor: { main: 'A person: a guard holds it' },
    nextDecision: { main: 'When somebody acts' },
  })
  expect(tripleOf({ ...plain, state: 'paused' }, START)).toMatchObject({
    waitingFor: { main: 'A person, to resume' },
    nextDecision: { main: 'Not while paused' },
  })
})

test('a decision that is due is now', () => {
  expect(tripleOf({ ...plain, nextDecisionAt: at(0) }, START + 1000).nextDecision.main).toBe('Now')
})

test('a bake is a place of its own', () => {
  const baking: Underway = { ...plain, state: 'baking', step: 3, percent: { before: 0, reached: 100, now: 99 } }
  expect(
    tripleOf({ ...baking, holds: [hold('dwell', { until: at(60 * MINUTE) })] }, START + 30 * MINUTE).where,
  ).toEqual({
    main: 'Bake · 99%',
    more: 'dwelling 30:00 of 1 h 00 min',
  })
})
