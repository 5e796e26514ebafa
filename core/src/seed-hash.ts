import murmurhash from 'murmurhash'

/** MurmurHash3 x86_32 of the UTF-8 bytes of `text`, by the published package. Pages bring `hash.ts` only. */
export function murmur3(text: string, seed: number): number {
  return murmurhash.v3(bytesOf(text), seed)
}

/*
 * Given a text, the package makes an encoder and an array of bytes, which costs more than the hash. Seeds are short and nearly all
 * ASCII: those are written into arrays that are kept, one for each length.
 */
const LONGEST = 128
const kept: readonly Uint8Array[] = Array.from({ length: LONGEST + 1 }, (_, length) => new Uint8Array(length))

/** Good until the next text of this length. */
function bytesOf(text: string): string | Uint8Array {
  const bytes = kept[text.length]
  if (bytes === undefined) return text
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return text
    bytes[index] = code
  }
  return bytes
}
