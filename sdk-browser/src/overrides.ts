import type { Flags, Json } from '@rampart/browser'

/**
 * The values that an address asks for, such as `?rampart.checkout-v2=true&rampart.ranker="bm25"`, for the option `overrides`:
 * JSON, or a text as it is. Whoever writes an address chooses, so that this belongs where people try things out.
 */
export function overridesIn(search: string = globalThis.location?.search ?? ''): Partial<Flags> {
  const overrides: Record<string, Json> = {}
  for (const [name, text] of new URLSearchParams(search)) {
    if (name.startsWith('rampart.'))
      Object.defineProperty(overrides, name.slice(8), { value: asValue(text), enumerable: true })
  }
  return overrides as Partial<Flags>
}

function asValue(text: string): Json {
  try {
    return (JSON.parse(text) as Json | null) ?? text
  } catch {
    // A text that nobody has put into quotes.
    return text
  }
}
