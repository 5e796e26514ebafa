import type { Hold, Ramp } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { timelineOf } from './timeline.ts'

const START = Date.parse('2025-11-25T14:00:00.000Z')
const at = (ms: number) => new Date(START + ms).toISOString()

function ramp(change: Partial<Ramp> & { readonly bake?: string }): Parameters<typeof timelineOf>[0] {
  const step = (percent: number, dwell: string) => ({
    percent,
    dwell,
    minUnits: 100,
    clear: null,
    approval: false,
    gate: null,
  })
  return {
    state: 'running',
    step: 2,
    holds: [],
    end: null,
    enteredAt: at(0),
    judgingSince: at(1000),
    plan: {
      key: 'default',
      version: 1,
      name: '',
      steps: [step(1, 'PT10S'), step(10, 'PT1M'), step(50, 'P1D'), step(100, 'PT0S')],
      guards: [],
      bake: change.bake ?? null,
      maxDwell: 'PT1H',
      onNoData: 'hold',
      onFewSamples: 'hold',
      noDataGrace: 'PT15M',
      cooldown: 'PT15M',
      propagationLimit: 'PT30S',
      window: null,
      alpha: 0.01,
    },
    ...change,
  }
}

function hold(kind: Hold['kind'], until: string | null = null): Hold {
  return { kind, until, words: '' }
}

const states = (change: Parameters<typeof ramp>[0]) => timelineOf(ramp(change), null, START).map((node) => node.state)

test('a running ramp has passed what is behind it and plans what is before it', () => {
  expect(states({ holds: [hold('dwell', at(61_000)), hold('sample')] })).toEqual([
    'passed',
    'dwelling',
    'planned',
    'planned',
  ])
})

test('the current step says what it waits for, and what stops it comes first', () => {
  const current = (change: Parameters<typeof ramp>[0]) => states(change)[1]
  expect(current({ holds: [hold('sample')] })).toBe('evaluating')
  expect(current({ holds: [hold('not_clear'), hold('approval')] })).toBe('approval')
  expect(current({ holds: [hold('dwell'), hold('guard')] })).toBe('held')
  expect(current({ holds: [hold('no_data')] })).toBe('held')
  expect(current({ state: 'paused', holds: [hold('guard')] })).toBe('paused')
})

test('an ended ramp shows where it stopped', () => {
  const end = { at: at(0), cause: null }
  expect(states({ state: 'rolled_back', end: { ...end, by: 'guard' } })).toEqual([
    'passed',
    'failed',
    'unreached',
    'unreached',
  ])
  expect(states({ state: 'rolled_back', end: { ...end, by: 'person' } })[1]).toBe('rolled_back')
  expect(states({ state: 'killed', end: { ...end, by: 'person' } })[1]).toBe('failed')
  expect(states({ state: 'superseded', end: { ...end, by: 'person' } })[1]).toBe('unreached')
  expect(states({ state: 'completed', step: 4, end: { ...end, by: 'system' } })).toEqual(Array(4).fill('passed'))
})

test('a step that somebody jumped over was not passed', () => {
  const entered = new Map([
    [1, START],
    [3, START],
  ])
  expect(timelineOf(ramp({ step: 3, holds: [hold('dwell')] }), entered, START).map((node) => node.state)).toEqual([
    'passed',
    'skipped',
    'dwelling',
    'planned',
  ])
})

test('a bake is a node of its own', () => {
  expect(states({ state: 'baking', step: 4, bake: 'PT1H', holds: [hold('dwell')] })).toEqual([
    'passed',
    'passed',
    'passed',
    'passed',
    'dwelling',
  ])
})

test('progress is measured to the end of the dwell that the server names', () => {
  const progress = (change: Parameters<typeof ramp>[0], now: number) =>
    timelineOf(ramp(change), null, START + now)[1]?.progress
  expect(progress({ holds: [hold('dwell', at(61_000))] }, 31_000)).toBe(0.5)
  expect(progress({ holds: [hold('sample')] }, 16_000)).toBe(0.25)
  expect(progress({ holds: [hold('sample')] }, 600_000)).toBe(1)
})

test('longer dwells have longer lines, and a day is not thousands of times ten seconds', () => {
  const [short, , day] = timelineOf(ramp({}), null, START)
  expect(short?.length).toBeGreaterThanOrEqual(1)
  expect((day?.length ?? 0) / (short?.length ?? 1)).toBeGreaterThan(3)
  expect((day?.length ?? 0) / (short?.length ?? 1)).toBeLessThan(12)
})
