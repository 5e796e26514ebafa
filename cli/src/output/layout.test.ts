import { describe, expect, test } from 'vitest'
import { tableWithin, widthOf } from './layout.ts'

const ROWS = [
  ['when', 'who', 'what'],
  ['12:00', 'ana', 'a short one'],
  ['12:01', 'the ramp', 'words that are too many for the width of this terminal'],
]

describe('a table', () => {
  test('without a terminal has one line for each row', () => {
    expect(tableWithin(ROWS, undefined)).toHaveLength(3)
  })

  test('breaks a long last cell within its column', () => {
    expect(tableWithin(ROWS, 45)).toEqual([
      'when   who       what',
      '12:00  ana       a short one',
      '12:01  the ramp  words that are too many for',
      '                 the width of this terminal',
    ])
  })

  test('puts it below its row when there is no room beside it', () => {
    expect(tableWithin(ROWS, 30)).toEqual([
      'when   who       what',
      '12:00  ana       a short one',
      '12:01  the ramp',
      '    words that are too many',
      '    for the width of this',
      '    terminal',
    ])
  })

  test.each([24, 40, 60, 100])('of %i columns has no longer line', (columns) => {
    for (const line of tableWithin(ROWS, columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns)
  })
})
