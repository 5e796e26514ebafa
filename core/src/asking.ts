import type { Conclusion } from './conclusion.ts'
import type { Layer } from './configuration.ts'
import type { FlagEntry } from './flag.ts'
import { type Blocks, NO_BLOCKS } from './hash.ts'
import type { Means } from './means.ts'
import type { Key } from './model.ts'
import { nothingRecent, type Recent } from './recent.ts'
import type { Segment } from './segments.ts'
import type { Table } from './table.ts'
import type { Trace } from './trace.ts'

/** True, false, or undefined: cannot be judged. A rule matches on true only. */
export type Truth = boolean | undefined

/** What a question has at hand while it is being answered. One may serve many questions, one after the other. */
export interface Asking {
  readonly flags: Table<FlagEntry>
  /** Of the flags. */
  readonly recent: Recent<FlagEntry>
  readonly segments: ReadonlyMap<Key, Segment>
  readonly layers: ReadonlyMap<Key, Layer>
  readonly means: Means
  /** Told of every step; undefined when nobody wants to know. */
  readonly trace: Trace | undefined
  /**
   * Segments that were judged for this subject already, when all questions are about the same one and have one turn;
   * undefined when the next question may be about another one.
   */
  readonly verdicts: Map<Key, Truth> | undefined
  /** Of the unit that was placed last, when all questions are about the same subject. */
  blocks: Blocks
  /** Of the question being answered: what was looked up for it is not looked up again. */
  turn: number
  /**
   * The 32 bits of where the unit of the last conclusion stands, as a signed integer, if that was placed and there was a
   * unit. Written after everything of the subject was read, so that getters of an application which ask flags themselves do
   * no harm; read before anything else is asked.
   */
  place: number
  hasUnit: boolean
}

/** Made in one place, so that all are objects of one shape to an engine. */
export function askingOf(
  { flags, segments, layers, means }: Pick<Asking, 'flags' | 'segments' | 'layers' | 'means'>,
  trace: Trace | undefined,
  verdicts: Map<Key, Truth> | undefined,
): Asking {
  return {
    flags,
    recent: nothingRecent(),
    segments,
    layers,
    means,
    trace,
    verdicts,
    blocks: NO_BLOCKS,
    turn: 0,
    place: 0,
    hasUnit: false,
  }
}

/** Where the unit of the conclusion that was come to last stands; undefined without unit. */
export function positionIn({ place, hasUnit }: Asking, { placed }: Conclusion): number | undefined {
  return placed && hasUnit ? place >>> 0 : undefined
}

/** A chain of names being looked at, innermost first: segments in segments, or prerequisites of prerequisites. */
export interface Nesting {
  readonly key: Key
  readonly depth: number
  readonly outer: Nesting | undefined
}

/** Segments in segments and prerequisites of prerequisites are followed this deep and no deeper. */
const MAX_DEPTH = 20

/** Whether going on to `key` would close a cycle or go deeper than 20. */
export function isTooDeep(key: Key, within: Nesting | undefined): boolean {
  for (let outer = within; outer !== undefined; outer = outer.outer) if (outer.key === key) return true
  return within !== undefined && within.depth >= MAX_DEPTH
}

/** One level deeper. */
export function nest(key: Key, within: Nesting | undefined): Nesting {
  return { key, depth: within === undefined ? 1 : within.depth + 1, outer: within }
}
