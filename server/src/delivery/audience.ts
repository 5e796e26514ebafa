import { whatPagesAreTold } from '@rampart/contract/admin'
import type { Condition, Key } from '@rampart/core'
import { segmentsIn } from '../conditions/leaves.ts'
import { secretsOf, untold } from '../conditions/telling.ts'
import type { EnvironmentState, StoredConfig } from '../store/store.ts'

type Told = Pick<EnvironmentState, 'flags' | 'segments'>
type StoredSegment = EnvironmentState['segments'][number]
type StoredFlag = EnvironmentState['flags'][number]

/**
 * What may be told to a browser: client-side flags but those that are remote-only, and the segments they use, with their
 * private values and ids still to be concealed.
 *
 * A flag that tests what cannot be concealed is left out whole, with everything that has it as a prerequisite: its
 * application gets the fallback it named. Sending it with the test cut out would answer instead, and wrongly (a rule
 * "blocked accounts get off" would let the blocked ones in). Such a flag is refused when it is written; this holds what was
 * written before, or at the same moment.
 */
export function tellable(state: EnvironmentState): Told {
  const secrets = secretsOf(state.segments, state.environment.privateAttributes)
  const flags = withTheirPrerequisites(
    state.flags.filter(
      ({ flag, config }) =>
        whatPagesAreTold(flag) === 'rules' &&
        conditionsOf(config).every((when) => untold(when, '', secrets).length === 0),
    ),
  )
  const used = usedSegments(flags, state.segments)
  return { flags, segments: state.segments.filter(({ key }) => used.has(key)) }
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
    for (const key of segmentsIn(when)) {
      if (used.has(key)) continue
      used.add(key)
      waiting.push(...(conditions.get(key) ?? []))
    }
  }
  return used
}
