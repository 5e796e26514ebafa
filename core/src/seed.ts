import { murmur3 } from '#seed-hash'

/*
 * Seeds are hashed once, when a flag, layer or watch is prepared, by the published package; units are hashed on every
 * question, by hash.ts, which has the package as the oracle of its tests.
 */

/** The hash seed of a flag's rollouts. `seed` is the flag's seed, or its key when it has none. */
export function rolloutSeed(seed: string): number {
  return murmur3(`${seed}/rollout`, 0)
}

/** The hash seed of a flag's splits: independent of the rollout's, so that a ramp never moves a unit between variations. */
export function splitSeed(seed: string): number {
  return murmur3(`${seed}/split`, 0)
}

/** The hash seed of a layer. */
export function layerSeed(seed: string): number {
  return murmur3(`${seed}/layer`, 0)
}

/** The two hash seeds of a salt. */
export interface UnitSeeds {
  readonly first: number
  /** Of the word that also samples the control units of a watch. */
  readonly second: number
}

export function unitSeeds(salt: string): UnitSeeds {
  return { first: murmur3(`${salt}/1`, 0), second: murmur3(`${salt}/2`, 0) }
}
