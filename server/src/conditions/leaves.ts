import type { Condition, Key } from '@rampart/core'

/** The test of one attribute. */
export type Test = Extract<Condition, { readonly attribute: string }>
export type Leaf = Test | Extract<Condition, { readonly segment: Key }>

/** Everything that a condition asks, without what joins it. */
export function leavesOf(condition: Condition): readonly Leaf[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf)
  if ('any' in condition) return condition.any.flatMap(leavesOf)
  if ('not' in condition) return leavesOf(condition.not)
  return [condition]
}

/** Every segment that a condition names. */
export function segmentsIn(condition: Condition): readonly Key[] {
  return leavesOf(condition).flatMap((leaf) => ('segment' in leaf ? [leaf.segment] : []))
}

/** The same condition with other leaves. */
export function mapLeaves(condition: Condition, change: (leaf: Leaf) => Condition): Condition {
  if ('all' in condition) return { all: condition.all.map((part) => mapLeaves(part, change)) }
  if ('any' in condition) return { any: condition.any.map((part) => mapLeaves(part, change)) }
  if ('not' in condition) return { not: mapLeaves(condition.not, change) }
  return change(condition)
}

/** What is wrong with the leaves of a condition, each at its place. */
export function mistakesIn<T>(
  condition: Condition,
  at: string,
  judge: (leaf: Leaf, at: string) => readonly T[],
): readonly T[] {
  if ('all' in condition) return condition.all.flatMap((part, i) => mistakesIn(part, `${at}/all/${i}`, judge))
  if ('any' in condition) return condition.any.flatMap((part, i) => mistakesIn(part, `${at}/any/${i}`, judge))
  if ('not' in condition) return mistakesIn(condition.not, `${at}/not`, judge)
  return judge(condition, at)
}
