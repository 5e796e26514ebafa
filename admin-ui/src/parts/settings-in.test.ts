import { expect, test } from 'vitest'
import { settingsIn } from './settings-in.ts'

const settings = {
  on: true,
  off: 'off',
  prerequisites: [],
  layer: null,
  rules: [{ id: 'a', name: null, paused: false, when: { segment: 'a' }, serve: { variation: 'on' } }],
  everyoneElse: { split: { weights: { on: 50_000, off: 50_000 } } },
}

test('of what the audit kept only that is taken which can be written', () => {
  const kept = {
    ...settings,
    killed: null,
    everyoneElse: { split: { ...settings.everyoneElse.split, slices: [[50_000, 'on']] } },
  }
  expect(settingsIn(kept)).toEqual(settings)
})

test('what is no configuration is not taken for one', () => {
  const { rules: _, ...without } = settings
  expect([null, 'text', [], {}, without].map(settingsIn)).toEqual(Array(5).fill(undefined))
})
