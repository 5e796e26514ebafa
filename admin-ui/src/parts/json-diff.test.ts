import { expect, test } from 'vitest'
import { jsonChanges } from './json-diff.ts'

test('only what differs is told, by its place', () => {
  const before = { on: true, off: 'off', layer: null, everyoneElse: { rollout: { percent: 10 } } }
  const after = { on: false, off: 'off', layer: null, everyoneElse: { rollout: { percent: 50 }, by: 'id' } }
  expect(jsonChanges(before, after)).toEqual([
    { path: 'on', before: 'true', after: 'false' },
    { path: 'everyoneElse › rollout › percent', before: '10', after: '50' },
    { path: 'everyoneElse › by', before: null, after: 'id' },
  ])
  expect(jsonChanges(before, before)).toEqual([])
})

test('what has an id is compared with its like, and its order is told apart', () => {
  const a = { id: 'a', paused: false }
  const b = { id: 'b', paused: false }
  expect(jsonChanges({ rules: [a, b] }, { rules: [b, { ...a, paused: true }] })).toEqual([
    { path: 'rules › a › paused', before: 'false', after: 'true' },
    { path: 'rules › order', before: 'a, b', after: 'b, a' },
  ])
  expect(jsonChanges([a], [a, b])).toEqual([{ path: 'b', before: null, after: '{"id":"b","paused":false}' }])
})

test('other lists are told as a whole, and what is long is cut', () => {
  expect(jsonChanges({ tags: ['x'] }, { tags: ['x', 'y'] })).toEqual([
    { path: 'tags', before: '["x"]', after: '["x","y"]' },
  ])
  expect(jsonChanges(null, 'x'.repeat(1000))[0]?.after).toHaveLength(241)
})
