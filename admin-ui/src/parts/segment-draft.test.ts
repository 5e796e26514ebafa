import type { Segment } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { segmentBodyOf, segmentChanges, segmentDraftOf, withPasted } from './segment-draft.ts'

const segment: Segment = {
  key: 'beta',
  name: 'Beta',
  description: '',
  when: { any: [{ segment: 'staff' }, { attribute: 'plan', operator: 'is', operand: 'beta' }] },
  included: ['a', 'b'],
  excluded: [],
  by: 'targetingKey',
  version: 3,
}

const { key: _, version: __, ...body } = segment

test('an untouched draft is the segment it was made from', () => {
  expect(segmentBodyOf(segmentDraftOf(segment))).toEqual(body)
  expect(segmentBodyOf(segmentDraftOf({ ...segment, when: null })).when).toBeNull()
})

test('changes are told in words, and lists by how many came and went', () => {
  expect(segmentChanges(body, { ...body, when: null, included: ['b', 'c', 'd'], by: 'account.id' })).toEqual([
    { what: 'Condition', before: 'in segment staff or plan is beta', after: 'none' },
    { what: 'Lists hold', before: 'targetingKey', after: 'account.id' },
    { what: 'Always in', before: '2', after: '3 (2 added, 1 removed)' },
  ])
  expect(segmentChanges(body, body)).toEqual([])
})

test('pasted values are added once', () => {
  expect(withPasted(['a', 'b'], ['b', 'c', 'c'])).toEqual(['a', 'b', 'c'])
})
