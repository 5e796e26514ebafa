import type { AttributePath } from './attributes.ts'
import { cut, sampleCut, sampleWord } from './bucket.ts'
import type { Id, Key, Watch } from './model.ts'
import { type UnitSeeds, unitSeeds } from './seed.ts'

/** A watch with its hashes and cuts at hand. The conclusions of the ramped rule carry it. */
export interface PreparedWatch {
  readonly watch: Watch
  /** What the ramped rule buckets. */
  readonly by: AttributePath
  readonly below: number
  /** Control units whose sample word is below this take part; undefined when all do. */
  readonly sampledBelow: number | undefined
  /** Units of either arm whose sample word is below this take part; undefined when all do. */
  readonly takesPartBelow: number | undefined
  readonly seeds: UnitSeeds
}

/** The watches of a configuration. */
export interface Watches {
  readonly byRamp: ReadonlyMap<Id, Watch>
  /** One flag has one active ramp at most. */
  readonly byFlag: ReadonlyMap<Key, Watch>
  readonly byMetric: ReadonlyMap<string, readonly Watch[]>
}

export type Arm = 'treatment' | 'control'

export function watchesOf(watches: Iterable<Watch>): Watches {
  const byRamp = new Map<Id, Watch>()
  const byFlag = new Map<Key, Watch>()
  for (const watch of watches) {
    byRamp.set(watch.ramp, watch)
    byFlag.set(watch.flag, watch)
  }
  const byMetric = new Map<string, Watch[]>()
  for (const watch of byFlag.values()) {
    for (const metric of new Set(watch.metrics.map((watched) => watched.metric))) {
      const others = byMetric.get(metric)
      if (others === undefined) byMetric.set(metric, [watch])
      else others.push(watch)
    }
  }
  return { byRamp, byFlag, byMetric }
}

export function prepareWatch(watch: Watch, by: AttributePath): PreparedWatch {
  return {
    watch,
    by,
    below: cut(watch.percent),
    sampledBelow: watch.controlSample < 1 ? sampleCut(watch.controlSample) : undefined,
    takesPartBelow: watch.sample !== undefined && watch.sample < 1 ? sampleCut(watch.sample) : undefined,
    seeds: unitSeeds(watch.salt),
  }
}

/**
 * The arm of a unit at a position, or undefined when it takes no part: it is outside the sample. That the ramped rule has
 * decided is for the caller to know.
 */
export function armOf(watch: PreparedWatch, unit: string, position: number): Arm | undefined {
  const { below, sampledBelow, takesPartBelow, seeds } = watch
  if (takesPartBelow !== undefined && sampleWord(unit, seeds) >= takesPartBelow) return undefined
  if (position < below) return 'treatment'
  return sampledBelow === undefined || sampleWord(unit, seeds) < sampledBelow ? 'control' : undefined
}
