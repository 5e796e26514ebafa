import type { Patch, Snapshot } from './model.ts'

/**
 * The snapshot that a patch makes of another one, by the rules of `applyChange`: whole objects are replaced in their places or
 * added at the end. For hosts with few flags, which compile again what `applyChange` would keep prepared. That the patch
 * fits is for the caller to know.
 */
export function mergeChange(held: Snapshot, { revision, upserts, removals }: Patch): Snapshot {
  return {
    ...held,
    revision,
    flags: merged(held.flags, upserts.flags, removals.flags, (flag) => flag.key),
    segments: merged(held.segments, upserts.segments, removals.segments, (segment) => segment.key),
    layers: merged(held.layers, upserts.layers, removals.layers, (layer) => layer.key),
    watches: merged(held.watches, upserts.watches, removals.watches, (watch) => watch.ramp),
  }
}

function merged<T>(
  held: readonly T[],
  upserts: readonly T[] = [],
  removals: readonly string[] = [],
  nameOf: (one: T) => string,
): readonly T[] {
  const all = new Map(held.map((one) => [nameOf(one), one]))
  for (const name of removals) all.delete(name)
  for (const one of upserts) all.set(nameOf(one), one)
  return [...all.values()]
}
