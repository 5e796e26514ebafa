import { expect, test } from 'vitest'
import { anyNotOk, evidenceFill, sayEvidence, verdictLooks } from './verdict.ts'

test('the meter is empty at even odds, half full at the root, full at what is needed', () => {
  expect(evidenceFill({ e: 0.2, needed: 100 })).toBe(0)
  expect(evidenceFill({ e: 1, needed: 100 })).toBe(0)
  expect(evidenceFill({ e: 10, needed: 100 })).toBeCloseTo(0.5)
  expect(evidenceFill({ e: 100, needed: 100 })).toBe(1)
  expect(evidenceFill({ e: 1e9, needed: 100 })).toBe(1)
})

test('evidence is told as so much of so much', () => {
  expect([4e-7, 0.99, 1, 12.34, 99, 100, 1e9].map((e) => sayEvidence({ e, needed: 100 }))).toEqual([
    'none',
    'none',
    '1 of 100',
    '12 of 100',
    '99 of 100',
    'over 100: enough',
    'over 100: enough',
  ])
})

test('waiting and skipped are never ok', () => {
  expect(
    Object.values(verdictLooks)
      .filter((look) => look.tone === 'ok')
      .map((look) => look.word),
  ).toEqual(['ok'])
  expect(anyNotOk([{ verdict: 'clear' }])).toBe(false)
  expect(anyNotOk([{ verdict: 'clear' }, { verdict: 'collecting' }])).toBe(true)
})
