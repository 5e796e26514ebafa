import { expect, test } from 'vitest'
import { environmentEdit } from './environment-edit.ts'

const before = { protected: true, origins: ['https://a.example', 'https://b.example'], privateAttributes: ['email'] }

test('only what is different is sent', () => {
  expect(environmentEdit(before, { ...before, origins: [...before.origins] })).toEqual({})
  expect(environmentEdit(before, { ...before, protected: false })).toEqual({ protected: false })
  expect(environmentEdit(before, { ...before, origins: [], privateAttributes: ['email', 'name'] })).toEqual({
    origins: [],
    privateAttributes: ['email', 'name'],
  })
})
