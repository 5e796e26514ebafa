import type { Id, Key, Patch, Revision, Snapshot, Watch, WireFlag, WireLayer, WireSegment } from '@rampart/core'
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
  const parts: Parts = {
    flags: compare(before.flags, after.flags, keyOf),
    segments: compare(before.segments, after.segments, keyOf),
    layers: compare(before.layers, after.layers, keyOf),
    watches: compare(before.watches, after.watches, rampOf),
  }
  if (isNothing(parts)) return undefined
  return patch({ from, revision: after.revision, parts, urgent })
}

/**
 * What an instance of the server audience that holds `from` has missed: everything that `changes`, the log since then,
 * touched, as it is `now`. It may be empty, and then says only that `now.revision` is held. Only for the server audience: a
 * removal names keys that others never saw.
 */
export function catchUp(now: Snapshot, changes: readonly Change[], from: Revision): Patch {
  const flags = changes.flatMap((change) => change.flags)
  const segments = changes.flatMap((change) => change.segments)
  const watches = changes.flatMap((change) => change.watches)
  const parts: Parts = {
    flags: touched(now.flags, [...flags, ...askingFor(flags, now.flags)], keyOf),
    segments: touched(now.segments, segments, keyOf),
    // A layer exists while a flag lies in it and never changes: sending them all is cheap and cannot be wrong.
    layers: { upserts: now.layers, removals: [] },
    watches: touched(now.watches, watches, rampOf),
  }
  return patch({ from, revision: now.revision, parts, urgent: changes.some((change) => change.urgent) })
}

/** What leads back to `before` from the snapshot that `patch` made of it. Watches are no configuration: they stay as they are. */
export function undoOf({ upserts, removals, revision }: Patch, before: Snapshot): Patch {
  const keys = (changed: readonly { readonly key: Key }[] = [], gone: readonly Key[] = []) => [
    ...changed.map(keyOf),
    ...gone,
  ]
  const parts: Parts = {
    flags: touched(before.flags, keys(upserts.flags, removals.flags), keyOf),
    segments: touched(before.segments, keys(upserts.segments, removals.segments), keyOf),
    layers: touched(before.layers, keys(upserts.layers, removals.layers), keyOf),
    watches: { upserts: [], removals: [] },
  }
  return patch({ from: revision, revision: before.revision, parts, urgent: false })
}

interface Changed<T> {
  readonly upserts: readonly T[]
  readonly removals: readonly string[]
}

interface Parts {
  readonly flags: Changed<WireFlag>
  readonly segments: Changed<WireSegment>
  readonly layers: Changed<WireLayer>
  readonly watches: Changed<Watch>
}

const keyOf = (one: { readonly key: Key }): Key => one.key
const rampOf = (watch: Watch): Id => watch.ramp

function compare<T>(before: readonly T[], after: readonly T[], name: (one: T) => string): Changed<T> {
  const known = new Map(before.map((one) => [name(one), one]))
  const names = new Set(after.map(name))
  return {
    upserts: after.filter((one) => !isSame(known.get(name(one)), one)),
    removals: [...known.keys()].filter((one) => !names.has(one)),
  }
}

/** What has not changed is the same object; others are built by the same code from the same members in the same order: equal texts. */
function isSame<T>(before: T | undefined, after: T): boolean {
  return before === after || (before !== undefined && JSON.stringify(before) === JSON.stringify(after))
}

function touched<T>(now: readonly T[], keys: readonly string[], name: (one: T) => string): Changed<T> {
  const wanted = new Set(keys)
  const names = new Set(now.map(name))
  return {
    upserts: now.filter((one) => wanted.has(name(one))),
    removals: [...wanted].filter((one) => !names.has(one)),
  }
}

/** Flags with one of these as a prerequisite: they name its variations by index. */
function askingFor(keys: readonly Key[], flags: readonly WireFlag[]): readonly Key[] {
  const asked = new Set(keys)
  return flags.filter((flag) => flag.prerequisites?.some((one) => asked.has(one.flag))).map(keyOf)
}

function isNothing(parts: Parts): boolean {
  return Object.values(parts).every(({ upserts, removals }) => upserts.length === 0 && removals.length === 0)
}

/** Writes the parts that have something in them. */
function patch({
  from,
  revision,
  parts: { flags, segments, layers, watches },
  urgent,
}: {
  readonly from: Revision
  readonly revision: Revision
  readonly parts: Parts
  readonly urgent: boolean
}): Patch {
  return {
    format: 1,
    from,
    revision,
    upserts: {
      ...(flags.upserts.length > 0 && { flags: flags.upserts }),
      ...(segments.upserts.length > 0 && { segments: segments.upserts }),
      ...(layers.upserts.length > 0 && { layers: layers.upserts }),
      ...(watches.upserts.length > 0 && { watches: watches.upserts }),
    },
    removals: {
      ...(flags.removals.length > 0 && { flags: flags.removals }),
      ...(segments.removals.length > 0 && { segments: segments.removals }),
      ...(layers.removals.length > 0 && { layers: layers.removals }),
      ...(watches.removals.length > 0 && { watches: watches.removals }),
    },
    ...(urgent && { urgent: true as const }),
  }
}
