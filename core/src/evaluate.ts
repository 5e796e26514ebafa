import { type Asking, isTooDeep, type Nesting, nest, positionIn } from './asking.ts'
import { type AttributePath, type Subject, TARGETING_KEY, unitOf } from './attributes.ts'
import { answerWithoutPosition, type Conclusion, errorConclusion } from './conclusion.ts'
import type { Configuration } from './configuration.ts'
import {
  everyoneElseOf,
  type FlagEntry,
  type Gates,
  type PreparedLayer,
  type PreparedPrerequisites,
  type PreparedRule,
  type PreparedServe,
  type PreparedSplit,
  prepareFlag,
  serveOf,
} from './flag.ts'
import { blocksOf, murmur3, murmur3Bits, murmur3BitsOf } from './hash.ts'
import { judge } from './judge.ts'
import { nextTurn } from './means.ts'
import type { Answer, Context, Key } from './model.ts'
import { recentAt } from './recent.ts'
import { entryAt } from './table.ts'

const FLAG_NOT_FOUND = errorConclusion('flag_not_found')
const INVALID_CONTEXT = errorConclusion('invalid_context')

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
  const entry = recentAt(asking.recent, asking.flags, key)
  if (entry === undefined) return FLAG_NOT_FOUND
  const { everyone } = entry.prepared ?? prepareFlag(entry, asking.means)
  return everyone !== undefined && isSubject(context) ? everyone : concludeEntry(entry, context, asking)
}

/** The whole answer of the conclusion that this configuration came to last. */
export function answerOf({ asking }: Configuration, conclusion: Conclusion): Answer {
  return answerIn(asking, conclusion)
}

/**
 * Whether a rollout or a split looked for the unit of the conclusion that this configuration came to last, and found none. Unlike the
 * position, which is a number too large for engines to hand on without memory, it can be asked for every answer.
 */
export function lacksUnit({ asking }: Configuration, { placed }: Conclusion): boolean {
  return placed && !asking.hasUnit
}

export function answerIn(asking: Asking, conclusion: Conclusion): Answer {
  const answer = answerWithoutPosition(conclusion)
  const position = positionIn(asking, conclusion)
  return position === undefined ? answer : { ...answer, position }
}

/** What a flag comes to, by all its steps. */
export function concludeEntry(entry: FlagEntry, subject: Subject, asking: Asking): Conclusion {
  try {
    return concludeFlag(entry, subject, asking, undefined)
  } catch {
    // Only the application's own code runs in there: a getter or a proxy of its context. If the getter of another question
    // asked this one, that has not seen the end of it.
    asking.turn = nextTurn(asking.means)
    return INVALID_CONTEXT
  }
}

function concludeFlag(entry: FlagEntry, subject: Subject, asking: Asking, within: Nesting | undefined): Conclusion {
  const prepared = entry.prepared ?? prepareFlag(entry, asking.means)
  const { off, gates } = prepared
  if (off !== undefined) return off
  if (!isSubject(subject)) return INVALID_CONTEXT
  const passed = gates && pass(gates, entry, subject, asking, within)
  return passed ?? give(prepared.everyoneElse ?? everyoneElseOf(prepared, entry), subject, asking)
}

/** What the gates give; undefined when that is left to everyone else. */
function pass(
  { prerequisites, layer, rules }: Gates,
  entry: FlagEntry,
  subject: Subject,
  asking: Asking,
  within: Nesting | undefined,
): Conclusion | undefined {
  if (prerequisites !== undefined && !areMet(prerequisites, entry, subject, asking, within)) return prerequisites.unmet
  if (layer !== undefined && !isInside(layer, subject, asking)) return layer.outside
  const rule = firstMatch(rules, subject, asking)
  return rule && give(rule.serve ?? serveOf(rule, entry), subject, asking)
}

function firstMatch(rules: readonly PreparedRule[], subject: Subject, asking: Asking): PreparedRule | undefined {
  const { turn } = asking
  if (asking.verdicts === undefined) asking.turn = nextTurn(asking.means)
  let match: PreparedRule | undefined
  for (const rule of rules) {
    const truth = judge(rule.when, subject, asking, undefined)
    if (asking.trace !== undefined) asking.trace.rule(rule, truth)
    if (truth === true) {
      match = rule
      break
    }
  }
  // A getter may have asked this flag: the question around it goes on.
  asking.turn = turn
  return match
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
  const { gates } = asked.prepared ?? prepareFlag(asked, asking.means)
  if (asking.trace !== undefined) asking.trace.opened(asked)
  // Only prerequisites in turn look at the chain.
  return concludeFlag(asked, subject, asking, gates?.prerequisites && nest(asker.wire.key, within))
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
  if (asking.trace !== undefined) asking.trace.layer(unit, at, inside)
  return inside
}

function give(serve: PreparedServe, subject: Subject, asking: Asking): Conclusion {
  return serve.by === undefined ? serve.conclusion : draw(serve, serve.by, subject, asking)
}

/** What a unit gets by its places in a rollout and a split. */
function draw(
  { conclusion, rollout, split }: PreparedServe,
  by: AttributePath,
  subject: Subject,
  asking: Asking,
): Conclusion {
  const unit = unitOf(subject, by)
  asking.hasUnit = unit !== undefined
  if (unit === undefined) return rollout === undefined ? conclusion : rollout.otherwise
  if (rollout !== undefined) {
    const place = placeOf(unit, rollout.seed, asking)
    asking.place = place
    if (place >>> 0 >= rollout.below) return rollout.otherwise
  }
  return split === undefined ? conclusion : (sliceOf(split, unit, asking, rollout === undefined) ?? conclusion)
}

/** The 32 bits of where a unit stands. When all flags are asked about it, its text is read once. */
function placeOf(unit: string, seed: number, asking: Asking): number {
  if (asking.verdicts === undefined) return murmur3Bits(unit, seed)
  if (asking.blocks.text !== unit) asking.blocks = blocksOf(unit)
  return murmur3BitsOf(asking.blocks, seed)
}

/** The position is the rollout's where there is one. */
function sliceOf(split: PreparedSplit, unit: string, asking: Asking, isAlone: boolean): Conclusion | undefined {
  const place = placeOf(unit, split.seed, asking)
  if (isAlone) asking.place = place
  if (asking.trace !== undefined) asking.trace.split(place >>> 0)
  for (const slice of split.slices) if (place >>> 0 < slice.below) return slice.conclusion
  return undefined
}
