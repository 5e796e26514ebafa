import type { Patch, Snapshot, WireFlag } from '@rampart/contract/wire'
import { applyChange, type Configuration, compile } from '@rampart/core'

export type Taken = 'applied' | 'ignored' | 'gap'

/** Holds the configuration that answers. Whoever brings documents only delivers; this alone applies. */
export interface ConfigurationOwner {
  /** What answers: one pointer, swapped as a whole, so that an answer never comes from half of a change. */
  readonly shown: Configuration | undefined
  /** What the server last said; the same as `shown` unless updates are frozen. */
  readonly latest: Configuration | undefined
  /** From a cache or the application, used until the server is heard. */
  takeLocal(snapshot: Snapshot): void
  takeSnapshot(snapshot: Snapshot): Taken
  takePatch(patch: Patch): Taken
}

/**
 * @param frozen whether what the page began with stays. Then urgent patches (a kill, a rollback) are applied all the same,
 * and of every other document the flags that are killed: after a lost connection the kill may come in a whole snapshot.
 */
export function createConfigurationOwner(frozen: boolean): ConfigurationOwner {
  let shown: Configuration | undefined
  let latest: Configuration | undefined

  function hold(next: Configuration, urgent: Patch['upserts'], removals: Patch['removals'] = {}): Taken {
    latest = next
    if (!frozen || shown === undefined) {
      shown = next
    } else if (Object.keys(removals).length > 0 || urgent.flags?.length) {
      const patch: Patch = { format: 1, from: 0, revision: next.revision, upserts: urgent, removals }
      const applied = applyChange(shown, patch)
      if (applied.kind === 'applied') shown = applied.configuration
    }
    return 'applied'
  }

  return {
    get shown() {
      return shown
    },
    get latest() {
      return latest
    },
    takeLocal(snapshot) {
      shown ??= compile(snapshot)
    },
    takeSnapshot(snapshot) {
      if (latest !== undefined && snapshot.revision <= latest.revision) return 'ignored'
      return hold(compile(snapshot), { flags: snapshot.flags.filter(isKilled) })
    },
    takePatch(patch) {
      // The server's first word is a whole snapshot: no cache is built upon.
      if (latest === undefined) return 'gap'
      const applied = applyChange(latest, patch)
      if (applied.kind !== 'applied') return applied.kind
      const { upserts, removals, urgent } = patch
      return urgent
        ? hold(applied.configuration, upserts, removals)
        : hold(applied.configuration, { flags: upserts.flags?.filter(isKilled) ?? [] })
    },
  }
}

function isKilled(flag: WireFlag): boolean {
  return flag.killed === true
}
