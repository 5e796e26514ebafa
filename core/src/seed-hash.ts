import murmurhash from 'murmurhash'

/** MurmurHash3 x86_32 of the UTF-8 bytes of `text`, by the published package. Pages bring `hash.ts` only. */
export function murmur3(text: string, seed: number): number {
  return murmurhash.v3(text, seed)
}
