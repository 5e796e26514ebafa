import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Store } from '../store/store.ts'

/** Remembers which credentials were used, and writes it down seldom: "last used" is worth a minute, not a write. */
export interface Usage {
  token(id: string): void
  sdkKey(id: string): void
  person(id: string): void
  /** Writes what has gathered. */
  flush(): Promise<void>
}

export function createUsage(store: Pick<Store, 'touch'>, clock: Clock, log: Logger): Usage {
  const used = { tokens: new Set<string>(), sdkKeys: new Set<string>(), people: new Set<string>() }
  return {
    token: (id) => void used.tokens.add(id),
    sdkKey: (id) => void used.sdkKeys.add(id),
    person: (id) => void used.people.add(id),
    async flush() {
      const batch = { tokens: [...used.tokens], sdkKeys: [...used.sdkKeys], people: [...used.people] }
      if (batch.tokens.length + batch.sdkKeys.length + batch.people.length === 0) return
      for (const set of Object.values(used)) set.clear()
      try {
        await store.touch(batch, clock.now())
      } catch (error) {
        // a lost "last used" costs nothing; the next use writes it again
        log.warn({ err: error }, 'could not write when keys were last used')
      }
    },
  }
}
