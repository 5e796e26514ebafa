import type { Key } from './model.ts'
import { entryAt, type Table } from './table.ts'

/*
 * An application asks for the same few flags again and again, by the same texts of its source. Where such a text was found last
 * is quicker to look at than a Map, which has to hash it: two texts that are one and the same object are equal at once.
 */

/** A power of two. */
const PLACES = 128

/** What a version of a table was asked for last, each key at a place of its own. It never changes for that version. */
export interface Recent<E> {
  readonly keys: (Key | undefined)[]
  /** Undefined where the table has no entry for the key. */
  readonly entries: (E | undefined)[]
}

export function nothingRecent<E>(): Recent<E> {
  return { keys: new Array(PLACES).fill(undefined), entries: new Array(PLACES).fill(undefined) }
}

/** What the table has for a key: as `entryAt`, quicker for a key that was asked for before. */
export function recentAt<E>(recent: Recent<E>, table: Table<E>, key: Key): E | undefined {
  const place = placeOf(key)
  return recent.keys[place] === key ? recent.entries[place] : remember(recent, table, key, place)
}

/** By what keys mostly differ in: their length and how they end. Applications without types may ask for anything. */
function placeOf(key: Key): number {
  if (typeof key !== 'string' || key.length === 0) return 0
  return (key.length * 5 + key.charCodeAt(key.length - 1)) & (PLACES - 1)
}

function remember<E>({ keys, entries }: Recent<E>, table: Table<E>, key: Key, place: number): E | undefined {
  const entry = entryAt(table, key)
  keys[place] = key
  entries[place] = entry
  return entry
}
