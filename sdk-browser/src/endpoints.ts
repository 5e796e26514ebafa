/** Where one client asks what, and as whom. */
export interface Endpoints {
  readonly key: string
  readonly at: (what: 'snapshot' | 'stream' | 'events' | 'evaluate') => string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The same addresses for every page, without names in their queries: browsers remember by address what a server allows
 * (CORS preflight), and a client key's instances are not told apart anyway. Undefined when there is no server to ask: a
 * key of another kind does not become less secret by being in a page, so that it is not sent from there.
 */
export function endpointsOf(url: string | URL | undefined, key: unknown): Endpoints | undefined {
  if (typeof key !== 'string' || !url || !/^(rmp_pub_|(?!rmp_).)/.test(key)) return undefined
  try {
    const { origin, pathname } = new URL(url, globalThis.location?.href)
    const base = `${origin}${pathname.replace(/\/+$/, '')}/sdk/v1/`
    return { key, at: (what) => base + what, headers: { authorization: `Bearer ${key}` } }
  } catch {
    // No address, or a relative one where there is no page for it to be relative to.
    return undefined
  }
}
