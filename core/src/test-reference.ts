import type { Answer, Condition, Context, Key, Snapshot, WireFlag, WireServe } from './model.ts'

/*
 * The rules of evaluation once more, read from the wire as it is, on every question, in the plainest words there are: no
 * preparation, nothing shared with core but its types. What core compiles has to give the same. Operators that texts,
 * numbers and lists need are enough here: the others have tests and vectors of their own.
 */

type Truth = boolean | undefined

/** As `evaluate`. The flags of the snapshot must be in order. */
export function interpret(snapshot: Snapshot, key: Key, context: Context | string): Answer {
  const flag = snapshot.flags.find((one) => one.key === key)
  if (flag === undefined) return { value: undefined, reason: 'error', error: 'flag_not_found' }
  return answerOf(snapshot, flag, context, [])
}

function answerOf(snapshot: Snapshot, flag: WireFlag, context: Context | string, path: readonly Key[]): Answer {
  const off = { value: flag.values[flag.off], variation: flag.variations[flag.off] ?? '' }
  if (flag.killed === true) return { ...off, reason: 'killed' }
  if (!flag.on) return { ...off, reason: 'off' }
  const here = [...path, flag.key]
  for (const { flag: key, variations } of flag.prerequisites ?? []) {
    const asked = snapshot.flags.find((one) => one.key === key)
    if (asked === undefined || here.includes(key) || here.length > 20) return { ...off, reason: 'prerequisite' }
    const { variation } = answerOf(snapshot, asked, context, here)
    if (!variations.some((index) => asked.variations[index] === variation)) return { ...off, reason: 'prerequisite' }
  }
  if (flag.layer !== undefined) {
    const layer = snapshot.layers.find((one) => one.key === flag.layer?.key)
    const unit = unitOf(context, 'targetingKey')
    if (layer === undefined || unit === undefined) return { ...off, reason: 'layer' }
    const at = position(unit, `${layer.seed}/layer`)
    if (at < share(flag.layer.from) || at >= share(flag.layer.to)) return { ...off, reason: 'layer' }
  }
  for (const { id, when, serve } of flag.rules) {
    if (holds(snapshot, when, context, []) === true) return served(flag, serve, id, 'rule', context)
  }
  return served(flag, flag.serve, 'everyone-else', 'default', context)
}

function served(
  flag: WireFlag,
  { to, rollout, by = 'targetingKey' }: WireServe,
  rule: string,
  plain: 'rule' | 'default',
  context: Context | string,
): Answer {
  const unit = unitOf(context, by)
  const given = (index: number) => ({ value: flag.values[index], variation: flag.variations[index] ?? '', rule })
  const sliceOf = (who: string) => {
    const at = position(who, `${flag.seed ?? flag.key}/split`)
    const slices = typeof to === 'number' ? [] : to
    return { at, variation: slices.find(([end]) => at < share(end))?.[1] ?? flag.off }
  }
  if (rollout !== undefined && rollout[0] < 100) {
    const [percent, otherwise] = rollout
    if (unit === undefined) return { ...given(otherwise), reason: 'rollout' }
    const at = position(unit, `${flag.seed ?? flag.key}/rollout`)
    const inside = at < Math.round((percent / 100) * 2 ** 32)
    const chosen = typeof to === 'number' ? to : sliceOf(unit).variation
    return { ...given(inside ? chosen : otherwise), reason: 'rollout', position: at }
  }
  if (typeof to === 'number') return { ...given(to), reason: plain }
  if (unit === undefined) return { ...given(flag.off), reason: 'split' }
  const { at, variation } = sliceOf(unit)
  return { ...given(variation), reason: 'split', position: at }
}

