import { fileURLToPath } from 'node:url'
import { type Database, SqliteError } from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { assembleStore } from '../assemble.ts'
import { sqliteKit } from '../columns.ts'
import { type Db, type Q, StoreTrouble, type Trouble } from '../engine.ts'
import type { Store } from '../store.ts'
import { UnitMemory } from '../units/memory.ts'
import { connect, inspect, prepareFile } from './file.ts'
import { groupCommit } from './group-commit.ts'
import { bringUpToDate } from './migrate.ts'
import { tables } from './schema.ts'

const SOURCES = fileURLToPath(new URL('../../../migrations/sqlite', import.meta.url))

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
    inspect(writer, file)
    bringUpToDate(writer, file, migrationsFolder ?? SOURCES)
    return assemble(writer, connect(file), report ?? warn)
  } catch (error) {
    writer.close()
    throw error
  }
}

/** Reads have a connection of their own: they see what is committed, never half of a write. */
function assemble(writer: Database, reader: Database, report: (error: unknown) => void): Store {
  reader.pragma('query_only = ON')
  const writing = groupCommit(writer, 'BEGIN IMMEDIATE')
  const reading = groupCommit(reader, 'BEGIN')
  const writeDb = dbOver(writer)
  const readDb = dbOver(reader)
  let version: unknown

  /** What is remembered is what the file holds, unless another connection has written to it meanwhile. */
  function current(): Db {
    const now = writer.pragma('data_version', { simple: true })
    if (now !== version) writeDb.unitMemory.forgetAll()
    version = now
    return writeDb
  }

  /** A work that fails is undone before the next one begins; a transaction that fails undoes all of its works. */
  async function forgetting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      writeDb.unitMemory.forgetAll()
      throw error
    }
  }

  return assembleStore(
    {
      read: (work) => telling(() => reading(() => work(readDb))),
      write: (work) => telling(() => forgetting(() => writing(() => forgetting(() => work(current()))))),
      isTaken: (error) =>
        error instanceof SqliteError &&
        (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'),
      close: async () => {
        if (!writer.open) return
        await reading(async () => undefined)
        await writing(async () => writer.pragma('optimize'))
        reader.close()
        writer.close()
      },
    },
    report,
  )
}

async function telling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const trouble = error instanceof SqliteError ? troubleIn(error.code) : undefined
    throw trouble === undefined ? error : new StoreTrouble(trouble, error)
  }
}

/** By SQLite's result codes (sqlite.org/rescode.html). A write beyond the end of a disk or of a quota is an IOERR to it. */
function troubleIn(code: string): Trouble | undefined {
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE') return 'full'
  if (code.startsWith('SQLITE_READONLY')) return 'read_only'
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'damaged'
  if (code.startsWith('SQLITE_BUSY')) return 'locked'
  return code.startsWith('SQLITE_IOERR') || code === 'SQLITE_CANTOPEN' ? 'unreadable' : undefined
}

function dbOver(connection: Database): Db {
  rememberStatements(connection)
  // Drizzle types this driver as synchronous. Awaited, its builders behave as the asynchronous ones that shared queries use.
  return {
    q: drizzle(connection) as unknown as Q,
    t: tables,
    listed: sqliteKit.listed,
    numbers: sqliteKit.numbers,
    numberAt: sqliteKit.numberAt,
    unitMemory: new UnitMemory(),
    breathe: breathing(),
  }
}

/** A driver that answers at once never lets go of the process by itself. */
const BREATHE_MS = 3

// Held from the start: a test that fakes the timers of what it tests does not mean the store's.
const soon = setImmediate

function breathing(): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < BREATHE_MS) return
    await new Promise<void>((resolve) => soon(resolve))
    last = performance.now()
  }
}

/** Statements kept ready on a connection. Their texts are few, but for those that list as many values as there happen to be. */
const MOST_STATEMENTS = 300

/**
 * Every query is compiled once instead of each time, which costs as much as running it. Drizzle asks for the statement of each
 * query anew, and always reads one text in the same way, so that a statement can be handed out again.
 */
function rememberStatements(connection: Database): void {
  const prepare = connection.prepare.bind(connection)
  const known = new Map<string, ReturnType<typeof prepare>>()
  const remembered = (text: string): ReturnType<typeof prepare> => {
    const statement = known.get(text) ?? prepare(text)
    // Used last, forgotten last.
    known.delete(text)
    known.set(text, statement)
    const [oldest] = known.keys()
    if (known.size > MOST_STATEMENTS && oldest !== undefined) known.delete(oldest)
    return statement
  }
  connection.prepare = remembered as typeof connection.prepare
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}
