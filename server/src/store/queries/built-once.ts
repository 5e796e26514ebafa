import type { Db } from '../engine.ts'

/**
 * A query that is built once for each connection instead of each time, which costs several times what running it does. For what
 * is asked with every request; its values are placeholders.
 */
export function builtOnce<T>(build: (db: Db) => T): (db: Db) => T {
  const built = new WeakMap<Db, T>()
  return (db) => {
    const known = built.get(db) ?? build(db)
    built.set(db, known)
    return known
  }
}
