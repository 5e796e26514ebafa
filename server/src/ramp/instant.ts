import type { Instant } from '@rampart/core'

/** Epoch milliseconds as the wire writes them: RFC 3339, UTC, milliseconds. */
export function iso(epochMs: number): Instant {
  return new Date(epochMs).toISOString()
}
