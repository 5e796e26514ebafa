import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Beside the database: a backup is made by another process than the server that tells how old it is. */
const FILE = 'last-backup'

/**
 * Notes that a backup was made of what was there at `at`, in epoch milliseconds. The backup itself is done: that this cannot be
 * written (a full disk, a folder that is only read) is no reason to call it failed.
 */
export function noteBackup(dataFolder: string, at: number): void {
  try {
    writeFileSync(join(dataFolder, FILE), `${new Date(at).toISOString()}\n`)
  } catch {
    // The age that is told stays that of the backup before, which is on the safe side.
  }
}

/** When the latest backup was made, in epoch milliseconds; undefined when none is known of. */
export function lastBackupAt(dataFolder: string): number | undefined {
  try {
    const at = Date.parse(readFileSync(join(dataFolder, FILE), 'utf8').trim())
    return Number.isNaN(at) ? undefined : at
  } catch {
    return undefined
  }
}
