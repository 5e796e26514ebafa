import { affectedFlags, type Changed, withDependants } from './affected.ts'
import { type Configuration, compile, configuration, layerOf, type Parts } from './configuration.ts'
import { type FlagEntry, flagEntry } from './flag.ts'
import type { Lent } from './means.ts'
import type { Key, Patch, Revision, Snapshot, WireFlag } from './model.ts'
import { same } from './same.ts'
import { segmentOf } from './segments.ts'
import { entryAt, nextTable, type Table, tableOf } from './table.ts'
import { type Watches, watchesOf } from './watches.ts'

export type Applied =
  /** `keys`: the flags whose answers may have changed, sorted. */
  | { readonly kind: 'applied'; readonly configuration: Configuration; readonly keys: readonly Key[] }
  /** The revision is already held. */
  | { readonly kind: 'ignored' }
  /** Something is missing between what is held and this patch: reconnect and say which revision is held. */
  | { readonly kind: 'gap' }

/**
 * The client's rule for every source of patches: `revision ≤ held` → ignored; `from ≤ held` → applied, upserts being
 * whole objects so that an overlap is harmless; `from > held` → a gap, which is never guessed over.
 *
 * Costs what changes, not what is held. `held` answers as before, only slower: the new configuration took its tables over.
 */
export function applyChange(held: Configuration, patch: Patch): Applied {
  if (patch.revision <= held.revision) return { kind: 'ignored' }
  if (patch.from > held.revision) return { kind: 'gap' }
  const { upserts, removals } = patch
  const { parts } = held
  const watches = nextWatches(parts.watches, patch)
  const flags = nextFlags(parts, watches, patch)
  const segments = merge(parts.segments, upserts.segments, removals.segments, segmentOf)
  const layers = merge(parts.layers, upserts.layers, removals.layers, layerOf)
  const next: Parts = {
    flags: flags.table,
    dependants: withDependants(parts.dependants, upserts.flags ?? []),
    segments: segments.map,
    layers: layers.map,
    watches,
  }
  const changed: Changed = { flags: flags.changed, segments: segments.changed, layers: layers.changed }
  return {
    kind: 'applied',
    configuration: configuration({ ...held.envelope, revision: patch.revision }, next, held.asking.means),
    keys: affectedFlags(next, changed),
  }
}

/** What tells the revisions of two configurations apart. */
type Place = Pick<Snapshot, 'project' | 'environment' | 'revision'>

/**
 * The client's rule for whole snapshots of the server: one is taken when it is later than what is held, or of another
 * environment, whose revisions say nothing about these.
 *
 * `told` is the revision that the server was told is held when it was asked, or that it has sent since on the same stream.
 * What comes over one connection comes in order, so that a snapshot below it is the answer of a server whose database was
 * set back to an earlier state: what is held is of a history that is no more.
 */
export function supersedes(snapshot: Place, held: Place, told: Revision | undefined): boolean {
  const same = snapshot.project === held.project && snapshot.environment === held.environment
  return !same || snapshot.revision > held.revision || (told !== undefined && snapshot.revision < told)
}

/** What a `put` makes: whatever is the same as before stays prepared, and `keys` are the flags whose answers may have changed. */
export function replaceWith(
  held: Configuration | undefined,
  snapshot: Snapshot,
  lent: Lent = {},
): { readonly configuration: Configuration; readonly keys: readonly Key[] } {
  const made = compile(snapshot, lent)
  if (held === undefined) return { configuration: made, keys: [...made.flags.keys()].sort() }
  // What is hashed with another salt, or matched by another engine, has to be prepared again.
  const { means } = held.asking
  const alike = means.salt === snapshot.salt && means.matcher === lent.matcher
  const flags = keep(held.flags, made.flags, alike, (before, now) => same(before.watch, now.watch))
  const segments = keep(held.parts.segments, made.parts.segments, alike)
  const layers = keep(held.parts.layers, made.parts.layers, true)
  const parts: Parts = { ...made.parts, flags: tableOf(flags.map), segments: segments.map, layers: layers.map }
  const changed: Changed = { flags: flags.changed, segments: segments.changed, layers: layers.changed }
  return {
    configuration: configuration(snapshot, parts, alike ? means : made.asking.means),
    keys: affectedFlags(parts, changed),
  }
}

