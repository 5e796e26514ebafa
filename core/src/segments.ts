import { attributePath, TARGETING_KEY, unitOf } from './attributes.ts'
import { compileCondition, type Judge } from './conditions.ts'
import type { WireSegment } from './model.ts'

/** A segment as the wire gave it, with its judge prepared on first use. */
export interface Segment {
  readonly wire: WireSegment
  readonly judge: Judge
}

/** Excluded beats included beats the condition; a segment with neither list nor condition holds nobody. */
export function compileSegment(wire: WireSegment): Segment {
  let prepared: Judge | undefined
  return {
    wire,
    judge: (subject, segments, within) => {
      prepared ??= prepare(wire)
      return prepared(subject, segments, within)
    },
  }
}

function prepare(wire: WireSegment): Judge {
  const { by, when } = wire
  const included = membership(wire.included)
  const excluded = membership(wire.excluded)
  // Hashed lists belong to `hashed in`, which this core cannot judge.
  if (wire.hashed === true || included === undefined || excluded === undefined) return () => undefined
  const path = typeof by === 'string' ? attributePath(by) : TARGETING_KEY
  const judge: Judge = when === undefined ? () => false : compileCondition(when)
  return (subject, segments, within) => {
    const unit = unitOf(subject, path)
    if (unit !== undefined) {
      if (excluded.has(unit)) return false
      if (included.has(unit)) return true
    }
    return judge(subject, segments, within)
  }
}

function membership(list: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (list === undefined) return new Set()
  return Array.isArray(list) ? new Set(list) : undefined
}
