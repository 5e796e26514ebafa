import type { Patch, Revision, Snapshot } from '@rampart/core'

/** How what an audience was told becomes what it was told before, back to a bounded past. */
export interface Past {
  /** The oldest revision that can be told. */
  readonly base: Revision
  /** Oldest first. Each leads from its `from` back to its `revision`. */
  readonly undos: readonly Patch[]
}

/** So many changes are kept: what is kept of one is the objects it replaced, and a list of ids can be long. */
const REMEMBERED = 200

export function pastOf({ revision }: Snapshot): Past {
  return { base: revision, undos: [] }
}

export function withUndo({ base, undos }: Past, undo: Patch): Past {
  const all = [...undos, undo]
  const [forgotten] = all.length > REMEMBERED ? all : []
  return forgotten === undefined ? { base, undos: all } : { base: forgotten.from, undos: all.slice(1) }
}

/**
 * What was told at a revision, without watches, and with what is not configuration (salt, hints) as it is now. A revision
 * that changed nothing, or went out together with a later one, is answered with the one that was told before it: its own
 * `revision` says which. Undefined when that is too long ago, or still to come.
 */
export function toldAt(now: Snapshot, { base, undos }: Past, revision: Revision): Snapshot | undefined {
  if (revision < base || revision > now.revision) return undefined
  let told: Snapshot = { ...now, watches: [] }
  for (const undo of undos.toReversed()) {
    if (undo.from <= revision) break
    told = undone(told, undo)
  }
  return told
}

function undone(after: Snapshot, { revision, upserts, removals }: Patch): Snapshot {
  return {
    ...after,
    revision,
    flags: merged(after.flags, upserts.flags, removals.flags),
    segments: merged(after.segments, upserts.segments, removals.segments),
    layers: merged(after.layers, upserts.layers, removals.layers),
  }
}

function merged<T extends { readonly key: string }>(
  list: readonly T[],
  upserts: readonly T[] = [],
  removals: readonly string[] = [],
): readonly T[] {
  if (upserts.length + removals.length === 0) return list
  const byKey = new Map(list.map((one) => [one.key, one]))
  for (const key of removals) byKey.delete(key)
  for (const one of upserts) byKey.set(one.key, one)
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}
