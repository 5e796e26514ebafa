import type { Key, Snapshot, Watch, WireFlag } from '@rampart/core'
import { segmentsIn } from '../conditions/leaves.ts'

/**
 * What the server evaluates for pages: the client-side flags of a `server` snapshot, remote-only ones too, and everything that
 * decides them, as it is. Only values leave the server: a flag that is there because another asks for it has no mark `clientSide`,
 * and is not answered.
 *
 * @param watches of pages
 */
export function servedToPages(server: Snapshot, watches: readonly Watch[]): Snapshot {
  const flags = withPrerequisites(server.flags)
  const told = new Set(flags.filter(({ clientSide }) => clientSide).map(({ key }) => key))
  const segments = usedSegments(flags, server)
  const layers = new Set(flags.map(({ layer }) => layer?.key))
  return {
    ...server,
    flags,
    segments: server.segments.filter(({ key }) => segments.has(key)),
    layers: server.layers.filter(({ key }) => layers.has(key)),
    watches: watches.filter(({ flag }) => told.has(flag)),
  }
}

/** The client-side flags with all they ask for, in the order of the snapshot. */
function withPrerequisites(all: readonly WireFlag[]): readonly WireFlag[] {
  const byKey = new Map(all.map((flag) => [flag.key, flag]))
  const keys = reached(
    all.filter(({ clientSide }) => clientSide).map(({ key }) => key),
    (key) => byKey.get(key)?.prerequisites?.map(({ flag }) => flag) ?? [],
  )
  return all.filter(({ key }) => keys.has(key))
}

function usedSegments(flags: readonly WireFlag[], { segments }: Snapshot): ReadonlySet<Key> {
  const whenOf = new Map(segments.map(({ key, when }) => [key, when]))
  return reached(
    flags.flatMap(({ rules }) => rules.flatMap(({ when }) => segmentsIn(when))),
    (key) => {
      const when = whenOf.get(key)
      return when === undefined ? [] : segmentsIn(when)
    },
  )
}

/** Everything that can be come to from some, and these themselves, each once. */
export function reached(from: readonly Key[], next: (key: Key) => readonly Key[]): ReadonlySet<Key> {
  const found = new Set(from)
  // Those that are added are visited too.
  for (const key of found) for (const one of next(key)) found.add(one)
  return found
}
