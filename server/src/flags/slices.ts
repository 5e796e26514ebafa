import { EVERYONE_ELSE, type Id, type Key, WHOLE } from '@rampart/core'
import type { ConfigDraft } from './rules.ts'

/** Who gets a variation: the positions below `end`, in hundred-thousandths, and not below the end of an earlier slice. */
export type VariationSlice = readonly [end: number, variation: Key]

/** The slices of a split: what its weights are, and which units they are. */
export interface RuleSlices {
  readonly rule: Id
  readonly slices: readonly VariationSlice[]
}

type Weights = Readonly<Record<Key, number>>

/** A part of the whole; nobody's while its variation is undefined. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly variation: Key | undefined
}

/**
 * The slices of new weights, made from those of the old ones. What shrinks gives from its end, and nothing else moves: no
 * other slices of the new weights leave more units where they were. Weights that are the same change nothing.
 *
 * @param weights hundred-thousandths by variation; they sum to `WHOLE`.
 * @param order the variations, in the order in which they take what is free.
 */
export function reweighted(
  slices: readonly VariationSlice[],
  weights: Weights,
  order: readonly Key[],
): readonly VariationSlice[] {
  const wanted = new Map(order.map((key) => [key, weightOf(weights, key)]))
  const { kept, lacking } = takeFromEnds(stretches(slices), wanted)
  return joined(kept.flatMap((stretch, i) => share(stretch, lacking, kept[i - 1]?.variation)))
}

/** The slices that weights have when nobody was split before: one per variation, in order. */
export function cumulative(weights: Weights, order: readonly Key[]): readonly VariationSlice[] {
  let end = 0
  return order.flatMap((key): VariationSlice[] => {
    const weight = weightOf(weights, key)
    end += weight
    return weight > 0 ? [[end, key]] : []
  })
}

/** The slices of a rule's split: those that are kept, or those of weights that were never changed. */
export function slicesOf(
  { slices = [] }: Pick<ConfigDraft, 'slices'>,
  { rule, weights }: { readonly rule: Id; readonly weights: Weights },
  order: readonly Key[],
): readonly VariationSlice[] {
  return slices.find((one) => one.rule === rule)?.slices ?? cumulative(weights, order)
}

/** The draft of a configuration with the slices of its splits, which follow from those before it. */
export function withSlices(before: ConfigDraft, after: ConfigDraft, order: readonly Key[]): ConfigDraft {
  const { slices: _, ...draft } = after
  const old = weightsOf(before)
  const slices = [...weightsOf(draft)].map(([rule, weights]): RuleSlices => {
    const known = old.get(rule)
    if (known === undefined) return { rule, slices: cumulative(weights, order) }
    return { rule, slices: reweighted(slicesOf(before, { rule, weights: known }, order), weights, order) }
  })
  return slices.length === 0 ? draft : { ...draft, slices }
}

/** The weights of every split of a configuration, by rule. */
function weightsOf({ rules, everyoneElse }: Pick<ConfigDraft, 'rules' | 'everyoneElse'>): ReadonlyMap<Id, Weights> {
  const all = [...rules, { id: EVERYONE_ELSE, serve: everyoneElse }]
  return new Map(all.flatMap(({ id, serve }) => ('split' in serve ? [[id, serve.split.weights] as const] : [])))
}

function weightOf(weights: Weights, key: Key): number {
  return Object.hasOwn(weights, key) ? (weights[key] ?? 0) : 0
}

function stretches(slices: readonly VariationSlice[]): readonly Stretch[] {
  const all = slices.map(([to, variation], i): Stretch => ({ from: slices[i - 1]?.[0] ?? 0, to, variation }))
  const end = slices.at(-1)?.[0] ?? 0
  return end < WHOLE ? [...all, { from: end, to: WHOLE, variation: undefined }] : all
}

/** Every variation keeps at most what is wanted of it, counted from its beginning; what it still lacks is returned too. */
function takeFromEnds(all: readonly Stretch[], wanted: ReadonlyMap<Key, number>) {
  const lacking = new Map(wanted)
  const kept = all.flatMap((stretch): readonly Stretch[] => {
    const { from, to, variation } = stretch
    if (variation === undefined) return [stretch]
    const room = lacking.get(variation) ?? 0
    const cut = from + Math.min(to - from, room)
    lacking.set(variation, room - (cut - from))
    return [
      { from, to: cut, variation },
      { from: cut, to, variation: undefined },
    ].filter((part) => part.from < part.to)
  })
  return { kept, lacking }
}

/** Gives a free stretch to those that lack something, its neighbour first, so that slices stay few. */
function share(free: Stretch, lacking: Map<Key, number>, neighbour: Key | undefined): readonly Stretch[] {
  if (free.variation !== undefined) return [free]
  const parts: Stretch[] = []
  let from = free.from
  for (const variation of [...(neighbour === undefined ? [] : [neighbour]), ...lacking.keys()]) {
    const lack = lacking.get(variation) ?? 0
    const to = Math.min(free.to, from + lack)
    if (to === from) continue
    lacking.set(variation, lack - (to - from))
    parts.push({ from, to, variation })
    from = to
  }
  return parts
}

function joined(parts: readonly Stretch[]): readonly VariationSlice[] {
  return parts.flatMap(({ to, variation }, i): VariationSlice[] =>
    variation === undefined || variation === parts[i + 1]?.variation ? [] : [[to, variation]],
  )
}
