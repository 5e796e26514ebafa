import { affectedFlags, type Changed } from './affected.ts'
import { type Configuration, compile, compileLayer, configuration, type Parts } from './configuration.ts'
import { flagEntry } from './flag.ts'
import type { Key, Patch, Snapshot } from './model.ts'
import { same } from './same.ts'
import { compileSegment } from './segments.ts'

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
 */
export function applyChange(held: Configuration, patch: Patch): Applied {
  if (patch.revision <= held.revision) return { kind: 'ignored' }
  if (patch.from > held.revision) return { kind: 'gap' }
  const { upserts, removals } = patch
  const flags = merge(held.flags, upserts.flags, removals.flags, flagEntry)
  const segments = merge(held.segments, upserts.segments, removals.segments, compileSegment)
  const layers = merge(held.layers, upserts.layers, removals.layers, compileLayer)
  const watches = new Map(held.snapshot.watches.map((watch) => [watch.ramp, watch]))
  for (const ramp of removals.watches ?? []) watches.delete(ramp)
  for (const watch of upserts.watches ?? []) watches.set(watch.ramp, watch)
  const parts: Parts = { flags: flags.map, segments: segments.map, layers: layers.map, watches }
  const changed: Changed = { flags: flags.changed, segments: segments.changed, layers: layers.changed }
  return {
    kind: 'applied',
    configuration: configuration(snapshotOf(held.snapshot, patch, parts), parts),
    keys: affectedFlags(parts.flags.values(), parts.segments.values(), changed),
  }
}

/** What a `put` makes: whatever is the same as before stays prepared, and `keys` are the flags whose answers may have changed. */
export function replaceWith(
  held: Configuration | undefined,
  snapshot: Snapshot,
): { readonly configuration: Configuration; readonly keys: readonly Key[] } {
  const made = compile(snapshot)
  if (held === undefined) return { configuration: made, keys: [...made.flags.keys()].sort() }
  const flags = keep(held.flags, made.flags)
  const segments = keep(held.segments, made.segments)
  const layers = keep(held.layers, made.layers)
  const watches = new Map(snapshot.watches.map((watch) => [watch.ramp, watch]))
  const parts: Parts = { flags: flags.map, segments: segments.map, layers: layers.map, watches }
  const changed: Changed = { flags: flags.changed, segments: segments.changed, layers: layers.changed }
  return {
    configuration: configuration(snapshot, parts),
    keys: affectedFlags(parts.flags.values(), parts.segments.values(), changed),
  }
}

interface Entry<W> {
  readonly wire: W
}

interface Merged<E> {
  readonly map: ReadonlyMap<Key, E>
  readonly changed: ReadonlySet<Key>
}

function merge<W extends { readonly key: Key }, E extends Entry<W>>(
  held: ReadonlyMap<Key, E>,
  upserts: readonly W[] = [],
  removals: readonly Key[] = [],
  entry: (wire: W) => E,
): Merged<E> {
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

function keep<W, E extends Entry<W>>(held: ReadonlyMap<Key, E>, made: ReadonlyMap<Key, E>): Merged<E> {
  const changed = new Set<Key>()
  const map = new Map<Key, E>()
  for (const [key, entry] of made) {
    const before = held.get(key)
    if (before !== undefined && same(before.wire, entry.wire)) {
      map.set(key, before)
    } else {
      map.set(key, entry)
      changed.add(key)
    }
  }
  for (const key of held.keys()) if (!made.has(key)) changed.add(key)
  return { map, changed }
}

function snapshotOf(held: Snapshot, patch: Patch, parts: Parts): Snapshot {
  return {
    ...held,
    revision: patch.revision,
    flags: wires(parts.flags),
    segments: wires(parts.segments),
    layers: wires(parts.layers),
    watches: [...parts.watches.values()],
  }
}

function wires<W>(entries: ReadonlyMap<Key, Entry<W>>): W[] {
  return [...entries.values()].map((entry) => entry.wire)
}