function holds(snapshot: Snapshot, when: Condition, context: Context | string, path: readonly Key[]): Truth {
  if ('all' in when)
    return kleene(
      when.all.map((part) => holds(snapshot, part, context, path)),
      false,
    )
  if ('any' in when)
    return kleene(
      when.any.map((part) => holds(snapshot, part, context, path)),
      true,
    )
  if ('not' in when) {
    const truth = holds(snapshot, when.not, context, path)
    return truth === undefined ? undefined : !truth
  }
  if ('segment' in when) return isMember(snapshot, when.segment, context, path)
  const found = attributeOf(context, when.attribute)
  if (found === undefined || found === null) return false
  const wanted: readonly unknown[] = Array.isArray(when.operand) ? when.operand : [when.operand]
  const elements: readonly unknown[] = Array.isArray(found) ? found : [found]
  const { operator } = when
  if (operator === 'exists') return true
  if (operator === 'is' || operator === 'is one of') return elements.some((one) => wanted.includes(one))
  if (operator === 'starts with') {
    return elements.some((one) => typeof one === 'string' && wanted.some((part) => one.startsWith(String(part))))
  }
  if (operator === 'number <') return elements.some((one) => typeof one === 'number' && one < Number(wanted[0]))
  return undefined
}

function isMember(snapshot: Snapshot, key: Key, context: Context | string, path: readonly Key[]): Truth {
  const segment = snapshot.segments.find((one) => one.key === key)
  if (segment === undefined) return undefined
  if (path.includes(key) || path.length >= 20) return false
  const unit = unitOf(context, segment.by ?? 'targetingKey')
  if (unit !== undefined && segment.excluded?.includes(unit)) return false
  if (unit !== undefined && segment.included?.includes(unit)) return true
  return segment.when === undefined ? false : holds(snapshot, segment.when, context, [...path, key])
}

function kleene(truths: readonly Truth[], settles: boolean): Truth {
  if (truths.includes(settles)) return settles
  return truths.includes(undefined) ? undefined : !settles
}

function attributeOf(context: Context | string, path: string): unknown {
  if (typeof context === 'string') return path === 'targetingKey' ? context : undefined
  const flat = Object.entries(context).find(([member]) => member === path)
  return flat === undefined ? path.split('.').reduce<unknown>(member, context) : flat[1]
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.entries(value).find(([own]) => own === name)?.[1]
}

function unitOf(context: Context | string, by: string): string | undefined {
  const value = attributeOf(context, by)
  if (typeof value === 'string' && value !== '') return value
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined
}

function position(unit: string, seed: string): number {
  return hash(unit, hash(seed, 0))
}

function share(hundredThousandths: number): number {
  return Math.round((hundredThousandths / 100_000) * 2 ** 32)
}

/** Straight from the description of MurmurHash3_x86_32, with whole numbers of any size. */
export function hash(text: string, seed: number): number {
  const bytes = new TextEncoder().encode(text)
  const word = (at: number, length: number) => {
    let sum = 0
    for (let index = length - 1; index >= 0; index--) sum = sum * 256 + (bytes[at + index] ?? 0)
    return sum
  }
  const multiply = (a: number, b: number) => Number(BigInt.asUintN(32, BigInt(a) * BigInt(b)))
  const rotate = (x: number, by: number) => ((x << by) | (x >>> (32 - by))) >>> 0
  const mixed = (k: number) => multiply(rotate(multiply(k, 0xcc9e2d51), 15), 0x1b873593)
  const whole = bytes.length - (bytes.length % 4)
  let h = seed
  for (let at = 0; at < whole; at += 4) {
    h = Number(BigInt.asUintN(32, BigInt(rotate((h ^ mixed(word(at, 4))) >>> 0, 13)) * 5n + 0xe6546b64n))
  }
  if (whole < bytes.length) h = (h ^ mixed(word(whole, bytes.length - whole))) >>> 0
  h = (h ^ bytes.length) >>> 0
  h = multiply((h ^ (h >>> 16)) >>> 0, 0x85ebca6b)
  h = multiply((h ^ (h >>> 13)) >>> 0, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
