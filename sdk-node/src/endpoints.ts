import { SDK_PATHS } from '@rampart/contract/wire'
import type { Identity } from './identity.ts'

/** Where one client sends what, and as whom. */
export interface Endpoints {
  readonly stream: URL
  readonly snapshot: URL
  readonly events: URL
  readonly acks: URL
  readonly headers: Readonly<Record<string, string>>
}

/** `url` may carry a path of its own, for a server behind a prefix. */
export function endpointsOf(url: URL, key: string, { instance, app }: Identity): Endpoints {
  const at = (path: string): URL => {
    const place = new URL(url)
    place.pathname = place.pathname.replace(/\/+$/, '') + path
    return place
  }
  /** Who asks is shown to people and counted when a change is awaited everywhere. */
  const named = (path: string): URL => {
    const place = at(path)
    place.searchParams.set('instance', instance)
    if (app) place.searchParams.set('app', app.name)
    if (app?.version !== undefined) place.searchParams.set('version', app.version)
    return place
  }
  return {
    stream: named(SDK_PATHS.stream),
    snapshot: named(SDK_PATHS.snapshot),
    events: at(SDK_PATHS.events),
    acks: at(SDK_PATHS.acks),
    headers: { authorization: `Bearer ${key}` },
  }
}
