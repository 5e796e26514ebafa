import type { Flags, Json } from '@rampart/browser'

/**
 * The values that an address asks for, such as `?rampart.checkout-v2=true&rampart.ranker="bm25"`, for the option `overrides`:
 * JSON, or a text as it is. Of what is named twice the last counts. Whoever writes an address chooses, so that this belongs where people try things out.
 */
export function overridesIn(search: string = globalThis.location?.search ?? ''): Partial<Flags> {
  const named = [...new URLSearchParams(search)].filter(([name]) => name.startsWith('rampart.'))
  return Object.fromEntries(named.map(([name, text]) => [name.slice(8), asValue(text)])) as Partial<Flags>
}

function asValue(text: string): Json {
  try {
    return (JSON.parse(text) as Json | null) ?? text
  } catch {
    // A text that nobody has put into quotes.
    return text
  }
}
