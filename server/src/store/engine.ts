import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type { Kit } from './columns.ts'
import type { Tables } from './tables.ts'

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
