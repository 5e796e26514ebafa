import { type SQL, sql } from 'drizzle-orm'
import {
  blob,
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'

/**
 * What a table is made of. The tables are defined once, over a kit (`tables.ts`), and a dialect is one kit: another
 * database is a second object of this shape. Times are epoch milliseconds; JSON is written and read whole.
 */
export const sqliteKit = {
  table: sqliteTable,
  primary: primaryKey,
  foreign: foreignKey,
  unique: uniqueIndex,
  index,
  text: (name: string) => text(name),
  int: (name: string) => integer(name),
  ms: (name: string) => integer(name),
  /** A number that may be a fraction. */
  real: (name: string) => real(name),
  bool: (name: string) => integer(name, { mode: 'boolean' }),
  bytes: (name: string) => blob(name, { mode: 'buffer' }).$type<Buffer>(),
  seq: (name: string) => integer(name).primaryKey({ autoIncrement: true }),
  json: <T>(name: string) => text(name, { mode: 'json' }).$type<T>(),
  /** Rows with one column `value`, to select from: many texts in one variable, where a row of variables each is slow. */
  listed: (texts: readonly string[]): SQL => sql`json_each(${JSON.stringify(texts)})`,
  /** The same for rows of numbers; `numberAt` is the n-th of one. */
  numbers: (rows: readonly (readonly number[])[]): SQL => sql`json_each(${JSON.stringify(rows)})`,
  numberAt: (place: number): SQL => sql`json_extract(value, ${sql.raw(`'$[${place}]'`)})`,
}

export type Kit = typeof sqliteKit
