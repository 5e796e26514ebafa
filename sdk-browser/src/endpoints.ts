import { SDK_PATHS } from '@rampart/contract/wire'
import type { Log } from './log.ts'

/** Where one client asks what, and as whom. */
export interface Endpoints {
  readonly key: string
  readonly stream: string
  readonly snapshot: string
  readonly events: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The same addresses for every page, without names in their queries: browsers remember by address what a server allows
 * (CORS preflight), and a client key's instances are not told apart anyway. Undefined when there is no server to ask.
 */
export function endpointsOf(url: string | URL | undefined, key: unknown, log: Log): Endpoints | undefined {
  const base = absolute(url)
  if (base === undefined || typeof key !== 'string' || key === '' || isSecret(key)) {
    log.say('error', 'no server is asked: a client needs the `url` of one and a client `key` (rmp_pub_…)')
    return undefined
  }
  const at = (path: string): string => {
    const place = new URL(base)
    place.pathname = place.pathname.replace(/\/+$/, '') + path
    return place.href
  }
  return {
    key,
    stream: at(SDK_PATHS.stream),
    snapshot: at(SDK_PATHS.snapshot),
    events: at(SDK_PATHS.events),
    headers: { authorization: `Bearer ${key}` },
  }
}

/** A key of another kind does not become less secret by being in a page, so that it is not sent from there. */
function isSecret(key: string): boolean {
  return key.startsWith('rmp_') && !key.startsWith('rmp_pub_')
}

function absolute(url: string | URL | undefined): URL | undefined {
  if (!url) return undefined
  try {
    return new URL(url, globalThis.location?.href)
  } catch {
    // No address, or a relative one where there is no page for it to be relative to.
    return undefined
  }
}
