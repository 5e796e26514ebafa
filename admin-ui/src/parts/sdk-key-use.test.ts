import { expect, test } from 'vitest'
import { isInUse } from './sdk-key-use.ts'

const NOW = Date.parse('2026-11-25T10:00:00Z')

test('a key is in use for a week after it was used last', () => {
  expect(isInUse({ lastUsedAt: null }, NOW)).toBe(false)
  expect(isInUse({ lastUsedAt: '2026-11-25T09:59:00.000Z' }, NOW)).toBe(true)
  expect(isInUse({ lastUsedAt: '2026-11-18T10:00:01.000Z' }, NOW)).toBe(true)
  expect(isInUse({ lastUsedAt: '2026-11-18T10:00:00.000Z' }, NOW)).toBe(false)
})
