import { type Asking, isTooDeep, type Nesting, nest } from './asking.ts'
import { type Subject, TARGETING_KEY, unitOf } from './attributes.ts'
import { answerWithoutPosition, type Conclusion, errorConclusion } from './conclusion.ts'
import type { Configuration } from './configuration.ts'
import {
  type FlagEntry,
  isFixed,
  type PreparedFlag,
  type PreparedLayer,
  type PreparedPrerequisites,
  type PreparedRollout,
  type PreparedServe,
  type PreparedSplit,
  prepareFlag,
} from './flag.ts'
import { murmur3 } from './hash.ts'
import { judge } from './judge.ts'
import { nextTurn } from './means.ts'
import type { Answer, Context, Key } from './model.ts'
import { entryAt } from './table.ts'

const FLAG_NOT_FOUND = errorConclusion('flag_not_found')
const INVALID_CONTEXT = errorConclusion('invalid_context')

/** What `asking.position` says of somebody without unit. */
export const NOWHERE = -1

/**
 * What a flag gives to a context, and why. In this order: known → killed → off → prerequisites → layer → rules from top
 * to bottom → everyone else; the first that decides serves. Never throws: a context whose getters throw, or that is
 * neither a text nor an object, is `invalid_context` as soon as it is needed. A text is a bare targeting key.
 */
export function evaluate(configuration: Configuration, key: Key, context: Context | string): Answer {
  return answerOf(configuration, conclude(configuration, key, context))
}

/**
 * As `evaluate`, without making an object: chooses one of the flag's conclusions. Where the unit stands can be asked of
 * `answerOf` until the configuration is asked something else.
 */
export function conclude({ asking }: Configuration, key: Key, context: Context | string): Conclusion {
  return concludeIn(asking, key, context)
}

/** The whole answer of the conclusion that this configuration came to last. */
export function answerOf({ asking }: Configuration, conclusion: Conclusion): Answer {
  const answer = answerWithoutPosition(conclusion)
  return conclusion.placed && asking.position !== NOWHERE ? { ...answer, position: asking.position } : answer
}

/** `conclude`, with whatever the question brings along. */
export function concludeIn(asking: Asking, key: Key, subject: Subject): Conclusion {
  const entry = entryAt(asking.flags, key)
  if (entry === undefined) return FLAG_NOT_FOUND
  const { off, everyone } = entry.prepared ?? prepareFlag(entry, asking.means)
  if (asking.trace === undefined) {
    if (off !== undefined) return off
    if (everyone !== undefined && isSubject(subject)) return everyone
  }
  const { turn } = asking
  asking.turn = nextTurn(asking.means)
  try {
    return concludeFlag(asking, entry, subject, undefined)
  } catch {
    // Only the application's own code runs in there: a getter or a proxy of its context.
    return INVALID_CONTEXT
  } finally {
    // A getter may have asked a flag: the question around it goes on.
    asking.turn = turn
  }
}

function concludeFlag(asking: Asking, entry: FlagEntry, subject: Subject, within: Nesting | undefined): Conclusion {
  const flag = entry.prepared ?? prepareFlag(entry, asking.means)
  if (asking.trace !== undefined) asking.trace.opened(entry)
  const conclusion = flag.off ?? follow(flag, entry, subject, asking, within)
  if (asking.trace !== undefined) asking.trace.closed(conclusion)
  return conclusion
}

function follow(
  flag: PreparedFlag,
  entry: FlagEntry,
  subject: Subject,
  asking: Asking,
  within: Nesting | undefined,
): Conclusion {
  if (!isSubject(subject)) return INVALID_CONTEXT
  const { prerequisites, layer, rules, everyoneElse } = flag
  if (prerequisites !== undefined && !areMet(prerequisites, entry, subject, asking, within)) return prerequisites.unmet
  if (layer !== undefined && !isInside(layer, subject, asking)) return layer.outside
  for (const rule of rules) {
    const truth = judge(rule.when, subject, asking, undefined)
    if (asking.trace !== undefined) asking.trace.rule(rule, truth)
    if (truth === true) return give(rule.serve, subject, asking)
  }
  return give(everyoneElse, subject, asking)
}

/** Applications without types may hand in anything. */
function isSubject(subject: unknown): boolean {
  return typeof subject === 'string' || (typeof subject === 'object' && subject !== null)
}

/** A prerequisite that is unknown, closes a circle or lies deeper than 20 is not met. */
function areMet(
  { all }: PreparedPrerequisites,
  entry: FlagEntry,
  subject: Subject,
  asking: Asking,
  within: Nesting | undefined,
): boolean {
  for (const { flag: key, variations } of all) {
    const asked = key === entry.wire.key || isTooDeep(key, within) ? undefined : entryAt(asking.flags, key)
    const conclusion = asked && concludePrerequisite(asking, asked, subject, entry, within)
    const met = asked !== undefined && conclusion !== undefined && serves(asked, conclusion, variations)
    if (asking.trace !== undefined) asking.trace.prerequisite(key, variations, conclusion, met)
    if (!met) return false
  }
  return true
}

function concludePrerequisite(
  asking: Asking,
  asked: FlagEntry,
  subject: Subject,
  asker: FlagEntry,
  within: Nesting | undefined,
): Conclusion {
  const { prerequisites } = asked.prepared ?? prepareFlag(asked, asking.means)
  // Only prerequisites in turn look at the chain.
  return concludeFlag(asking, asked, subject, prerequisites && nest(asker.wire.key, within))
}

/** Whether a conclusion of a flag is one of the variations at these indexes. */
function serves({ wire }: FlagEntry, { variation }: Conclusion, variations: readonly number[]): boolean {
  if (variation === undefined) return false
  for (const index of variations) if (wire.variations[index] === variation) return true
  return false
}

/** A unit is in a flag's part of a layer or outside it; without unit or without the layer it is outside. */
function isInside(slice: PreparedLayer, subject: Subject, asking: Asking): boolean {
  const layer = asking.layers.get(slice.key)
  const unit = unitOf(subject, TARGETING_KEY)
  const at = layer === undefined || unit === undefined ? undefined : murmur3(unit, layer.seed)
  const inside = at !== undefined && at >= slice.from && at < slice.below
  if (asking.trace !== undefined) asking.trace.layer(slice, unit, at, inside)
  return inside
}

function give(serve: PreparedServe, subject: Subject, asking: Asking): Conclusion {
  const { conclusion, rollout, split } = serve
  const unit = isFixed(serve) ? undefined : unitOf(subject, serve.by)
  if (asking.trace !== undefined) asking.trace.serve(serve, unit)
  if (unit === undefined) {
    asking.position = NOWHERE
    return rollout === undefined ? conclusion : rollout.otherwise
  }
  if (rollout !== undefined && !isIn(rollout, unit, asking)) return rollout.otherwise
  return split === undefined ? conclusion : (sliceOf(split, unit, asking, rollout === undefined) ?? conclusion)
}

function isIn(rollout: PreparedRollout, unit: string, asking: Asking): boolean {
  const at = murmur3(unit, rollout.seed)
  asking.position = at
  if (asking.trace !== undefined) asking.trace.rollout(rollout, at)
  return at < rollout.below
}

/** The position is the rollout's where there is one. */
function sliceOf(split: PreparedSplit, unit: string, asking: Asking, isAlone: boolean): Conclusion | undefined {
  const at = murmur3(unit, split.seed)
  if (isAlone) asking.position = at
  if (asking.trace !== undefined) asking.trace.split(split, at)
  for (const slice of split.slices) if (at < slice.below) return slice.conclusion
  return undefined
}
