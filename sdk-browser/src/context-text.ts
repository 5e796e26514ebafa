import type { Unit } from './types.ts'

/** A context as text, as it goes over the wire. One that cannot be written is nobody's, and servers refuse to evaluate for it. */
export function contextText(context: Unit): string {
  try {
    return JSON.stringify(typeof context === 'string' ? { targetingKey: context } : context)
  } catch {
    // It leads back into itself, or has a BigInt in it: nothing that the client does may throw.
    return 'null'
  }
}

/** FNV-1a over UTF-16 code units, 32 bits: tells contexts apart and gives none of them away. */
export function fingerprint(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
