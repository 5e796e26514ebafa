import { isRecord } from './attributes.ts'
import type { Key, WireFlag } from './model.ts'
import { entriesOf, entryAt, nextTable, type Table, tableOf } from './table.ts'

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
  readonly dependants: Dependants
  readonly segments: ReadonlyMap<Key, Keyed>
}

/** By key of a flag, those that have it as a prerequisite. It may name some that have not any more. */
export type Dependants = Table<readonly Key[]>

export function dependantsOf(flags: Iterable<WireFlag>): Dependants {
  const dependants = new Map<Key, Key[]>()
  for (const flag of flags) {
    if (flag.prerequisites === undefined) continue
    for (const asked of prerequisitesOf(flag)) {
      const others = dependants.get(asked)
      if (others === undefined) dependants.set(asked, [flag.key])
      else others.push(flag.key)
    }
  }
  return tableOf(dependants)
}

/** With those of flags that are new or have changed. */
export function withDependants(held: Dependants, flags: Iterable<WireFlag>): Dependants {
  const changed = new Map<Key, readonly Key[]>()
  for (const flag of flags) {
    for (const asked of prerequisitesOf(flag)) {
      const others = changed.get(asked) ?? entryAt(held, asked) ?? []
      if (!others.includes(flag.key)) changed.set(asked, [...others, flag.key])
    }
  }
  return changed.size === 0 ? held : nextTable(held, changed)
}

/**
 * The keys of the flags whose answers may differ: those that changed themselves and those that lean on something that
 * changed: a segment (also through other segments), a layer, a prerequisite (also through other flags). All flags are
 * looked through only for segments and layers, which change seldom.
 */
export function affectedFlags({ flags, dependants, segments }: Leaning, changed: Changed): Key[] {
  const touched = new Set(changed.flags)
  if (changed.segments.size + changed.layers.size > 0) {
    const touchedSegments = spread(changed.segments, [...segments.values()])
    for (const { wire } of entriesOf(flags).values()) {
      if (meets(touchedSegments, segmentsIn(wire)) || meets(changed.layers, layersOf(wire))) touched.add(wire.key)
    }
  }
  // A set is walked in order of insertion, also over what is added meanwhile.
  for (const key of touched) {
    for (const dependant of entryAt(dependants, key) ?? []) {
      if (prerequisitesOf(entryAt(flags, dependant)?.wire).includes(key)) touched.add(dependant)
    }
  }
  return [...touched].sort()
}

/** Adds the segments that lean on those which are in, until no more do. */
function spread(start: ReadonlySet<Key>, segments: readonly Keyed[]): ReadonlySet<Key> {
  const reached = new Set(start)
  if (reached.size === 0) return reached
  const dependants = new Map<Key, Key[]>()
  for (const { wire } of segments) {
    for (const key of segmentsIn(wire)) dependants.set(key, [...(dependants.get(key) ?? []), wire.key])
  }
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
