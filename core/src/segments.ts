import { problemWords } from '#words'
import { type AttributePath, attributePath, TARGETING_KEY } from './attributes.ts'
import { type PreparedCondition, prepareCondition, usesSegments } from './conditions.ts'
import { type Means, noteTo } from './means.ts'
import type { WireSegment } from './model.ts'
import { type UnitSeeds, unitSeeds } from './seed.ts'

/** A segment as the wire gave it, prepared on first use and then kept for as long as it stays the same. */
export interface Segment {
  readonly wire: WireSegment
  prepared: PreparedSegment | undefined
}

/** Excluded beats included beats the condition; a segment with neither list nor condition holds nobody. */
export interface PreparedSegment {
  /** False: its lists are none, so that it cannot be judged. */
  readonly readable: boolean
  readonly by: AttributePath
  readonly included: ReadonlySet<string>
  readonly excluded: ReadonlySet<string>
  /** Of the hashes that the lists hold in place of units; undefined when they hold the units themselves. */
  readonly seeds: UnitSeeds | undefined
  readonly when: PreparedCondition | undefined
  /** Whether the condition uses segments in turn. */
  readonly nests: boolean
}

export function segmentOf(wire: WireSegment): Segment {
  return { wire, prepared: undefined }
}

export function prepareSegment(segment: Segment, means: Means): PreparedSegment {
  segment.prepared ??= prepare(segment.wire, means)
  return segment.prepared
}

function prepare({ key, by, when, included = [], excluded = [], hashed }: WireSegment, means: Means): PreparedSegment {
  const note = noteTo(means, 'segment', key)
  const readable = Array.isArray(included) && Array.isArray(excluded)
  if (!readable) note(problemWords('segment-list'))
  const condition = when === undefined ? undefined : prepareCondition(when, means, note)
  return {
    readable,
    by: typeof by === 'string' ? attributePath(by) : TARGETING_KEY,
    included: new Set(readable ? included : []),
    excluded: new Set(readable ? excluded : []),
    seeds: hashed === true ? unitSeeds(means.salt) : undefined,
    when: condition,
    nests: condition !== undefined && usesSegments(condition),
  }
}
