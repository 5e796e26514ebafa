import type { Key } from './model.ts'

/**
 * Entries by key, in versions: a version never changes for whoever holds it, and making the next one costs no more than
 * what it changes. The newest version holds the map; an older one holds what it had where the next newer one differs
 * (Baker's trick, "Shallow binding makes functional arrays fast", 1991). So the newest, which is all that is usually
 * asked, is as fast as a Map.
 */
export interface Table<E> {
  /** Undefined once a newer version has taken it over. */
  map: Map<Key, E> | undefined
  /** Where a newer version differs from this one: what this one had, undefined for nothing. */
  had: ReadonlyMap<Key, E | undefined>
  newer: Table<E> | undefined
}

const NOTHING: ReadonlyMap<Key, never> = new Map<Key, never>()

export function tableOf<E>(map: Map<Key, E>): Table<E> {
  return { map, had: NOTHING, newer: undefined }
}

export function entryAt<E>(table: Table<E>, key: Key): E | undefined {
  return table.map !== undefined ? table.map.get(key) : olderEntryAt(table, key)
}

function olderEntryAt<E>(table: Table<E>, key: Key): E | undefined {
  let at = table
  while (at.newer !== undefined) {
    if (at.had.has(key)) return at.had.get(key)
    at = at.newer
  }
  return at.map?.get(key)
}

/** The entries in their order: the one they came in, changed ones in their old place. */
export function entriesOf<E>(table: Table<E>): ReadonlyMap<Key, E> {
  return table.map ?? rebuilt(table)
}

/** Newer versions only changed and added: removing makes a map of its own. */
function rebuilt<E>({ had, newer }: Table<E>): ReadonlyMap<Key, E> {
  if (newer === undefined) return new Map()
  const map = new Map(entriesOf(newer))
  for (const [key, entry] of had) {
    if (entry === undefined) map.delete(key)
    else map.set(key, entry)
  }
  return map
}

/** The next version: `changed` replaced in their places or added at the end, `removed` left out before that. */
export function nextTable<E>(table: Table<E>, changed: ReadonlyMap<Key, E>, removed: readonly Key[] = []): Table<E> {
  if (table.map === undefined || removed.length > 0) {
    const map = new Map(entriesOf(table))
    for (const key of removed) map.delete(key)
    for (const [key, entry] of changed) map.set(key, entry)
    return tableOf(map)
  }
  const next = tableOf(table.map)
  const had = new Map<Key, E | undefined>()
  for (const [key, entry] of changed) {
    had.set(key, table.map.get(key))
    table.map.set(key, entry)
  }
  table.map = undefined
  table.had = had
  table.newer = next
  return next
}
