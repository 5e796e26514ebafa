import { expect, test } from 'vitest'
import { cellOf, type FlagState, sayCell } from './cell.ts'

function say(state: Partial<FlagState>): string {
  const plain: FlagState = {
    environment: 'production',
    on: true,
    killed: false,
    rules: 0,
    share: 100,
    ramp: null,
    summary: '',
    revision: 1,
  }
  return sayCell(cellOf({ ...plain, ...state }))
}

test('a cell says the one thing that matters most', () => {
  expect(say({})).toBe('On 100%')
  expect(say({ on: false })).toBe('Off')
  expect(say({ share: 10 })).toBe('10%')
  expect(say({ share: 0.5 })).toBe('0.5%')
  expect(say({ share: null, rules: 3 })).toBe('Rules (3)')
  expect(say({ share: null, rules: 0 })).toBe('Mixed')
  expect(say({ ramp: { id: 'r_1', percent: 10, to: 50 }, share: 10 })).toBe('Ramp 10% ▸ 50%')
})

test('a killed flag is killed, whatever is switched or ramped beneath', () => {
  expect(say({ killed: true, on: false, ramp: { id: 'r_1', percent: 10, to: 50 } })).toBe('Killed')
})
