import { expect, test } from 'vitest'
import { overridesIn } from './overrides.ts'

test('what an address names is read as JSON, or as the text that it is', () => {
  expect(overridesIn('?rampart.checkout=true&rampart.ranker="bm25"&rampart.most=5&rampart.name=plain&other=1')).toEqual(
    {
      checkout: true,
      ranker: 'bm25',
      most: 5,
      name: 'plain',
    },
  )
  expect(overridesIn('?rampart.gone=null')).toEqual({ gone: 'null' })
  expect(overridesIn('')).toEqual({})
})

test('of what is named twice the last counts, and no name is special', () => {
  const overrides = overridesIn('?rampart.a=1&rampart.a=2&rampart.__proto__=true')
  expect(Object.entries(overrides)).toEqual([
    ['a', 2],
    ['__proto__', true],
  ])
})
