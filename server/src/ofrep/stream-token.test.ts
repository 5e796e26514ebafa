import type { SdkKey } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { createStreamTokens } from './stream-token.ts'

const MINUTE = 60_000
const KEY: SdkKey = {
  id: 'k_1',
  project: 'shop',
  environment: 'production',
  kind: 'client',
  name: 'page',
  prefix: 'rmp_pub_…a81f',
  createdAt: '2026-03-01T12:00:00.000Z',
  expiresAt: '2027-03-01T12:00:00.000Z',
  lastUsedAt: null,
}

test('a token says who may listen and what they hold, for ten to fifteen minutes', () => {
  const tokens = createStreamTokens()
  const token = tokens.issue(KEY, 41, 0)
  expect(tokens.read(token, 15 * MINUTE - 1)).toEqual({
    project: 'shop',
    environment: 'production',
    key: 'k_1',
    audience: 'client',
    keyExpiresAt: Date.parse('2027-03-01T12:00:00.000Z'),
    held: 41,
  })
  expect(tokens.read(token, 15 * MINUTE)).toBeUndefined()
  const late = tokens.issue(KEY, 41, 5 * MINUTE - 1)
  expect(tokens.read(late, 15 * MINUTE - 1)).toBeDefined()
})

test('a token opens nothing once its key is over', () => {
  const tokens = createStreamTokens()
  const token = tokens.issue({ ...KEY, expiresAt: new Date(2 * MINUTE).toISOString() }, 41, 0)
  expect([tokens.read(token, 2 * MINUTE - 1)?.key, tokens.read(token, 2 * MINUTE)]).toEqual(['k_1', undefined])
})

test('within its window it is the same text, so that pages keep their connection', () => {
  const tokens = createStreamTokens()
  expect(tokens.issue(KEY, 41, MINUTE)).toBe(tokens.issue(KEY, 41, 2 * MINUTE))
  expect(tokens.epoch(MINUTE)).toBe(tokens.epoch(2 * MINUTE))
  expect(tokens.epoch(MINUTE)).not.toBe(tokens.epoch(6 * MINUTE))
})

test('a token of another process, a forged one and none at all open nothing', () => {
  const tokens = createStreamTokens()
  const token = tokens.issue(KEY, 41, 0)
  const [payload = '', signature = ''] = token.split('.')
  const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('production', 'staging')).toString(
    'base64url',
  )
  for (const wrong of [createStreamTokens().issue(KEY, 41, 0), `${forged}.${signature}`, payload, `${payload}.`, '']) {
    expect(tokens.read(wrong, 0)).toBeUndefined()
  }
})
