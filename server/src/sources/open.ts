import type { Guard, GuardSource } from '@rampart/contract/admin'
import { ms } from '../ramp/plan.ts'
import type { StoredRamp } from '../ramp/state.ts'
import type { StoredSource } from '../store/store.ts'
import type { AddressPolicy } from './addresses.ts'
import { httpJson, namesArms } from './http-json.ts'
import { prometheus } from './prometheus.ts'
import type { ArmNames, Source } from './reading.ts'

/** How often figures are read when nobody says: about as often as they change there. */
export const PROMETHEUS_EVERY_MS = 15_000
export const HTTP_EVERY_MS = 30_000

/** A source of which the server itself reads; what is pushed, and what SDKs report, comes by itself. */
export type ReadSource = Extract<GuardSource, { kind: 'prometheus' | 'http' }>

export function isRead(source: GuardSource): source is ReadSource {
  return source.kind === 'prometheus' || source.kind === 'http'
}

/** Whether a guard's figures come from elsewhere than an SDK. */
export function isElsewhere({ source }: Pick<Guard, 'source'>): boolean {
  return source.kind !== 'sdk'
}

/** Whether a source tells the arms apart. Otherwise its figures are of the whole service. */
export function comparesArms(source: GuardSource): boolean {
  if (source.kind === 'prometheus') return source.armLabel !== null
  return source.kind === 'http' ? namesArms(source) : true
}

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

/** What a source calls the arms of a ramp: as the guard says, or by the variations that are given. */
export function armNames(source: ReadSource, { to, otherwise }: Pick<StoredRamp, 'to' | 'otherwise'>): ArmNames {
  return source.arms ?? { treatment: to, control: otherwise }
}
