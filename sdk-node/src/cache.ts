import type { Snapshot } from '@rampart/contract/wire'
import type { CallOff, Clock } from './clock.ts'
import { type Log, messageOf } from './logger.ts'
import { writeCacheFile } from './sources/file.ts'

/** Changes that come close together are written once. */
const SETTLE_MS = 1_000

export interface Cache {
  /** Keeps this snapshot in the file, soon. */
  keep(snapshot: Snapshot): void
  /** Writes what is still to be written. Never rejects. */
  close(): Promise<void>
}

/** Keeps the last known configuration on disk. A file that cannot be written costs one warning and nothing else. */
export function createCache(path: string, key: string, clock: Clock, log: Log): Cache {
  let next: Snapshot | undefined
  let writing: Promise<void> = Promise.resolve()
  let callOff: CallOff | undefined

  function write(): Promise<void> {
    callOff?.()
    callOff = undefined
    writing = writing.then(async () => {
      const snapshot = next
      next = undefined
      if (snapshot === undefined) return
      try {
        await writeCacheFile(path, key, snapshot)
      } catch (thrown) {
        log.warnOnce('cache', () => `the cache file cannot be written: ${messageOf(thrown)}`)
      }
    })
    return writing
  }

  return {
    keep(snapshot) {
      next = snapshot
      callOff ??= clock.after(SETTLE_MS, () => void write())
    },
    close: write,
  }
}
