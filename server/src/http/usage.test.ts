import pino from 'pino'
import { expect, test } from 'vitest'
import { createUsage } from './usage.ts'

const log = pino({ enabled: false })

test('uses gather and are written once', async () => {
  const written: unknown[] = []
  const usage = createUsage({ touch: async (used, now) => void written.push([used, now]) }, { now: () => 7 }, log)
  for (const id of ['t1', 't2', 't1']) usage.token(id)
  usage.sdkKey('k1')
  await usage.flush()
  await usage.flush()
  expect(written).toEqual([[{ tokens: ['t1', 't2'], sdkKeys: ['k1'], people: [] }, 7]])
})

test('a write that fails disturbs nobody', async () => {
  const usage = createUsage({ touch: () => Promise.reject(new Error('the disk is full')) }, { now: () => 0 }, log)
  usage.person('p1')
  await expect(usage.flush()).resolves.toBeUndefined()
})
