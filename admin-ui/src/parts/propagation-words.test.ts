import { expect, test } from 'vitest'
import { sayPropagation } from './propagation-words.ts'

test('a change is told while it travels, when it has arrived, and when nobody listens', () => {
  expect(sayPropagation({ instances: 38, holding: 31, slowestMs: 400 })).toBe('31 of 38 SDKs have it…')
  expect(sayPropagation({ instances: 38, holding: 38, slowestMs: 900 })).toBe('38 of 38 SDKs have it, slowest 0.9 s')
  expect(sayPropagation({ instances: 1, holding: 1, slowestMs: null })).toBe('1 of 1 SDK has it')
  expect(sayPropagation({ instances: 0, holding: 0, slowestMs: null })).toBe(
    'No SDK is connected; each gets it when it connects',
  )
})
