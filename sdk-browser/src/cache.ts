import type { Surroundings } from './surroundings.ts'

/** The last known documents, kept from page to page. */
export interface Cache {
  /** Undefined when there is none, or none that could be read. */
  read(): unknown
  keep(document: unknown): void
}

/**
 * Kept under the key that it was read with, so that it never answers for another environment. A browser that refuses
 * storage, or has no room left, costs the next page its head start and nothing else: it is no reason to say anything.
 */
export function createCache(surroundings: Surroundings, kind: 'local' | 'session' | 'none', name: string): Cache {
  function attempt<T>(use: (storage: ReturnType<Surroundings['storage']>) => T): T | undefined {
    try {
      return kind === 'none' ? undefined : use(surroundings.storage(kind))
    } catch {
      // Refused, as in private windows and frames of other sites; full; or damaged.
      return undefined
    }
  }

  return {
    read: () => attempt((storage) => JSON.parse(storage.getItem(name) ?? '')),
    keep: (document) =>
      attempt((storage) => {
        try {
          storage.setItem(name, JSON.stringify(document))
        } catch {
          // What is older is worse than nothing: a flag that was killed since would be on.
          storage.removeItem(name)
        }
      }),
  }
}
