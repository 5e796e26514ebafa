import { expect, test } from 'vitest'
import { prove } from './test-model/prove.ts'

// `npm run soak -- model` proves the same of 10,000 histories.
test('what a client holds is always one whole state of the history, and in the end the last, whatever happens on the way', {
  timeout: 240_000,
}, async () => {
  const met = await prove(300, 1)

  expect(met.runs).toBe(300)
  for (const [what, n] of Object.entries(met)) expect(n, what).toBeGreaterThan(10)
})
