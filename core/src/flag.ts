import { type AttributePath, attributePath, TARGETING_KEY } from './attributes.ts'
import { cut, sliceCut } from './bucket.ts'
import { type Conclusion, conclusion, errorConclusion, type Given, type Way } from './conclusion.ts'
import { type PreparedCondition, prepareCondition, shareMemos } from './conditions.ts'
import { type Means, noteTo } from './means.ts'
import {
  EVERYONE_ELSE,
  type Id,
  type Key,
  type Percent,
  type Reason,
  type Slice,
  type Watch,
  type WireFlag,
  type WireRule,
  type WireServe,
} from './model.ts'
import { rolloutSeed, splitSeed } from './seed.ts'
import { prepareWatch } from './watches.ts'
import { canBeEvaluated, canServeOff } from './wellformed.ts'

/** A flag as the wire gave it, prepared on first use and then kept for as long as it and its watch stay the same. */
export interface FlagEntry {
  readonly wire: WireFlag
  /** Of the ramp that runs on the flag. */
  readonly watch: Watch | undefined
  prepared: PreparedFlag | undefined
}

/** The steps that find a conclusion. */
export interface PreparedFlag {
  /** Everyone comes to this, and not even the context is looked at: the flag is off, killed or malformed. */
  readonly off: Conclusion | undefined
  /** Everyone with a context comes to this: a short cut for flags that give one variation. */
  readonly everyone: Conclusion | undefined
  /** What comes before everyone else; undefined when nothing does. */
  readonly gates: Gates | undefined
  /** Made when somebody first comes there: `everyoneElseOf`. */
  everyoneElse: PreparedServe | undefined
}

export interface Gates {
  readonly prerequisites: PreparedPrerequisites | undefined
  readonly layer: PreparedLayer | undefined
  readonly rules: readonly PreparedRule[]
}

export interface PreparedPrerequisites {
  readonly all: NonNullable<WireFlag['prerequisites']>
  readonly unmet: Conclusion
}

export interface PreparedLayer {
  readonly key: Key
  readonly from: number
  readonly below: number
  readonly outside: Conclusion
}

export interface PreparedRule {
  readonly wire: WireRule
  readonly when: PreparedCondition
  /** Made when somebody first comes there: `serveOf`. */
  serve: PreparedServe | undefined
}

/** What a rule gives. */
export interface PreparedServe {
  readonly rule: Id
  /**
   * Of everyone. With a rollout below 100: of those in it, unless they are split. With a split alone: of those without
   * unit, for a split has no "otherwise".
   */
  readonly conclusion: Conclusion
  /** What is bucketed; undefined when nothing looks at the unit. Otherwise there is a rollout, a split, or both. */
  readonly by: AttributePath | undefined
  readonly rollout: PreparedRollout | undefined
  readonly split: PreparedSplit | undefined
}

export interface PreparedRollout {
  readonly seed: number
  readonly below: number
  /** Of those outside it, and of those without unit, who have no position. */
  readonly otherwise: Conclusion
}

export interface PreparedSplit {
  readonly seed: number
  /** They rise, and the last one ends at the whole. */
  readonly slices: readonly PreparedSlice[]
}

export interface PreparedSlice {
  readonly below: number
  readonly conclusion: Conclusion
}

export function flagEntry(wire: WireFlag, watch: Watch | undefined): FlagEntry {
  return { wire, watch, prepared: undefined }
}

/** Sets are built here, once per flag; seeds are hashed and cuts computed when somebody comes to them. A malformed flag becomes an error of itself alone. */
export function prepareFlag(entry: FlagEntry, means: Means): PreparedFlag {
  entry.prepared ??= prepareSafely(entry, means)
  return entry.prepared
}

const INVALID_FLAG = offFor(errorConclusion('invalid_flag'))

function prepareSafely(entry: FlagEntry, means: Means): PreparedFlag {
  try {
    return prepare(entry, means)
  } catch {
    // A condition nested deeper than the stack is long: malformed like any other.
    return INVALID_FLAG
  }
}

function prepare({ wire: flag, watch }: FlagEntry, means: Means): PreparedFlag {
  if (!canServeOff(flag)) return INVALID_FLAG
  if (flag.killed === true) return offFor(offConclusion(flag, 'killed'))
  if (!flag.on) return offFor(offConclusion(flag, 'off'))
  if (!canBeEvaluated(flag)) return INVALID_FLAG
  const gates = prepareGates(flag, means)
  if (gates !== undefined) return { off: undefined, everyone: undefined, gates, everyoneElse: undefined }
  const everyoneElse = prepareServe(flag, watch, EVERYONE_ELSE, flag.serve)
  const isPlain = everyoneElse.by === undefined
  return { off: undefined, everyone: isPlain ? everyoneElse.conclusion : undefined, gates, everyoneElse }
}