interface Entry<W> {
  readonly wire: W
}

interface Merged<E> {
  readonly map: Map<Key, E>
  readonly changed: ReadonlySet<Key>
}

function nextWatches(held: Watches, { upserts, removals }: Patch): Watches {
  if (upserts.watches === undefined && removals.watches === undefined) return held
  const byRamp = new Map(held.byRamp)
  for (const ramp of removals.watches ?? []) byRamp.delete(ramp)
  for (const watch of upserts.watches ?? []) byRamp.set(watch.ramp, watch)
  return watchesOf(byRamp.values())
}

/** A flag is prepared again when it changes, and when its watch does; the latter changes no answer. */
function nextFlags(
  parts: Parts,
  watches: Watches,
  { upserts, removals }: Patch,
): { readonly table: Table<FlagEntry>; readonly changed: ReadonlySet<Key> } {
  const removed = (removals.flags ?? []).filter((key) => entryAt(parts.flags, key) !== undefined)
  const changed = new Set<Key>(removed)
  const entries = new Map<Key, FlagEntry>()
  const held = (key: Key): WireFlag | undefined => {
    return changed.has(key) ? entries.get(key)?.wire : entryAt(parts.flags, key)?.wire
  }
  for (const flag of upserts.flags ?? []) {
    if (same(held(flag.key), flag)) continue
    changed.add(flag.key)
    entries.set(flag.key, flagEntry(flag, watches.byFlag.get(flag.key)))
  }
  for (const key of watchedOtherwise(parts.watches, watches)) {
    const flag = held(key)
    if (flag !== undefined && !entries.has(key)) entries.set(key, flagEntry(flag, watches.byFlag.get(key)))
  }
  const isSame = entries.size === 0 && removed.length === 0
  return { table: isSame ? parts.flags : nextTable(parts.flags, entries, removed), changed }
}

/** The flags with another watch than before. */
function watchedOtherwise(before: Watches, after: Watches): readonly Key[] {
  if (before === after) return []
  const keys = new Set([...before.byFlag.keys(), ...after.byFlag.keys()])
  return [...keys].filter((key) => !same(before.byFlag.get(key), after.byFlag.get(key)))
}

function merge<W extends { readonly key: Key }, E extends Entry<W>>(
  held: ReadonlyMap<Key, E>,
  upserts: readonly W[] = [],
  removals: readonly Key[] = [],
  entry: (wire: W) => E,
): { readonly map: ReadonlyMap<Key, E>; readonly changed: ReadonlySet<Key> } {
  const changed = new Set<Key>()
  if (upserts.length === 0 && removals.length === 0) return { map: held, changed }
  const map = new Map(held)
  for (const key of removals) if (map.delete(key)) changed.add(key)
  for (const wire of upserts) {
    if (same(map.get(wire.key)?.wire, wire)) continue
    map.set(wire.key, entry(wire))
    changed.add(wire.key)
  }
  return { map, changed }
}

/** `alike`: what was prepared may stay so. */
function keep<W, E extends Entry<W>>(
  held: ReadonlyMap<Key, E>,
  made: ReadonlyMap<Key, E>,
  alike: boolean,
  isKept: (before: E, now: E) => boolean = () => true,
): Merged<E> {
  const changed = new Set<Key>()
  const map = new Map<Key, E>()
  for (const [key, entry] of made) {
    const before = held.get(key)
    const isSame = before !== undefined && same(before.wire, entry.wire)
    map.set(key, isSame && alike && isKept(before, entry) ? before : entry)
    if (!isSame || !alike) changed.add(key)
  }
  for (const key of held.keys()) if (!made.has(key)) changed.add(key)
  return { map, changed }
}
