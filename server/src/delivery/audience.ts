import type { Condition, Key, Path } from '@rampart/core'
import { leavesOf } from '../conditions/leaves.ts'
import type { EnvironmentState, StoredConfig } from '../store/store.ts'

type Told = Pick<EnvironmentState, 'flags' | 'segments'>
type StoredSegment = EnvironmentState['segments'][number]
type StoredFlag = EnvironmentState['flags'][number]

/**
 * What may be told to a browser: flags marked client-side, and the segments they use.
 *
 * A client key is public, so a snapshot for it must carry neither lists of other people's ids nor values of private
 * attributes. There are no hashed lists yet. A flag that cannot be told without either is left out whole, with everything
 * that has it as a prerequisite: its application gets the fallback it named. Sending the flag with the list cut out would
 * answer instead, and wrongly (a rule "blocked accounts get off" would let the blocked ones in).
 */
export function tellable(state: EnvironmentState): Told {
  const hidden = state.environment.privateAttributes
  const secret = untellableSegments(state.segments, hidden)
  const flags = withTheirPrerequisites(
    state.flags.filter(
      ({ flag, config }) =>
        flag.clientSide && conditionsOf(config).every((when) => conditionIsTellable(when, hidden, secret)),
    ),
  )
  const used = usedSegments(flags, state.segments)
  return { flags, segments: state.segments.filter(({ key }) => used.has(key)) }
}

/** Segments with lists or private attributes, and those that are made of such. */
function untellableSegments(segments: readonly StoredSegment[], hidden: readonly Path[]): ReadonlySet<Key> {
  const secret = new Set<Key>()
  let before: number
  do {
    before = secret.size
    for (const segment of segments) if (!segmentIsTellable(segment, hidden, secret)) secret.add(segment.key)
  } while (secret.size > before)
  return secret
}

function segmentIsTellable(segment: StoredSegment, hidden: readonly Path[], secret: ReadonlySet<Key>): boolean {
  if (segment.included.length > 0 || segment.excluded.length > 0) return false
  return segment.when === null || conditionIsTellable(segment.when, hidden, secret)
}

function conditionIsTellable(when: Condition, hidden: readonly Path[], secret: ReadonlySet<Key>): boolean {
  return leavesOf(when).every((leaf) =>
    'segment' in leaf ? !secret.has(leaf.segment) : !isPrivate(leaf.attribute, hidden),
  )
}

/** Whether `path` is private: it is named so itself, lies within something that is, or holds something that is. */
function isPrivate(path: Path, hidden: readonly Path[]): boolean {
  return hidden.some((one) => path === one || path.startsWith(`${one}.`) || one.startsWith(`${path}.`))
}

function conditionsOf(config: StoredConfig): readonly Condition[] {
  return config.rules.filter((rule) => !rule.paused).map((rule) => rule.when)
}

/** Takes out, until nothing changes, what asks for a flag that is not there. */
function withTheirPrerequisites(flags: readonly StoredFlag[]): readonly StoredFlag[] {
  const keys = new Set(flags.map(({ flag }) => flag.key))
  const kept = flags.filter(({ config }) => config.prerequisites.every((asked) => keys.has(asked.flag)))
  return kept.length === flags.length ? kept : withTheirPrerequisites(kept)
}

/** The segments that flags use, also by way of other segments. */
function usedSegments(flags: readonly StoredFlag[], segments: readonly StoredSegment[]): ReadonlySet<Key> {
  const conditions = new Map(segments.map(({ key, when }) => [key, when === null ? [] : [when]]))
  const used = new Set<Key>()
  const waiting = flags.flatMap(({ config }) => conditionsOf(config))
  for (let when = waiting.pop(); when !== undefined; when = waiting.pop()) {
    for (const leaf of leavesOf(when)) {
      if (!('segment' in leaf) || used.has(leaf.segment)) continue
      used.add(leaf.segment)
      waiting.push(...(conditions.get(leaf.segment) ?? []))
    }
  }
  return used
}
