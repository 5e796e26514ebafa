import type { UnitHash } from '../model.ts'

/** Of every browser, worker and server; the language itself has none. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array }

/** `../hash.ts` in few bytes: the engine encodes the text, which allocates. */
export function murmur3(text: string, seed: number): number {
  const bytes = new TextEncoder().encode(text)
  let hash = seed
  let block = 0
  for (const [index, byte] of bytes.entries()) {
    const at = index & 3
    block |= byte << (at * 8)
    if (at < 3) continue
    hash ^= scrambled(block)
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64
    block = 0
  }
  hash ^= scrambled(block) ^ bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The seeds that `../seed.ts` makes. */
export function seedOf(name: string, of: 'rollout' | 'split' | 'layer' | 1 | 2): number {
  return murmur3(`${name}/${of}`, 0)
}

/** As `unitHash` of `../bucket.ts`. */
export function unitHash(unit: string, salt: string): UnitHash {
  return ([1, 2] as const).map((word) => murmur3(unit, seedOf(salt, word)).toString(16).padStart(8, '0')).join('')
}

function scrambled(block: number): number {
  const first = Math.imul(block, 0xcc9e2d51)
  return Math.imul((first << 15) | (first >>> 17), 0x1b873593)
}
