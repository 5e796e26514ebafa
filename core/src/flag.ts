import { type AttributePath, attributePath, TARGETING_KEY } from './attributes.ts'
import { cut, sliceCut } from './bucket.ts'
import { compileCondition, type Judge } from './conditions.ts'
import {
  type Answer,
  type ErrorCode,
  EVERYONE_ELSE,
  type Id,
  type Json,
  type Key,
  type Reason,
  type WireFlag,
  type WireServe,
} from './model.ts'
import { rolloutSeed, splitSeed } from './seed.ts'
import { canBeEvaluated, canServeOff } from './wellformed.ts'

/** A flag as the wire gave it, prepared on first use and then kept for as long as the flag stays the same. */
export interface FlagEntry {
  readonly wire: WireFlag
  prepared: PreparedFlag | undefined
}

/** One answer for everyone, or the steps that find it. */
export type PreparedFlag =
  | { readonly kind: 'fixed'; readonly answer: Answer }
  | {
      readonly kind: 'steps'
      readonly variations: readonly Key[]
      readonly prerequisites: NonNullable<WireFlag['prerequisites']>
      readonly unmet: Answer
      readonly layer: { readonly key: Key; readonly from: number; readonly below: number } | undefined
      readonly outside: Answer
      readonly rules: readonly { readonly when: Judge; readonly serve: PreparedServe }[]
      readonly everyoneElse: PreparedServe
    }

/** `fixed`: neither a rollout below 100 nor a split. */
export type PreparedServe =
  | { readonly kind: 'fixed'; readonly rule: Id; readonly by: AttributePath; readonly answer: Answer }
  | {
      readonly kind: 'rollout'
      readonly rule: Id
      readonly by: AttributePath
      readonly seed: number
      readonly below: number
      readonly to: Given | PreparedSplit
      readonly otherwise: Given
      readonly noUnit: Answer
    }
  | {
      readonly kind: 'split'
      readonly rule: Id
      readonly by: AttributePath
      readonly split: PreparedSplit
      readonly noUnit: Answer
    }

/** A variation and its value. */
export interface Given {
  readonly kind: 'given'
  readonly value: Json | undefined
  readonly variation: Key
}

export interface PreparedSplit {
  readonly kind: 'slices'
  readonly seed: number
  readonly slices: readonly { readonly below: number; readonly given: Given }[]
  readonly last: Given
}

export function flagEntry(wire: WireFlag): FlagEntry {
  return { wire, prepared: undefined }
}

/** The answer that carries nothing but an error. */
export function errorAnswer(error: ErrorCode): Answer {
  return Object.freeze({ value: undefined, reason: 'error', error })
}

const INVALID_FLAG: PreparedFlag = { kind: 'fixed', answer: errorAnswer('invalid_flag') }

/** Seeds are hashed, cuts computed and sets built here, once per flag. A malformed flag becomes an error of itself alone. */
export function prepareFlag(entry: FlagEntry): PreparedFlag {
  entry.prepared ??= prepareSafely(entry.wire)
  return entry.prepared
}

function prepareSafely(flag: WireFlag): PreparedFlag {
  try {
    return prepare(flag)
  } catch {
    // A condition nested deeper than the stack is long: malformed like any other.
    return INVALID_FLAG
  }
}

function prepare(flag: WireFlag): PreparedFlag {
  if (!canServeOff(flag)) return INVALID_FLAG
  if (flag.killed === true) return { kind: 'fixed', answer: offAnswer(flag, 'killed') }
  if (!flag.on) return { kind: 'fixed', answer: offAnswer(flag, 'off') }
  if (!canBeEvaluated(flag)) return INVALID_FLAG
  return {
    kind: 'steps',
    variations: flag.variations,
    prerequisites: flag.prerequisites ?? [],
    unmet: offAnswer(flag, 'prerequisite'),
    layer: flag.layer && { key: flag.layer.key, from: sliceCut(flag.layer.from), below: sliceCut(flag.layer.to) },
    outside: offAnswer(flag, 'layer'),
    rules: flag.rules.map((rule) => ({
      when: compileCondition(rule.when),
      serve: prepareServe(flag, rule.id, rule.serve, 'rule'),
    })),
    everyoneElse: prepareServe(flag, EVERYONE_ELSE, flag.serve, 'default'),
  }
}

function prepareServe(flag: WireFlag, rule: Id, serve: WireServe, reason: 'rule' | 'default'): PreparedServe {
  const by = serve.by === undefined ? TARGETING_KEY : attributePath(serve.by)
  const to = typeof serve.to === 'number' ? given(flag, serve.to) : prepareSplit(flag, serve.to)
  const [percent, otherwise] = serve.rollout ?? [100, flag.off]
  if (percent < 100) {
    const rest = given(flag, otherwise)
    return {
      kind: 'rollout',
      rule,
      by,
      seed: rolloutSeed(flag.seed ?? flag.key),
      below: cut(percent),
      to,
      otherwise: rest,
      noUnit: answer(rest, 'rollout', rule),
    }
  }
  if (to.kind === 'given') return { kind: 'fixed', rule, by, answer: answer(to, reason, rule) }
  // A split has no "otherwise": whom it cannot place gets the off variation.
  return { kind: 'split', rule, by, split: to, noUnit: answer(given(flag, flag.off), 'split', rule) }
}

function prepareSplit(flag: WireFlag, slices: Exclude<WireServe['to'], number>): PreparedSplit {
  return {
    kind: 'slices',
    seed: splitSeed(flag.seed ?? flag.key),
    slices: slices.map(([end, variation]) => ({ below: sliceCut(end), given: given(flag, variation) })),
    last: given(flag, slices.at(-1)?.[1] ?? flag.off),
  }
}

/** The index was found to be in range before: `wellformed.ts`. */
function given(flag: WireFlag, index: number): Given {
  return { kind: 'given', value: flag.values[index], variation: flag.variations[index] ?? '' }
}

function offAnswer(flag: WireFlag, reason: Reason): Answer {
  return answer(given(flag, flag.off), reason, undefined)
}

function answer({ value, variation }: Given, reason: Reason, rule: Id | undefined): Answer {
  return Object.freeze(rule === undefined ? { value, variation, reason } : { value, variation, reason, rule })
}
