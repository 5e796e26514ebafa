import type { Ramp, RampTicks } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { exposureOf } from './exposure.ts'

const START = Date.parse('2025-11-25T14:00:00.000Z')
const at = (minute: number) => new Date(START + minute * 60_000).toISOString()

function step(percent: number, dwell: string): Ramp['plan']['steps'][number] {
  return { percent, dwell, minUnits: 0, clear: null, approval: false, gate: null }
}

const plan: Ramp['plan'] = {
  key: 'default',
  version: 1,
  name: '',
  steps: [step(1, 'PT10M'), step(10, 'PT10M'), step(100, 'PT0S')],
  guards: [],
  bake: null,
  maxDwell: 'PT1H',
  onNoData: 'hold',
  onFewSamples: 'hold',
  noDataGrace: 'PT15M',
  cooldown: 'PT15M',
  propagationLimit: 'PT30S',
  window: null,
  alpha: 0.01,
}

const running = {
  state: 'running',
  startedAt: at(0),
  plan,
  percent: { before: 0, reached: 10, now: 10 },
  end: null,
  to: 'on',
} as const

function published(minute: number, number: number, percent: number): RampTicks['publishes'][number] {
  return { seq: number, step: number, percent, controlSample: 1, at: at(minute) }
}

const publishes = [published(0, 1, 1), published(15, 2, 10)]

test('a running ramp is drawn from what was published up to now, and its plan to the end', () => {
  const { actual, planned, bands, drop, from, to } = exposureOf(running, publishes, START + 18 * 60_000)
  const minutes = (points: readonly { readonly at: number; readonly value: number | null }[]) =>
    points.map((point) => [(point.at - START) / 60_000, point.value])
  expect(minutes(actual)).toEqual([
    [0, 0],
    [0, 1],
    [15, 10],
    [18, 10],
  ])
  expect(minutes(planned)).toEqual([
    [0, 1],
    [10, 10],
    [20, 100],
    [20, 100],
  ])
  expect(bands).toEqual([
    { from: START, to: START + 15 * 60_000, label: '1%' },
    { from: START + 15 * 60_000, to: START + 18 * 60_000, label: '10%' },
  ])
  expect([drop, from, to]).toEqual([null, START, START + 20 * 60_000])
})

test('a ramp that was taken back drops when it ended, and the plan does not stretch the picture', () => {
  const back = {
    ...running,
    state: 'rolled_back',
    percent: { before: 0, reached: 10, now: 0 },
    end: { at: at(16), by: 'guard', cause: null },
  } as const
  const { actual, drop, to, summary } = exposureOf(back, publishes, START + 999 * 60_000)
  expect(drop).toEqual({ at: START + 16 * 60_000, label: '↶ rolled back to 0%' })
  expect(actual.slice(-2)).toEqual([
    { at: START + 16 * 60_000, value: 0 },
    { at: to, value: 0 },
  ])
  expect(to).toBeLessThan(START + 18 * 60_000)
  expect(summary).toEqual([
    'It reached 10%; 0% get on since it ended.',
    '2 shares were published; the plan goes 1%, 10%, 100%.',
  ])
})
