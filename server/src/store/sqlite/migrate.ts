import type { Database } from 'better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { APPLICATION_ID, CannotOpen } from './file.ts'

/**
 * Applies the migrations that the file does not have yet, all of them and the check of what they left in one
 * transaction. `user_version` counts those it has.
 *
 * Drizzle's own migrator would commit before the check. And it opens its transaction while foreign keys are on, where they
 * cannot be turned off: a table that is rebuilt, dropped and renamed, would take the rows that refer to it along.
 */
export function bringUpToDate(writer: Database, file: string, migrationsFolder: string): void {
  const migrations = readMigrationFiles({ migrationsFolder })
  if (applied(writer) > migrations.length) {
    throw new CannotOpen('newer', `${file} was written by a newer Rampart: start that version, or a backup from before`)
  }
  if (applied(writer) === migrations.length) return

  writer.pragma('foreign_keys = OFF')
  const migrate = writer.transaction(() => {
    for (const { sql } of migrations.slice(applied(writer))) for (const statement of sql) writer.exec(statement)
    writer.pragma(`user_version = ${migrations.length}`)
    writer.pragma(`application_id = ${APPLICATION_ID}`)
    refuseBrokenReferences(writer)
  })
  try {
    migrate.immediate()
  } catch (error) {
    throw new CannotOpen('migration', `${file} could not be brought up to date, and stays as it was`, error)
  }
  writer.pragma('foreign_keys = ON')
}

function applied(writer: Database): number {
  return Number(writer.pragma('user_version', { simple: true }))
}

function refuseBrokenReferences(writer: Database): void {
  const broken = Number(writer.prepare('select count(*) from pragma_foreign_key_check').pluck().get())
  if (broken > 0) throw new Error(`${broken} rows would refer to rows that are not there`)
}
