import type { ConfigSettings, LayerOwner } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import type { Key } from '@rampart/core'
import { nearest } from '../http/nearest.ts'
import { sayPercent } from '../ramp/explain/numbers.ts'
import type { StoredConfig } from '../store/store.ts'

type Part = NonNullable<ConfigSettings['layer']>
type Placed = Pick<StoredConfig, 'environment' | 'flag' | 'layer'>

/** The flags that have a part of a layer, by environment and then by where their part begins. */
export function ownersOf(layer: Key, configs: readonly Placed[]): readonly LayerOwner[] {
  return configs
    .flatMap(({ environment, flag, layer: part }) =>
      part?.key === layer ? [{ environment, flag, from: part.from, to: part.to }] : [],
    )
    .toSorted((a, b) => compare(a.environment, b.environment) || a.from - b.from)
}

/** What is wrong with the part of a layer that a flag is to have, beside the parts of others in the same environment. */
export function checkPart(
  part: Part | null,
  { layers, others }: { readonly layers: readonly Key[]; readonly others: readonly Placed[] },
): readonly ProblemDetail[] {
  if (part === null) return []
  if (!layers.includes(part.key)) {
    const near = nearest(part.key, layers)
    const mistake = { pointer: '/layer/key', message: `names no layer of this project: ${part.key}` }
    return [near === undefined ? mistake : { ...mistake, nearest: near }]
  }
  if (part.from >= part.to)
    return [{ pointer: '/layer/to', message: `must be above ${part.from}, where the part begins` }]
  return ownersOf(part.key, others)
    .filter(({ from, to }) => from < part.to && part.from < to)
    .map((owner) => ({
      pointer: '/layer',
      message: `overlaps with ${owner.flag}, which has ${sayPart(owner)} of layer ${part.key}`,
    }))
}

/** `0% to 20%` */
export function sayPart({ from, to }: Pick<LayerOwner, 'from' | 'to'>): string {
  return `${sayPercent(from / 1_000)} to ${sayPercent(to / 1_000)}`
}

/** The layers whose owners are others when a flag goes from one part to another. */
export function layersTouched(before: Part | null, after: Part | null): readonly Key[] {
  const isSame = before?.key === after?.key && before?.from === after?.from && before?.to === after?.to
  return isSame ? [] : [...new Set([before, after].flatMap((part) => (part === null ? [] : [part.key])))]
}

/** By code unit: the same order in every store and on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
