import { onTestFinished } from 'vitest'
import { createClientIn, type Surroundings } from './client.ts'
import { systemClock } from './clock.ts'
import { createTestLog } from './test-log.ts'
import type { ClientOptions, FlagClient } from './types.ts'

export const KEY = 'rmp_srv_test'

/** A client in surroundings of the test, with retries after hundredths of their time. It is closed when the test ends. */
export function testClient(
  options: ClientOptions,
  surroundings: Partial<Surroundings> = {},
): { readonly client: FlagClient; readonly log: ReturnType<typeof createTestLog> } {
  const log = createTestLog()
  const client = createClientIn(
    { clock: systemClock, random: () => 0.01, env: {}, ...surroundings },
    { logger: log, ...options },
  )
  onTestFinished(() => client.close({ timeout: 100 }))
  return { client, log }
}
