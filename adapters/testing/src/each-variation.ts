import type { FlagKey, Flags, SwitchKey } from '@rampart/node'
import { createTestClient, type TestClient } from './client.ts'

/**
 * Calls `define` for each value of a flag, with a client that gives it to everyone: to define a test for each. A boolean
 * flag is off and on; of other flags the values have to be said, since types are gone when tests run.
 */
export function eachVariation<K extends SwitchKey>(key: K, define: (value: boolean, client: TestClient) => void): void
export function eachVariation<K extends FlagKey>(
  key: K,
  values: readonly Flags[K][],
  define: (value: Flags[K], client: TestClient) => void,
): void
export function eachVariation(
  key: string,
  valuesOrDefine: readonly unknown[] | ((value: boolean, client: TestClient) => void),
  define?: (value: never, client: TestClient) => void,
): void {
  const values = typeof valuesOrDefine === 'function' ? [false, true] : valuesOrDefine
  const each = typeof valuesOrDefine === 'function' ? valuesOrDefine : define
  for (const value of values) {
    each?.(value as never, createTestClient({ [key]: value } as Partial<Flags>))
  }
}
