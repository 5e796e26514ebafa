import { unitHash } from '@rampart/core'
import { expect, test } from 'vitest'
import { rememberedHashes } from './hashes.ts'

const ids = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`)

test('texts are hashed under the salt, in their order', () => {
  expect(rememberedHashes('salt')(['a', '', 'ü'])).toEqual(['a', '', 'ü'].map((text) => unitHash(text, 'salt')))
})

test('a long list is hashed once, and anew when anything of it is different', () => {
  const hashes = rememberedHashes('salt')
  const first = hashes(ids('user', 1_000))
  hashes(ids('account', 1_000))
  expect(hashes(ids('user', 1_000))).toBe(first)
  const other = hashes(['user-x', ...ids('user', 1_000).slice(1)])
  expect(other).not.toBe(first)
  expect(other).toEqual([unitHash('user-x', 'salt'), ...first.slice(1)])
})

test('lists beyond half a million texts are forgotten, the latest last', () => {
  const hashes = rememberedHashes('salt')
  const old = hashes(ids('old', 200_000))
  const later = hashes(ids('later', 200_000))
  hashes(ids('last', 200_000))
  expect(hashes(ids('later', 200_000))).toBe(later)
  expect(hashes(ids('old', 200_000))).not.toBe(old)
})
