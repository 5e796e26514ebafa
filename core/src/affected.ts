import { isRecord } from './attributes.ts'
import type { Key } from './model.ts'
import { entriesOf, entryAt, type Table } from './table.ts'

/** What changed between two configurations, by key. */
export interface Changed {
  readonly flags: ReadonlySet<Key>
  readonly segments: ReadonlySet<Key>
  readonly layers: ReadonlySet<Key>
}

interface Keyed {
  readonly wire: { readonly key: Key }
}

/** What can lean on something. */
interface Leaning {
  readonly flags: Table<Keyed>
  /** The flags that may have prerequisites. */
  readonly dependants: ReadonlySet<Key>
  readonly segments: ReadonlyMap<Key, Keyed>
}

/**
 * The keys of the flags whose answers may differ: those that changed themselves and those that lean on something that
 * changed: a segment (also through other segments), a layer, a prerequisite (also through other flags). All flags are
 * looked through only for segments and layers, which change seldom.
 */
export function affectedFlags({ flags, dependants, segments }: Leaning, changed: Changed): Key[] {
  const touched = new Set(changed.flags)
  if (changed.segments.size + changed.layers.size > 0) {
    const wireSegments = Array.from(segments.values(), ({ wire }) => wire)
    const touchedSegments = spread(changed.segments, wireSegments, segmentsIn)
    for (const { wire } of entriesOf(flags).values()) {
      if (meets(touchedSegments, segmentsIn(wire)) || meets(changed.layers, layersOf(wire))) touched.add(wire.key)
    }
  }
  const dependent = [...dependants].flatMap((key) => entryAt(flags, key)?.wire ?? [])
  return [...spread(touched, dependent, prerequisitesOf)].sort()
}

/** Adds whatever leans on what is already in, until nothing more does. */
function spread(start: ReadonlySet<Key>, all: readonly { key: Key }[], leansOn: (one: unknown) => Key[]): Set<Key> {
  const reached = new Set(start)
  if (reached.size === 0) return reached
  const dependants = new Map<Key, Key[]>()
  for (const one of all) {
    for (const key of leansOn(one)) dependants.set(key, [...(dependants.get(key) ?? []), one.key])
  }
  // A set is walked in order of insertion, also over what is added meanwhile.
  for (const key of reached) for (const dependant of dependants.get(key) ?? []) reached.add(dependant)
  return reached
}

/** Every segment named anywhere inside: as `unknown`, because a malformed flag must not disturb the others. */
function segmentsIn(value: unknown): Key[] {
  if (Array.isArray(value)) return value.flatMap(segmentsIn)
  if (!isRecord(value)) return []
  const { segment, rules, when, all, any, not } = value
  return [...(typeof segment === 'string' ? [segment] : []), ...[rules, when, all, any, not].flatMap(segmentsIn)]
}

function layersOf(flag: unknown): Key[] {
  const layer = isRecord(flag) && isRecord(flag['layer']) ? flag['layer']['key'] : undefined
  return typeof layer === 'string' ? [layer] : []
}

function prerequisitesOf(flag: unknown): Key[] {
  const prerequisites = isRecord(flag) ? flag['prerequisites'] : undefined
  if (!Array.isArray(prerequisites)) return []
  return prerequisites.flatMap((one: unknown) =>
    isRecord(one) && typeof one['flag'] === 'string' ? [one['flag']] : [],
  )
}

function meets(touched: ReadonlySet<Key>, keys: readonly Key[]): boolean {
  return keys.some((key) => touched.has(key))
}
