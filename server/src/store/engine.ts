import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type { Kit } from './columns.ts'
import type { Tables } from './tables.ts'
import type { UnitMemory } from './units/memory.ts'

/**
 * What a shared query may use: builders that are awaited, and `returning()` where it matters what was changed. Never
 * `get`, `all`, `run` or a transaction, which differ between dialects.
 */
export type Q = Pick<
  BaseSQLiteDatabase<'async', unknown, Record<string, never>>,
  'select' | 'insert' | 'update' | 'delete'
>

export interface Db {
  readonly q: Q
  readonly t: Tables
  readonly listed: Kit['listed']
  readonly numbers: Kit['numbers']
  readonly numberAt: Kit['numberAt']
  /** Of writes alone, and emptied by the engine whenever something that they did is undone. */
  readonly unitMemory: UnitMemory
  /**
   * Lets everybody else have a turn, when the last was some milliseconds ago. For long writes: nothing else is written meanwhile,
   * and nobody sees what is.
   */
  breathe(): Promise<void>
}

/** One database, opened. Inside `work` nothing may be awaited but its queries, and `breathe`. */
export interface Engine {
  /** Runs `work` on one moment of what has been committed. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Runs `work` alone and keeps all it wrote, durably, or nothing: when it throws, or the database fails. */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Whether an error says that a unique key is taken. */
  isTaken(error: unknown): boolean
  close(): Promise<void>
}

/** What can be wrong with a database that worked when it was opened. */
export type Trouble = 'full' | 'read_only' | 'damaged' | 'locked' | 'unreadable'

/** The database cannot be used now. Nothing was written; what was asked for may be asked for again. */
export class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble'
  readonly trouble: Trouble

  constructor(trouble: Trouble, cause: unknown) {
    super(SAYS[trouble], { cause })
    this.trouble = trouble
  }
}

const SAYS: Record<Trouble, string> = {
  full: 'The database cannot be written, because its disk is full. Nothing was changed; what is there is still served.',
  read_only: 'The database can only be read. Nothing was changed; what is there is still served.',
  damaged: 'The database is damaged: an administrator has to restore a backup. Nothing was changed.',
  locked: 'Another program holds the database. Nothing was changed.',
  unreadable: 'The disk of the database cannot be read or written. Nothing was changed.',
}
