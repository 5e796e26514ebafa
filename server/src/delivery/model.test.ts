import { expect, test } from 'vitest'
import { prove } from './test-model/prove.ts'

// `npm run soak -- model` proves the same of 10,000 histories.
test('what a client holds is always one whole state of the history, and in the end the last, whatever happens on the way', {
  timeout: 120_000,
}, async () => {
  const met = await prove(150, 1)

  expect(met.runs).toBe(150)
  for (const [what, n] of Object.entries(met)) expect(n, what).toBeGreaterThan(3)
})
