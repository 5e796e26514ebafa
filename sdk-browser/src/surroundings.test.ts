import { afterEach, expect, test, vi } from 'vitest'
import { thisPage } from './surroundings.ts'

afterEach(() => vi.unstubAllGlobals())

test('where the browser refuses locks every tab leads, and one that was called off does not', async () => {
  vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new DOMException('refused', 'SecurityError')) } })
  const lead = vi.fn()
  thisPage.lead('stream', lead)
  const calledOff = vi.fn()
  thisPage.lead('stream', calledOff)()
  await vi.waitFor(() => expect(lead).toHaveBeenCalledOnce())
  expect(calledOff).not.toHaveBeenCalled()
})
