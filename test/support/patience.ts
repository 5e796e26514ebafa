import { vi } from 'vitest'

/**
 * What a test waits for it gets as soon as it is there; only what never comes takes this long to fail. Vitest's own second is
 * shorter than a pause of a busy machine.
 */
const PATIENCE = { timeout: 15_000, interval: 10 }

const { waitFor } = vi
vi.waitFor = (check, options = {}) =>
  waitFor(check, { ...PATIENCE, ...(typeof options === 'number' ? { timeout: options } : options) })
