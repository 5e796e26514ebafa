import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database, { SqliteError } from 'better-sqlite3'

/** Marks a SQLite file as Rampart's, so that another program's database is never taken for one: "RAMP". */
export const APPLICATION_ID = 0x52414d50
/** Larger files are not read through at every start: at a few hundred MB a second that would delay it too long. */
const CHECKED_UP_TO_BYTES = 256 * 1024 * 1024

export type CannotOpenReason =
  | 'no_access'
  | 'not_a_database'
  | 'foreign'
  | 'damaged'
  | 'newer'
  | 'migration'
  | 'full'
  | 'taken'
  | 'in_use'

/** The database cannot be used. The message says in one sentence what is wrong and what to do. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen'
  readonly reason: CannotOpenReason

  constructor(reason: CannotOpenReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

/** Creates the folder (mode 700) and the file (mode 600) when they are missing; nobody else may read secrets' hashes. */
export function prepareFile(file: string): void {
  try {
    prepareFolder(dirname(file))
    closeSync(openSync(file, 'a', 0o600))
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  } catch (error) {
    throw new CannotOpen('no_access', `${file} cannot be written: ${messageOf(error)}`, error)
  }
}

/** Creates a folder, mode 700, when it is missing. */
export function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/** Opens one connection. What is acknowledged survives a power cut: the log is synced at every commit. */
export function connect(file: string): Database.Database {
  const connection = new Database(file, { timeout: 5000 })
  try {
    connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    // Hashes of units arrive in no order, each on a page of its own: the more of the index is in memory, and the seldomer
    // it is copied from the log into the file, the fewer pages are written twice. Measured: half the time at 400,000 units.
    connection.pragma('cache_size = -64000')
    connection.pragma('wal_autocheckpoint = 8000')
    connection.pragma('journal_size_limit = 67108864')
    return connection
  } catch (error) {
    connection.close()
    throw unusable(file, error)
  }
}

/** Throws when the file is another program's, or damaged. */
export function inspect(connection: Database.Database, file: string): void {
  try {
    const tables = Number(connection.prepare('select count(*) from sqlite_schema').pluck().get())
    if (tables > 0 && connection.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
      throw new CannotOpen('foreign', `${file} is a database of another program: name another data folder`)
    }
    if (statSync(file).size <= CHECKED_UP_TO_BYTES) {
      const verdict = connection.pragma('quick_check(1)', { simple: true })
      if (verdict !== 'ok') throw damaged(file, new Error(String(verdict)))
    }
  } catch (error) {
    throw unusable(file, error)
  }
}

/** What is wrong with a file in one sentence, when that is what an error says. */
export function unusable(file: string, error: unknown): unknown {
  if (!(error instanceof SqliteError)) return error
  switch (error.code) {
    case 'SQLITE_NOTADB':
      return new CannotOpen(
        'not_a_database',
        `${file} is not a database: move it away, or name another data folder`,
        error,
      )
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
      return new CannotOpen('no_access', `${file} cannot be written: ${error.message}`, error)
    case 'SQLITE_FULL':
    case 'SQLITE_IOERR_WRITE':
      return new CannotOpen('full', `${file} cannot be written: the disk is full. Nothing was lost`, error)
    default:
      return error.code.startsWith('SQLITE_CORRUPT') ? damaged(file, error) : error
  }
}

function damaged(file: string, cause: Error): CannotOpen {
  return new CannotOpen('damaged', `${file} is damaged (${cause.message}): restore it from a backup`, cause)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