export function everyoneElseOf(prepared: PreparedFlag, { wire, watch }: FlagEntry): PreparedServe {
  prepared.everyoneElse ??= prepareServe(wire, watch, EVERYONE_ELSE, wire.serve)
  return prepared.everyoneElse
}

export function serveOf(rule: PreparedRule, { wire, watch }: FlagEntry): PreparedServe {
  rule.serve ??= prepareServe(wire, watch, rule.wire.id, rule.wire.serve)
  return rule.serve
}

function prepareGates(flag: WireFlag, means: Means): Gates | undefined {
  const { prerequisites = [], layer, rules } = flag
  if (prerequisites.length + rules.length === 0 && layer === undefined) return undefined
  return {
    prerequisites:
      prerequisites.length === 0 ? undefined : { all: prerequisites, unmet: offConclusion(flag, 'prerequisite') },
    layer: layer && {
      key: layer.key,
      from: sliceCut(layer.from),
      below: sliceCut(layer.to),
      outside: offConclusion(flag, 'layer'),
    },
    rules: prepareRules(flag, means),
  }
}

function prepareRules(flag: WireFlag, means: Means): readonly PreparedRule[] {
  const note = noteTo(means, 'flag', flag.key)
  const rules = flag.rules.map((wire): PreparedRule => {
    return { wire, when: prepareCondition(wire.when, means, note), serve: undefined }
  })
  if (rules.length > 1) shareMemos(rules.map(({ when }) => when))
  return rules
}

function offFor(conclusion: Conclusion): PreparedFlag {
  const everyoneElse = preparedServe(EVERYONE_ELSE, conclusion)
  return { off: conclusion, everyone: undefined, gates: undefined, everyoneElse }
}

function prepareServe(flag: WireFlag, watch: Watch | undefined, rule: Id, serve: WireServe): PreparedServe {
  const { to, rollout } = serve
  const percent = rollout?.[0] ?? 100
  const otherwise = rollout?.[1] ?? flag.off
  const by = serve.by === undefined ? TARGETING_KEY : attributePath(serve.by)
  const isComplete = percent >= 100
  // A watch of everybody and a rollout of some do not belong together: the rule was edited after its ramp.
  const isOfRule = watch?.rule === rule && watch.percent >= 100 === isComplete
  const watched = watch !== undefined && isOfRule ? prepareWatch(watch, by) : undefined
  if (isComplete && typeof to === 'number') {
    const reason = rule === EVERYONE_ELSE ? 'default' : 'rule'
    const everybody = conclusion(given(flag, to), { reason, rule, watch: watched })
    // A ramp that is complete is watched for a while: the unit is looked for, and the answer stays the same.
    const counted = watched && prepareRollout(flag, percent, everybody)
    return preparedServe(rule, everybody, counted && { by, rollout: counted })
  }
  const way: Way = { reason: percent < 100 ? 'rollout' : 'split', rule, placed: true, watch: watched }
  const split = typeof to === 'number' ? undefined : prepareSplit(flag, to, way)
  if (percent >= 100) {
    const noUnit = conclusion(given(flag, flag.off), { reason: 'split', rule })
    return preparedServe(rule, noUnit, { by, split })
  }
  const chosen = prepareRollout(flag, percent, conclusion(given(flag, otherwise), way))
  const inside = split?.slices[0]?.conclusion ?? conclusion(given(flag, typeof to === 'number' ? to : otherwise), way)
  return preparedServe(rule, inside, { by, rollout: chosen, split })
}

/** Made in one place, so that all are objects of one shape to an engine. */
function preparedServe(
  rule: Id,
  conclusion: Conclusion,
  { by, rollout, split }: Partial<Pick<PreparedServe, 'by' | 'rollout' | 'split'>> = {},
): PreparedServe {
  return { rule, conclusion, by, rollout, split }
}

function prepareRollout({ seed, key }: WireFlag, percent: Percent, otherwise: Conclusion): PreparedRollout {
  return { seed: rolloutSeed(seed ?? key) | 0, below: cut(percent), otherwise }
}

function prepareSplit(flag: WireFlag, slices: readonly Slice[], way: Way): PreparedSplit {
  return {
    seed: splitSeed(flag.seed ?? flag.key),
    slices: slices.map((slice) => ({
      below: sliceCut(slice[0]),
      conclusion: conclusion(given(flag, slice[1]), way),
    })),
  }
}

function offConclusion(flag: WireFlag, reason: Reason): Conclusion {
  return conclusion(given(flag, flag.off), { reason })
}

/** The index was found to be in range before: `wellformed.ts`. */
function given(flag: WireFlag, index: number): Given {
  return { value: flag.values[index], variation: flag.variations[index] ?? '' }
}
