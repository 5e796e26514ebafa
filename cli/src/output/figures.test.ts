import { describe, expect, test } from 'vitest'
import { sayChange, sayClock, sayCount, sayPropagation, sayRate, saySeconds, sayTime } from './figures.ts'

describe('figures', () => {
  test('a rate is rounded as the sentences of the server are', () => {
    expect([0, 0.00001, 0.0021, 0.04, 0.198, 1].map(sayRate)).toEqual(['0%', '0.001%', '0.21%', '4%', '19.8%', '100%'])
    expect(sayRate(null)).toBe('–')
  })

  test('a change is said in its own unit, with a sign where it has a direction', () => {
    const change = (as: 'points' | 'ratio' | 'percent', value: number) =>
      sayChange({ as, value, interval: [null, null], confidence: 0.99 })
    expect(change('points', 0.0113)).toBe('+1.13pp')
    expect(change('points', -0.0009)).toBe('−0.09pp')
    expect(change('ratio', 4.95)).toBe('5×')
    expect(change('ratio', 0.5)).toBe('0.5×')
    expect(change('ratio', 12.3)).toBe('12×')
    expect(change('percent', 0.054)).toBe('+5.4%')
    expect(sayChange(null)).toBe('–')
  })

  test('counts have separators', () => {
    expect([0, 999, 1000, 91_220, 1_234_567].map(sayCount)).toEqual(['0', '999', '1,000', '91,220', '1,234,567'])
  })

  test('times are in UTC, clocks never run backwards', () => {
    expect(sayTime(Date.parse('2026-03-02T14:32:02.900Z'))).toBe('14:32:02Z')
    expect([0, 372_000, 3_972_000, -5].map(sayClock)).toEqual(['00:00', '06:12', '1:06:12', '00:00'])
    expect([42, 1_100].map(saySeconds)).toEqual(['42ms', '1.1s'])
  })

  test('propagation names the slowest only when everyone has it', () => {
    expect(sayPropagation({ instances: 38, holding: 38, slowestMs: 1100 })).toBe('38/38 SDKs in 1.1s')
    expect(sayPropagation({ instances: 38, holding: 36, slowestMs: 900 })).toBe('36/38 SDKs')
    expect(sayPropagation({ instances: 0, holding: 0, slowestMs: null })).toBe('no SDK is connected')
  })
})
