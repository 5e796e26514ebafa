import type { Condition } from '@rampart/core'

/** The keys of the segments that a condition names, each once. */
export function segmentsIn(condition: Condition): readonly string[] {
  return [...new Set(named(condition))]
}

function named(condition: Condition): readonly string[] {
  if ('segment' in condition) return [condition.segment]
  if ('all' in condition) return condition.all.flatMap(named)
  if ('any' in condition) return condition.any.flatMap(named)
  return 'not' in condition ? named(condition.not) : []
}
