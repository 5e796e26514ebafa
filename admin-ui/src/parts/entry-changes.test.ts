import { expect, test } from 'vitest'
import { entryChanges } from './entry-changes.ts'

const settings = {
  on: false,
  off: 'off',
  prerequisites: [],
  layer: null,
  rules: [],
  everyoneElse: { variation: 'on', rollout: { percent: 0, otherwise: 'off' } },
}

test('a configuration is told in words', () => {
  const after = { ...settings, on: true, everyoneElse: { variation: 'on' } }
  const { as, changes } = entryChanges(settings, after)
  expect(as).toBe('words')
  expect(changes.map(({ path, before, after: next }) => [path, before, next])).toEqual([
    ['Switch', 'Off', 'On'],
    ['Everyone', 'on for 0%, else off', 'on'],
  ])
})

test('what is no configuration, or differs beside it, is told as it is kept', () => {
  expect(entryChanges({ protected: false }, { protected: true })).toEqual({
    as: 'values',
    changes: [{ path: 'protected', before: 'false', after: 'true' }],
  })
  expect(entryChanges({ ...settings, killed: null }, { ...settings, killed: { reason: 'broken' } })).toEqual({
    as: 'values',
    changes: [{ path: 'killed', before: null, after: '{"reason":"broken"}' }],
  })
})
