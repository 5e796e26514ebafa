import { parseSnapshot, type Snapshot } from '@rampart/contract/wire'
import { readJson } from './read-json.ts'
import type { Surroundings } from './surroundings.ts'

/** The last known configuration, kept from page to page. */
export interface Cache {
  read(): Snapshot | undefined
  keep(snapshot: Snapshot): void
}

/**
 * Kept under the key that it was read with, so that it never answers for another environment. A browser that refuses
 * storage, or has no room left, costs the next page its head start and nothing else: it is no reason to say anything.
 */
export function createCache(surroundings: Surroundings, kind: 'local' | 'session' | 'none', key: string): Cache {
  const name = `rampart ${key}`

  function attempt<T>(use: (storage: Pick<Storage, 'getItem' | 'setItem'>) => T): T | undefined {
    if (kind === 'none') return undefined
    try {
      return use(surroundings.storage(kind))
    } catch {
      // Refused, as in private windows and frames of other sites, or full.
      return undefined
    }
  }

  return {
    read() {
      const text = attempt((storage) => storage.getItem(name))
      const parsed = readJson(text ?? '', parseSnapshot)
      return parsed.ok ? parsed.value : undefined
    },
    keep: (snapshot) => attempt((storage) => storage.setItem(name, JSON.stringify(snapshot))),
  }
}
