import { murmur3 } from './hash.ts'
import type { Percent, UnitHash } from './model.ts'
import { type UnitSeeds, unitSeeds } from './seed.ts'

/** Positions are whole numbers from 0 to 2^32 − 1. */
const SPACE = 2 ** 32

/** Weights and layers are counted in hundred-thousandths of the whole. */
export const WHOLE = 100_000

/** Where a unit stands, 0 to 2^32 − 1: the same in every SDK, for ever. */
export function position(unit: string, seed: number): number {
  return murmur3(unit, seed)
}

/** The positions below this number are in a rollout of `percent`: none at 0, all at 100. */
export function cut(percent: Percent): number {
  return Math.round((percent / 100) * SPACE)
}

/** The positions below this number lie before `end`, in hundred-thousandths. */
export function sliceCut(end: number): number {
  return Math.round((end / WHOLE) * SPACE)
}

/** The positions below this number are in a sample of `share`, in (0, 1]. */
export function sampleCut(share: number): number {
  return Math.round(share * SPACE)
}

/**
 * The text by which a value is bucketed: a non-empty string as it is, a safe integer by its decimal text.
 * Anything else is no unit.
 */
export function unitText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined
}

/** The second word of a unit's hash: a control unit takes part when it is below `sampleCut(controlSample)`. */
export function sampleWord(unit: string, seeds: UnitSeeds): number {
  return murmur3(unit, seeds.second)
}

/** A unit as it is reported for a ramp: 64 bits as 16 hexadecimal digits. The salt belongs to the watch. */
export function unitHash(unit: string, salt: string): UnitHash {
  return seededUnitHash(unit, unitSeeds(salt))
}

/** `unitHash` for many units and one salt, whose seeds are then hashed once. */
export function unitHasher(salt: string): (unit: string) => UnitHash {
  const seeds = unitSeeds(salt)
  return (unit) => seededUnitHash(unit, seeds)
}

/** `unitHash` with the salt's seeds at hand. */
export function seededUnitHash(unit: string, seeds: UnitSeeds): UnitHash {
  return hex(murmur3(unit, seeds.first)) + hex(sampleWord(unit, seeds))
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
