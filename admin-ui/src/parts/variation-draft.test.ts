import { describe, expect, test } from 'vitest'
import { alteredIn, draftsOf, emptyDrafts, keyOf, readValue, variationsOf, withOneMore } from './variation-draft.ts'

const [row] = emptyDrafts(1)
const written = (text: string, key = '') => ({ id: 0, name: null, isKept: false, text, key })

describe('a value', () => {
  test('of a string flag is the text itself', () => {
    expect(readValue('{"a":1}', 'string')).toEqual({ ok: true, value: '{"a":1}' })
    expect(readValue('', 'string')).toEqual({ ok: true, value: '' })
  })

  test.each([
    ['10', 10],
    ['-2.5', -2.5],
  ])('of a number flag is a number: %s', (text, value) =>
    expect(readValue(text, 'number')).toEqual({ ok: true, value }),
  )

  test.each(['', 'ten', '"10"', 'true', '1e999', '0x10'])('of a number flag is no other text: "%s"', (text) =>
    expect(readValue(text, 'number')).toEqual({ ok: false, why: 'is no number, such as 10 or 2.5' }),
  )

  test('of a JSON flag is any JSON but null', () => {
    expect(readValue('{ "limit": 10 }', 'json')).toEqual({ ok: true, value: { limit: 10 } })
    expect(readValue('[1, 2]', 'json')).toEqual({ ok: true, value: [1, 2] })
    expect(readValue('{ limit: 10 }', 'json')).toEqual({ ok: false, why: 'is not JSON' })
    expect(readValue('null', 'json')).toEqual({ ok: false, why: 'cannot be null' })
  })
})

test('a key is what was written, the value of a string flag, or the place', () => {
  expect(keyOf(written('compact', ' small '), 0, 'string')).toBe('small')
  expect(keyOf(written('compact'), 0, 'string')).toBe('compact')
  expect(keyOf(written('Two words'), 1, 'string')).toBe('v2')
  expect(keyOf(written('10'), 2, 'number')).toBe('v3')
})

test('what was read is what is written back', () => {
  const variations = [
    { key: 'small', name: 'Small', value: { limit: 10 } },
    { key: 'large', name: null, value: { limit: 100 } },
  ]
  const drafts = draftsOf({ type: 'json', variations })
  expect(drafts[0]?.text).toBe('{\n  "limit": 10\n}')
  expect(variationsOf(drafts, 'json')).toEqual(variations)
  expect(variationsOf(withOneMore(drafts), 'json')).toBeUndefined()
})

test('a row more has an id of its own', () => {
  const drafts = withOneMore(emptyDrafts(2).slice(1))
  expect(new Set(drafts.map(({ id }) => id)).size).toBe(2)
  expect(withOneMore([])).toEqual([row])
})

test('those that give something else, or nothing any more, are named', () => {
  const before = [
    { key: 'a', name: null, value: 1 },
    { key: 'b', name: null, value: 2 },
    { key: 'c', name: null, value: 3 },
  ]
  const after = [
    { key: 'a', name: 'A', value: 1 },
    { key: 'b', name: null, value: 20 },
    { key: 'd', name: null, value: 4 },
  ]
  expect(alteredIn(before, after)).toEqual(['b', 'c'])
})
