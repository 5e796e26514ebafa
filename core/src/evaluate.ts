import { type Subject, TARGETING_KEY, unitOf } from './attributes.ts'
import { position } from './bucket.ts'
import { type Nesting, nest } from './conditions.ts'
import type { Configuration } from './configuration.ts'
import {
  errorAnswer,
  type FlagEntry,
  type Given,
  type PreparedFlag,
  type PreparedServe,
  type PreparedSplit,
  prepareFlag,
} from './flag.ts'
import type { Answer, Context, Key, Reason } from './model.ts'

type Steps = Extract<PreparedFlag, { readonly kind: 'steps' }>

const FLAG_NOT_FOUND = errorAnswer('flag_not_found')
const INVALID_CONTEXT = errorAnswer('invalid_context')

/**
 * What a flag gives to a context, and why. In this order: known → killed → off → prerequisites → layer → rules from top
 * to bottom → everyone else; the first that decides serves. Never throws: a context whose getters throw, or that is
 * neither a text nor an object, is `invalid_context` as soon as it is needed. A text is a bare targeting key.
 */
export function evaluate(configuration: Configuration, key: Key, context: Context | string): Answer {
  const entry = configuration.flags.get(key)
  if (entry === undefined) return FLAG_NOT_FOUND
  try {
    return decide(configuration, entry, context, undefined)
  } catch {
    // Only the application's own code runs in there: a getter or a proxy of its context.
    return INVALID_CONTEXT
  }
}

function decide(configuration: Configuration, entry: FlagEntry, subject: Subject, within: Nesting | undefined): Answer {
  const flag = entry.prepared ?? prepareFlag(entry)
  if (flag.kind === 'fixed') return flag.answer
  if (typeof subject !== 'string' && (typeof subject !== 'object' || subject === null)) return INVALID_CONTEXT
  if (flag.prerequisites.length > 0 && !prerequisitesMet(configuration, entry, flag, subject, within)) return flag.unmet
  if (flag.layer !== undefined && !inLayer(configuration, flag.layer, subject)) return flag.outside
  for (const rule of flag.rules) {
    if (rule.when(subject, configuration.segments, undefined) === true) return give(rule.serve, subject)
  }
  return give(flag.everyoneElse, subject)
}

/** A prerequisite that is unknown, closes a cycle or lies deeper than 20 is not met. */
function prerequisitesMet(
  configuration: Configuration,
  entry: FlagEntry,
  flag: Steps,
  subject: Subject,
  within: Nesting | undefined,
): boolean {
  const here = within ?? { key: entry.wire.key, depth: 0, outer: undefined }
  return flag.prerequisites.every(({ flag: key, variations }) => {
    const asked = configuration.flags.get(key)
    const deeper = nest(key, here)
    if (asked === undefined || deeper === undefined) return false
    const { variation } = decide(configuration, asked, subject, deeper)
    return variation !== undefined && variations.includes(asked.wire.variations.indexOf(variation))
  })
}

/** A unit is in a flag's part of a layer or outside it; without unit or without the layer it is outside. */
function inLayer(configuration: Configuration, slice: NonNullable<Steps['layer']>, subject: Subject): boolean {
  const layer = configuration.layers.get(slice.key)
  const unit = unitOf(subject, TARGETING_KEY)
  if (layer === undefined || unit === undefined) return false
  const at = position(unit, layer.seed)
  return at >= slice.from && at < slice.below
}

function give(serve: PreparedServe, subject: Subject): Answer {
  if (serve.kind === 'fixed') return serve.answer
  const unit = unitOf(subject, serve.by)
  if (unit === undefined) return serve.noUnit
  if (serve.kind === 'split') {
    const at = position(unit, serve.split.seed)
    return placed(sliceAt(serve.split, at), 'split', serve.rule, at)
  }
  const at = position(unit, serve.seed)
  if (at >= serve.below) return placed(serve.otherwise, 'rollout', serve.rule, at)
  const { to } = serve
  return placed(to.kind === 'given' ? to : sliceAt(to, position(unit, to.seed)), 'rollout', serve.rule, at)
}

function sliceAt(split: PreparedSplit, at: number): Given {
  for (const slice of split.slices) if (at < slice.below) return slice.given
  return split.last
}

function placed(given: Given, reason: Reason, rule: string, at: number): Answer {
  return { value: given.value, variation: given.variation, reason, rule, position: at }
}
