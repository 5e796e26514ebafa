import type { Id, Key, Patch, Revision, Snapshot } from '@rampart/contract/wire'
import type { Change } from '../store/store.ts'

/**
 * What turns `before` into `after`, both snapshots of one audience: whole objects that are new or different, and keys of
 * those that are gone. Undefined when nothing that this audience may see has changed. `from` is the last revision that was
 * sent to the audience, which is older than `before` when what came between changed nothing for it.
 *
 * Two snapshots are compared, instead of sending what the change log names, because what a browser may see depends on more
 * than the objects that were touched (a segment that got a list takes its flags away), and because the key of a flag that
 * it never saw must not appear even among the removals.
 */
export function difference(
  before: Snapshot,
  after: Snapshot,
  { from, urgent }: { readonly from: Revision; readonly urgent: boolean },
): Patch | undefined {
  const flags = compare(before.flags, after.flags, keyOf)
  const segments = compare(before.segments, after.segments, keyOf)
  const layers = compare(before.layers, after.layers, keyOf)
  const watches = compare(before.watches, after.watches, (watch) => watch.ramp)
  if ([flags, segments, layers, watches].every(isNothing)) return undefined
  return {
    format: 1,
    from,
    revision: after.revision,
    upserts: {
      ...some('flags', flags.upserts),
      ...some('segments', segments.upserts),
      ...some('layers', layers.upserts),
      ...some('watches', watches.upserts),
    },
    removals: {
      ...some('flags', flags.removals),
      ...some('segments', segments.removals),
      ...some('layers', layers.removals),
      ...some('watches', watches.removals),
    },
    ...(urgent && { urgent: true as const }),
  }
}

/**
 * What an instance of the server audience that holds `from` has missed: everything that `changes`, the log since then,
 * touched, as it is `now`. It may be empty, and then says only that `now.revision` is held. Only for the server audience: a
 * removal names keys that others never saw.
 */
export function catchUp(now: Snapshot, changes: readonly Change[], from: Revision): Patch {
  const flags = touched(
    now.flags,
    changes.flatMap((change) => change.flags),
    keyOf,
  )
  const segments = touched(
    now.segments,
    changes.flatMap((change) => change.segments),
    keyOf,
  )
  const watches = touched(
    now.watches,
    changes.flatMap((change) => change.watches),
    (watch) => watch.ramp,
  )
  return {
    format: 1,
    from,
    revision: now.revision,
    upserts: {
      ...some('flags', flags.upserts),
      ...some('segments', segments.upserts),
      // A layer exists while a flag lies in it and never changes: sending them all is cheap and cannot be wrong.
      ...some('layers', now.layers),
      ...some('watches', watches.upserts),
    },
    removals: {
      ...some('flags', flags.removals),
      ...some('segments', segments.removals),
      ...some('watches', watches.removals),
    },
    ...(changes.some((change) => change.urgent) && { urgent: true as const }),
  }
}

interface Changed<T> {
  readonly upserts: readonly T[]
  readonly removals: readonly string[]
}

function keyOf(one: { readonly key: Key }): Key {
  return one.key
}

function compare<T>(before: readonly T[], after: readonly T[], name: (one: T) => Key | Id): Changed<T> {
  // Built by the same code from the same members in the same order: equal objects are equal texts.
  const texts = new Map(before.map((one) => [name(one), JSON.stringify(one)]))
  const names = new Set(after.map(name))
  return {
    upserts: after.filter((one) => texts.get(name(one)) !== JSON.stringify(one)),
    removals: [...texts.keys()].filter((one) => !names.has(one)),
  }
}

function touched<T>(now: readonly T[], keys: readonly string[], name: (one: T) => Key | Id): Changed<T> {
  const wanted = new Set(keys)
  const names = new Set(now.map(name))
  return {
    upserts: now.filter((one) => wanted.has(name(one))),
    removals: [...wanted].filter((one) => !names.has(one)),
  }
}

function isNothing({ upserts, removals }: Changed<unknown>): boolean {
  return upserts.length === 0 && removals.length === 0
}

/** A member only when there is something in it. */
function some<K extends string, T>(name: K, list: readonly T[]): { readonly [member in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [name]: list } as { readonly [member in K]?: readonly T[] })
}
