import type { Flag } from '@rampart/contract/admin'
import type { Key } from '@rampart/core'
import type { StoredConfig } from '../store/store.ts'

/** The seed that buckets a flag's units: flags that share one share their cohort. */
export function seedOf(flag: Pick<Flag, 'key' | 'seed'>): string {
  return flag.seed ?? flag.key
}

/** The other flags whose units stand in the same order, by key. */
export function cohortOf(flag: Pick<Flag, 'key' | 'seed'>, flags: readonly Flag[]): readonly Key[] {
  return flags
    .filter((other) => other.key !== flag.key && seedOf(other) === seedOf(flag))
    .map(({ key }) => key)
    .toSorted()
}

/** A ramp that has not ended. */
interface Ramping {
  readonly flag: Key
  readonly guarded: boolean
}

/** Where a ramp is to start. */
export interface Surroundings {
  readonly flags: readonly Flag[]
  /** Of the environment. */
  readonly configs: readonly Pick<StoredConfig, 'flag' | 'prerequisites'>[]
  readonly ramps: readonly Ramping[]
}

/**
 * Why a ramp on a flag must not start beside others with the same seed; undefined when it may. Their cohort is one, so if
 * one of them decides who is eligible for a guarded ramp, or ramps at the same time, the units are not in an arm by chance,
 * and the evidence would not mean what it says (the condition C1 of first bad outcomes per unit).
 */
export function cohortConflict(
  { flag, guarded }: { readonly flag: Flag; readonly guarded: boolean },
  { flags, configs, ramps }: Surroundings,
): string | undefined {
  const cohort = cohortOf(flag, flags)
  if (cohort.length === 0) return undefined
  const ramping = ramps.find((ramp) => cohort.includes(ramp.flag) && (guarded || ramp.guarded))
  if (ramping !== undefined) return `${ramping.flag} has the same seed and is ramping`
  if (!guarded) return undefined
  const gates = prerequisitesOf(flag.key, configs)
  const gate = cohort.find((key) => gates.has(key))
  return gate === undefined
    ? undefined
    : `${gate} has the same seed and decides, as a prerequisite, who gets ${flag.key}`
}

/** Every flag that decides whether a flag is served at all, also by way of others. */
function prerequisitesOf(flag: Key, configs: Surroundings['configs']): ReadonlySet<Key> {
  const asked = new Map(configs.map((config) => [config.flag, config.prerequisites.map((one) => one.flag)]))
  const met = new Set<Key>()
  const waiting = [...(asked.get(flag) ?? [])]
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (met.has(key)) continue
    met.add(key)
    waiting.push(...(asked.get(key) ?? []))
  }
  return met
}
