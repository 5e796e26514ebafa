import { expect, test } from 'vitest'
import { killAndCheck } from './test-kills/kills.ts'

// `npm run soak -- crash` does the same a thousand times.
test('a process killed while it writes has lost nothing that it acknowledged, and left nothing half-written', async () => {
  const found = await killAndCheck(6, 1)

  expect(found.kills).toBe(6)
  for (const [what, n] of Object.entries(found)) expect(n, what).toBeGreaterThan(0)
}, 60_000)
