import { type AttributePath, TARGETING_KEY, unitPathOf } from './attributes.ts'
import { cut, sliceCut } from './bucket.ts'
import { type Conclusion, conclusion, errorConclusion, type Given, type Way } from './conclusion.ts'
import { type PreparedCondition, prepareCondition } from './conditions.ts'
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
  /** Everyone with a context comes to this: there is nothing but a variation for everyone else. */
  readonly everyone: Conclusion | undefined
  readonly prerequisites: PreparedPrerequisites | undefined
  readonly layer: PreparedLayer | undefined
  readonly rules: readonly PreparedRule[]
  readonly everyoneElse: PreparedServe
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
  readonly when: PreparedCondition
  readonly serve: PreparedServe
}

/** What a rule gives. */
export interface PreparedServe {
  readonly rule: Id
  readonly by: AttributePath
  /**
   * Of everyone. With a rollout below 100: of those in it, unless they are split. With a split alone: of those without
   * unit, for a split has no "otherwise".
   */
  readonly conclusion: Conclusion
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

const NO_RULES: readonly PreparedRule[] = []

export function flagEntry(wire: WireFlag, watch: Watch | undefined): FlagEntry {
  return { wire, watch, prepared: undefined }
}

/** Seeds are hashed, cuts computed and sets built here, once per flag. A malformed flag becomes an error of itself alone. */
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
  const note = noteTo(means, 'flag', flag.key)
  const { prerequisites = [], layer, rules } = flag
  const everyoneElse = prepareServe(flag, watch, EVERYONE_ELSE, flag.serve)
  const isPlain = prerequisites.length + rules.length === 0 && layer === undefined
  return {
    off: undefined,
    everyone: isPlain && isFixed(everyoneElse) ? everyoneElse.conclusion : undefined,
    prerequisites:
      prerequisites.length === 0 ? undefined : { all: prerequisites, unmet: offConclusion(flag, 'prerequisite') },
    layer: layer && {
      key: layer.key,
      from: sliceCut(layer.from),
      below: sliceCut(layer.to),
      outside: offConclusion(flag, 'layer'),
    },
    rules:
      rules.length === 0
        ? NO_RULES
        : rules.map((rule) => ({
            when: prepareCondition(rule.when, means, note),
            serve: prepareServe(flag, watch, rule.id, rule.serve),
          })),
    everyoneElse,
  }
}

function offFor(conclusion: Conclusion): PreparedFlag {
  const everyoneElse: PreparedServe = {
    rule: EVERYONE_ELSE,
    by: TARGETING_KEY,
    conclusion,
    rollout: undefined,
    split: undefined,
  }
  return {
    off: conclusion,
    everyone: undefined,
    prerequisites: undefined,
    layer: undefined,
    rules: NO_RULES,
    everyoneElse,
  }
}

function prepareServe(flag: WireFlag, watch: Watch | undefined, rule: Id, serve: WireServe): PreparedServe {
  const { to } = serve
  const [percent, otherwise] = serve.rollout ?? [100, flag.off]
  const by = unitPathOf(serve.by)
  const watched = watch?.rule === rule ? prepareWatch(watch, by) : undefined
  const reason =
    percent < 100 ? 'rollout' : typeof to !== 'number' ? 'split' : rule === EVERYONE_ELSE ? 'default' : 'rule'
  const placed: Way = { reason, rule, placed: true, watch: watched }
  return {
    rule,
    by,
    conclusion: percent < 100 ? conclusion(given(flag, to), placed) : conclusion(given(flag, to), { reason, rule }),
    rollout: percent < 100 ? prepareRollout(flag, percent, conclusion(given(flag, otherwise), placed)) : undefined,
    split: typeof to === 'number' ? undefined : prepareSplit(flag, to, placed),
  }
}

/** Whether everyone comes to the same conclusion. */
export function isFixed({ rollout, split }: PreparedServe): boolean {
  return rollout === undefined && split === undefined
}

function prepareRollout({ seed, key }: WireFlag, percent: Percent, otherwise: Conclusion): PreparedRollout {
  return { seed: rolloutSeed(seed ?? key), below: cut(percent), otherwise }
}

function prepareSplit(flag: WireFlag, slices: readonly Slice[], way: Way): PreparedSplit {
  return {
    seed: splitSeed(flag.seed ?? flag.key),
    slices: slices.map(([end, variation]) => ({
      below: sliceCut(end),
      conclusion: conclusion(given(flag, variation), way),
    })),
  }
}

function offConclusion(flag: WireFlag, reason: Reason): Conclusion {
  return conclusion(given(flag, flag.off), { reason })
}

/** The variation at an index that was found to be in range before (`wellformed.ts`); of a split the off variation. */
function given(flag: WireFlag, to: number | readonly Slice[]): Given {
  const index = typeof to === 'number' ? to : flag.off
  return { value: flag.values[index], variation: flag.variations[index] ?? '' }
}
