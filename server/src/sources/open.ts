import { ms } from '../ramp/plan.ts'
import type { StoredSource } from '../store/store.ts'
import type { AddressPolicy } from './addresses.ts'
import type { ReadSource } from './guard-source.ts'
import { httpJson } from './http-json.ts'
import { prometheus } from './prometheus.ts'
import type { Source } from './reading.ts'

/** How often figures are read when nobody says: about as often as they change there. */
export const PROMETHEUS_EVERY_MS = 15_000
export const HTTP_EVERY_MS = 30_000

/** The source of a guard, ready to be read; undefined when the project has none of that name (any more). */
export function openSource(
  source: ReadSource,
  stored: readonly StoredSource[],
  policy: AddressPolicy,
): Source | undefined {
  const named = storedFor(source, stored)
  if (source.kind === 'prometheus') return named === undefined ? undefined : prometheus(named, policy)
  return named === undefined && source.name !== undefined ? undefined : httpJson(named, policy)
}

/** What the project says of the source that a guard names. A guard cannot name one of another kind. */
export function storedFor(source: ReadSource, stored: readonly StoredSource[]): StoredSource | undefined {
  return stored.find((one) => one.source.key === source.name && one.source.kind === source.kind)
}

export function everyOf(source: ReadSource, stored: readonly StoredSource[]): number {
  const named = storedFor(source, stored)
  if (named !== undefined) return ms(named.source.every)
  return source.kind === 'prometheus' ? PROMETHEUS_EVERY_MS : HTTP_EVERY_MS
}
