import { type AttributePath, type Subject, unitOf } from './attributes.ts'
import { cut, sampleCut, sampleWord } from './bucket.ts'
import { type FlagEntry, prepareFlag } from './flag.ts'
import type { Answer, Key, Watch } from './model.ts'
import { type UnitSeeds, unitSeeds } from './seed.ts'

/** A watch with its hashes and cuts at hand. */
export interface PreparedWatch {
  readonly watch: Watch
  /** What the ramped rule buckets. */
  readonly by: AttributePath
  readonly below: number
  /** Control units whose sample word is below this take part; undefined when all do. */
  readonly sampledBelow: number | undefined
  readonly seeds: UnitSeeds
}

export interface PreparedWatches {
  /** One flag has one active ramp at most. */
  readonly byFlag: ReadonlyMap<Key, PreparedWatch>
  readonly byMetric: ReadonlyMap<string, readonly PreparedWatch[]>
}

export type Arm = 'treatment' | 'control'

/** Where an answer puts its unit in a ramp. */
export interface Placed {
  readonly arm: Arm
  readonly unit: string
}

/** Watches whose flag or rule is not here are left out: no answer could ever be counted for them. */
export function prepareWatches(watches: Iterable<Watch>, flags: ReadonlyMap<Key, FlagEntry>): PreparedWatches {
  const byFlag = new Map<Key, PreparedWatch>()
  const byMetric = new Map<string, PreparedWatch[]>()
  for (const watch of watches) {
    const prepared = prepareWatch(watch, flags.get(watch.flag))
    if (prepared === undefined) continue
    byFlag.set(watch.flag, prepared)
    for (const metric of new Set(watch.metrics.map((watched) => watched.metric))) {
      const others = byMetric.get(metric)
      if (others === undefined) byMetric.set(metric, [prepared])
      else others.push(prepared)
    }
  }
  return { byFlag, byMetric }
}

function prepareWatch(watch: Watch, entry: FlagEntry | undefined): PreparedWatch | undefined {
  const flag = entry && prepareFlag(entry)
  if (flag?.kind !== 'steps') return undefined
  const serves = [...flag.rules.map((rule) => rule.serve), flag.everyoneElse]
  const ramped = serves.find((serve) => serve.rule === watch.rule)
  return (
    ramped && {
      watch,
      by: ramped.by,
      below: cut(watch.percent),
      sampledBelow: watch.controlSample < 1 ? sampleCut(watch.controlSample) : undefined,
      seeds: unitSeeds(watch.salt),
    }
  )
}

/**
 * The arm of an answer, or undefined when it takes no part: another rule decided, there was no unit, or the unit is a
 * control outside the sample. Never throws.
 */
export function place(prepared: PreparedWatch, answer: Answer, subject: Subject): Placed | undefined {
  if (answer.position === undefined || answer.rule !== prepared.watch.rule) return undefined
  const unit = readUnit(subject, prepared)
  if (unit === undefined) return undefined
  if (answer.position < prepared.below) return { arm: 'treatment', unit }
  const { sampledBelow, seeds } = prepared
  const takesPart = sampledBelow === undefined || sampleWord(unit, seeds) < sampledBelow
  return takesPart ? { arm: 'control', unit } : undefined
}

function readUnit(subject: Subject, { by }: PreparedWatch): string | undefined {
  try {
    return unitOf(subject, by)
  } catch {
    // A getter of the application's context that threw: there is no unit to count.
    return undefined
  }
}
