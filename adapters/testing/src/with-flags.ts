import { AsyncLocalStorage } from 'node:async_hooks'
import type { Flags, Json } from '@rampart/node'

const overrides = new AsyncLocalStorage<ReadonlyMap<string, Json>>()

/**
 * Runs `work` with other values: in it, and in everything it starts, every client of `createTestClient` gives them to everyone,
 * with reason `override`. What runs beside it is not touched, so that tests may run at once. Within another `withFlags` both
 * hold, the inner one first. Not touched is `bootstrapFor` either, which leaves out overrides in production too.
 */
export function withFlags<T>(values: Partial<Flags>, work: () => T): T {
  const inner = Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined)
  return overrides.run(new Map([...(overrides.getStore() ?? []), ...inner]), work)
}

/** What holds where this is called. */
export function overridden(): ReadonlyMap<string, Json> | undefined {
  return overrides.getStore()
}
