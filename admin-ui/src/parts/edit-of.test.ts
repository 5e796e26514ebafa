import { expect, test } from 'vitest'
import type { FlagFacts } from '../queries/flags.ts'
import { editOf, isOfBoth } from './edit-of.ts'

const before: FlagFacts = {
  name: 'Checkout',
  description: '',
  kind: 'release',
  owner: null,
  tags: ['shop'],
  clientSide: false,
  remoteOnly: false,
}

test('an edit is what was changed and nothing else', () => {
  expect(editOf(before, { ...before, tags: ['shop'] })).toEqual({})
  expect(editOf(before, { ...before, owner: 'Ana', tags: ['shop', 'q4'] })).toEqual({
    owner: 'Ana',
    tags: ['shop', 'q4'],
  })
})

test('two edits go together unless they are of the same', () => {
  const edit = editOf(before, { ...before, owner: 'Ana' })
  expect(isOfBoth(edit, before, before)).toBe(false)
  expect(isOfBoth(edit, before, { ...before, clientSide: true, tags: [] })).toBe(false)
  expect(isOfBoth(edit, before, { ...before, owner: 'Bo' })).toBe(true)
})
