import { fileURLToPath } from 'node:url'
import { type Database, SqliteError } from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { assembleStore } from '../assemble.ts'
import { sqliteKit } from '../columns.ts'
import type { Db, Q } from '../engine.ts'
import type { Store } from '../store.ts'
import { CannotOpen, connect, inspect, prepareFile } from './file.ts'
import { groupCommit } from './group-commit.ts'
import { tables } from './schema.ts'

export interface SqliteOptions {
  /** Created with its folder when it is missing. */
  readonly file: string
  /** Where the SQL migrations are; default is their place in the sources. */
  readonly migrationsFolder?: string
  /** Hears of listeners that threw; default is a warning of the process. */
  readonly report?: (error: unknown) => void
}

/**
 * Opens the embedded store: one file, one process. Brings its tables up to date.
 *
 * @throws CannotOpen when the file cannot be written, is no database or another program's, is damaged, or was written by
 * a newer Rampart.
 */
export async function openSqliteStore({ file, migrationsFolder, report }: SqliteOptions): Promise<Store> {
  prepareFile(file)
  const writer = connect(file)
  try {
    const folder = migrationsFolder ?? fileURLToPath(new URL('../../../migrations/sqlite', import.meta.url))
    inspect(writer, file, folder)
    bringUpToDate(writer, file, folder)
    return assemble(writer, connect(file), report ?? warn)
  } catch (error) {
    writer.close()
    throw error
  }
}

/**
 * A rebuilt table is dropped and renamed. With foreign keys on, that would delete the rows that refer to it, and they
 * cannot be turned off inside the migrator's transaction: so before it, and what they guard is checked after it.
 */
function bringUpToDate(writer: Database, file: string, migrationsFolder: string): void {
  writer.pragma('foreign_keys = OFF')
  try {
    migrate(drizzle(writer), { migrationsFolder })
  } catch (error) {
    throw new CannotOpen(
      'migration',
      `the tables of ${file} could not be brought up to date; nothing was changed`,
      error,
    )
  }
  const broken = Number(writer.prepare('select count(*) from pragma_foreign_key_check').pluck().get())
  if (broken !== 0) throw new CannotOpen('migration', `${broken} rows of ${file} refer to rows that are not there`)
  writer.pragma('foreign_keys = ON')
}

/** Reads have a connection of their own: they see what is committed, never half of a write. */
function assemble(writer: Database, reader: Database, report: (error: unknown) => void): Store {
  reader.pragma('query_only = ON')
  const writing = groupCommit(writer, 'BEGIN IMMEDIATE')
  const reading = groupCommit(reader, 'BEGIN')
  const writeDb = dbOver(writer)
  const readDb = dbOver(reader)
  return assembleStore(
    {
      read: (work) => reading(() => work(readDb)),
      write: (work) => writing(() => work(writeDb)),
      isTaken: (error) =>
        error instanceof SqliteError &&
        (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'),
      close: async () => {
        await reading(async () => undefined)
        await writing(async () => writer.pragma('optimize'))
        reader.close()
        writer.close()
      },
    },
    report,
  )
}

function dbOver(connection: Database): Db {
  // Drizzle types this driver as synchronous. Awaited, its builders behave as the asynchronous ones that shared queries use.
  return { q: drizzle(connection) as unknown as Q, t: tables, listed: sqliteKit.listed }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}
