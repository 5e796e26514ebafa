import { cut, sampleCut, sliceCut, unitText } from '../bucket.ts'
import {
  type Answer,
  type Context,
  type ErrorCode,
  EVERYONE_ELSE,
  type Id,
  type Key,
  type Reason,
  type Snapshot,
  type UnitHash,
  type Watch,
  type WireFlag,
  type WireServe,
} from '../model.ts'
import type { Arm } from '../watches.ts'
import { canBeEvaluated, canServeOff } from '../wellformed.ts'
import { isTooDeep, judgeIn } from './condition.ts'
import { murmur3, seedOf, unitHash } from './hash.ts'
import { lookUp, type Subject, TARGETING_KEY } from './look-up.ts'

/** Where the unit of an answer stands in the ramp that counts it. */
export interface Stand {
  readonly watch: Watch
  /** As it is reported; undefined when the context has no unit. */
  readonly unit: UnitHash | undefined
  /** Undefined when the unit takes no part. */
  readonly arm: Arm | undefined
}

export interface StoodAnswer extends Answer {
  readonly stand?: Stand
}

/** An answer but for its variation. */
type Way = Omit<StoodAnswer, 'value' | 'variation'>

/** The answer of one flag to one context. */
export type Evaluator = (key: Key, context: Context | string) => StoodAnswer

/**
 * `evaluate` in few bytes, for pages: it prepares nothing, keeps no trace and notes no problem, and is slower per question
 * (decision 0022). Tests hold it equal to `evaluate` in everything it answers, but for conditions nested deeper than the stack
 * is long: they are `invalid_context` here.
 */
export function compactEvaluator({ flags, segments, layers, watches, salt }: Snapshot): Evaluator {
  const flagAt = byKey(flags)
  const layerAt = byKey(layers)
  const watchOf = new Map(watches.map((watch) => [watch.flag, watch]))
  const judge = judgeIn(byKey(segments), salt)

  /** `askers`: the flags whose prerequisite this is, outermost first. */
  function answer(flag: WireFlag, subject: Subject, askers: readonly Key[]): StoodAnswer {
    if (!canServeOff(flag)) return failed('invalid_flag')
    const off = (reason: Reason): StoodAnswer => given(flag, flag.off, { reason })
    if (flag.killed) return off('killed')
    if (!flag.on) return off('off')
    if (!canBeEvaluated(flag)) return failed('invalid_flag')
    if (typeof subject !== 'string' && (typeof subject !== 'object' || subject === null)) {
      return failed('invalid_context')
    }
    const { key, prerequisites = [], layer, rules } = flag
    for (const { flag: name, variations } of prerequisites) {
      const asked = name === key || isTooDeep(name, askers) ? undefined : flagAt.get(name)
      const { variation } = asked ? answer(asked, subject, [...askers, key]) : failed('flag_not_found')
      if (variation === undefined || !variations.some((index) => asked?.variations[index] === variation)) {
        return off('prerequisite')
      }
    }
    if (layer) {
      const seed = layerAt.get(layer.key)?.seed
      const unit = unitText(lookUp(subject, TARGETING_KEY))
      const place = seed === undefined || unit === undefined ? -1 : murmur3(unit, seedOf(seed, 'layer'))
      if (place < sliceCut(layer.from) || place >= sliceCut(layer.to)) return off('layer')
    }
    const rule = rules.find(({ when }) => judge(when, subject, []))
    return served(flag, rule?.serve ?? flag.serve, rule?.id ?? EVERYONE_ELSE, subject)
  }

  function served(flag: WireFlag, serve: WireServe, rule: Id, subject: Subject): StoodAnswer {
    const { to, rollout, by = TARGETING_KEY } = serve
    const [percent, otherwise] = rollout ?? [100, flag.off]
    const isComplete = percent >= 100
    const watch = watchOf.get(flag.key)
    // A watch of everybody and a rollout of some do not belong together: the rule was edited after its ramp.
    const watched = watch?.rule === rule && watch.percent >= 100 === isComplete ? watch : undefined
    const isPlain = isComplete && typeof to === 'number'
    const reason: Reason = !isPlain ? (isComplete ? 'split' : 'rollout') : rule === EVERYONE_ELSE ? 'default' : 'rule'
    if (isPlain && !watched) return given(flag, to, { reason, rule })
    const unit = unitText(lookUp(subject, by))
    const seed = flag.seed ?? flag.key
    const placeBy = (of: 'rollout' | 'split'): number | undefined =>
      unit === undefined ? undefined : murmur3(unit, seedOf(seed, of))
    const place = placeBy(isComplete && !isPlain ? 'split' : 'rollout')
    const way: Way = {
      reason,
      rule,
      ...(!isPlain && place !== undefined && { position: place }),
      ...(watched && { stand: standOf(watched, unit, place) }),
    }
    if (isPlain) return given(flag, to, way)
    // A split has no "otherwise", and no arm for who has no unit.
    if (place === undefined) return isComplete ? given(flag, flag.off, { reason, rule }) : given(flag, otherwise, way)
    if (!isComplete && place >= cut(percent)) return given(flag, otherwise, way)
    if (typeof to === 'number') return given(flag, to, way)
    const at = placeBy('split') ?? 0
    return given(flag, to.find(([end]) => at < sliceCut(end))?.[1] ?? otherwise, way)
  }

  return (key, context) => {
    const flag = flagAt.get(key)
    try {
      return flag ? answer(flag, context, []) : failed('flag_not_found')
    } catch {
      // Only the application's own code runs in there: a getter or a proxy of its context.
      return failed('invalid_context')
    }
  }
}

/** The last one of a key counts. */
function byKey<T extends { readonly key: Key }>(list: readonly T[]): ReadonlyMap<Key, T> {
  return new Map(list.map((one) => [one.key, one]))
}

function given(flag: WireFlag, index: number, way: Way): StoodAnswer {
  return { value: flag.values[index], variation: flag.variations[index] ?? '', ...way }
}

function failed(error: ErrorCode): StoodAnswer {
  return { value: undefined, reason: 'error', error }
}

/** By the rules of `armOf`: the second word of the hash samples. */
function standOf(watch: Watch, unit: string | undefined, place = 0): Stand {
  if (unit === undefined) return { watch, unit: undefined, arm: undefined }
  const hash = unitHash(unit, watch.salt)
  const word = Number.parseInt(hash.slice(8), 16)
  const isIn = (share = 1): boolean => word < sampleCut(share)
  const arm = place < cut(watch.percent) ? 'treatment' : isIn(watch.controlSample) ? 'control' : undefined
  return { watch, unit: hash, arm: isIn(watch.sample) ? arm : undefined }
}
