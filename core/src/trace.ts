import type { Truth } from './asking.ts'
import type { Conclusion } from './conclusion.ts'
import type { PreparedCondition } from './conditions.ts'
import type { FlagEntry, PreparedRule } from './flag.ts'
import type { Key } from './model.ts'

/** How a segment came to its verdict. */
export type SegmentWay = 'excluded' | 'included' | 'condition' | 'nothing' | 'unknown segment' | 'circle' | 'unreadable'

/** Hears of every step of an evaluation, parts before the whole they belong to. `explain.ts` writes it down. */
export interface Trace {
  /** A prerequisite is looked at next. */
  opened(entry: FlagEntry): void
  /** The prerequisite that was opened last, or one that was not looked at: unknown, in a circle, too deep. */
  prerequisite(key: Key, variations: readonly number[], conclusion: Conclusion | undefined, met: boolean): void
  /** `position` is undefined without unit or without the layer. */
  layer(unit: string | undefined, position: number | undefined, inside: boolean): void
  attribute(condition: PreparedCondition, truth: Truth, found: unknown): void
  segment(condition: PreparedCondition, truth: Truth, way: SegmentWay): void
  /** `all`, `any`, `not`, or what cannot be judged. */
  compound(condition: PreparedCondition, truth: Truth): void
  rule(rule: PreparedRule, truth: Truth): void
  split(position: number): void
}
