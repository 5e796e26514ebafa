import type { Hold, Ramp } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { needsPerson, outlineOf, tabTitle } from './ramp-words.ts'

const NOW = Date.parse('2025-11-25T14:00:00.000Z')

function ramp(change: Partial<Ramp>): Parameters<typeof tabTitle>[0] {
  return {
    state: 'running',
    percent: { before: 0, reached: 10, now: 10 },
    nextDecisionAt: '2025-11-25T14:08:20.000Z',
    flag: 'checkout-v2',
    holds: [],
    ...change,
  }
}

const hold = (kind: Hold['kind']): Hold => ({ kind, until: null, words: '' })

test('the tab says the share, when it decides next, and the flag', () => {
  expect(tabTitle(ramp({}), NOW)).toBe('10% · 8m · checkout-v2')
  expect(tabTitle(ramp({ nextDecisionAt: null }), NOW)).toBe('10% · checkout-v2')
  expect(tabTitle(ramp({ state: 'paused' }), NOW)).toBe('10% · paused · checkout-v2')
  expect(tabTitle(ramp({ holds: [hold('max_dwell')] }), NOW)).toBe('10% · on hold · checkout-v2')
  expect(tabTitle(ramp({ state: 'rolled_back' }), NOW)).toBe('Rolled back · checkout-v2')
})

test('time, samples and other systems need nobody, everything else needs a person', () => {
  expect(needsPerson(ramp({ holds: [hold('dwell'), hold('sample'), hold('not_clear')] }))).toBe(false)
  expect(needsPerson(ramp({ holds: [hold('window'), hold('gate')] }))).toBe(false)
  expect(needsPerson(ramp({ holds: [hold('dwell'), hold('approval')] }))).toBe(true)
  expect(needsPerson(ramp({ holds: [hold('no_data')] }))).toBe(true)
  expect(needsPerson(ramp({ holds: [{ ...hold('no_data'), until: '2025-11-25T14:15:00.000Z' }] }))).toBe(false)
  expect(needsPerson(ramp({ state: 'paused' }))).toBe(true)
  expect(needsPerson(ramp({ state: 'rolled_back', holds: [hold('guard')] }))).toBe(false)
})

test('steps are told as a way with its least duration', () => {
  expect(
    outlineOf([
      { percent: 1, dwell: 'PT10M' },
      { percent: 10, dwell: 'PT15M' },
      { percent: 100, dwell: null },
    ]),
  ).toBe('1% for 10m, 10% for 15m, then 100%; at least 25m in all')
  expect(outlineOf([{ percent: 100, dwell: null }])).toBe('100%')
  expect(
    outlineOf([
      { percent: 5, dwell: null },
      { percent: 100, dwell: null },
    ]),
  ).toBe('5%, then 100%')
})
