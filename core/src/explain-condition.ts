import type { Truth } from './asking.ts'
import type { PreparedCondition } from './conditions.ts'
import type { ExplainedCondition, Verdict } from './explained.ts'
import type { SegmentWay } from './trace.ts'

/** Conditions that were judged and do not belong to a larger one yet. */
export type Judged = { readonly condition: PreparedCondition; readonly explained: ExplainedCondition }[]

export function verdictOf(truth: Truth): Verdict {
  if (truth === undefined) return 'cannot be judged'
  return truth ? 'true' : 'false'
}

export function explainAttribute(judged: Judged, condition: PreparedCondition, truth: Truth, found: unknown): void {
  const explained = { ...describe(condition, verdictOf(truth)), ...(found !== undefined && { found }) }
  judged.push({ condition, explained })
}

/** The condition of the segment was judged just before, if that was the way. */
export function explainSegment(judged: Judged, condition: PreparedCondition, truth: Truth, way: SegmentWay): void {
  const inner = way === 'condition' ? judged.pop() : undefined
  const explained = {
    ...describe(condition, verdictOf(truth)),
    way,
    ...(inner !== undefined && { when: inner.explained }),
  }
  judged.push({ condition, explained })
}

/** Its parts were judged just before, from the first up to the one that settled it. */
export function explainCompound(judged: Judged, condition: PreparedCondition, truth: Truth): void {
  const looked = judged.splice(firstOf(judged, condition.parts))
  const rest = condition.parts.slice(looked.length).map((part) => describe(part, 'not looked at'))
  const parts = [...looked.map(({ explained }) => explained), ...rest]
  const described = describe(condition, verdictOf(truth))
  judged.push({ condition, explained: 'parts' in described ? { ...described, parts } : described })
}

/** Where the last conditions begin that are parts of the same one. */
function firstOf(judged: Judged, parts: readonly PreparedCondition[]): number {
  return judged.findLastIndex(({ condition }) => !parts.includes(condition)) + 1
}

/** A condition without what was found. */
export function describe({ kind, wire, parts }: PreparedCondition, verdict: Verdict): ExplainedCondition {
  if (kind === 'all' || kind === 'any' || kind === 'not') {
    return { kind, verdict, parts: parts.map((part) => describe(part, verdict)) }
  }
  if (kind === 'segment' && 'segment' in wire) return { kind, segment: wire.segment, verdict }
  if (kind === 'attribute' && 'attribute' in wire) {
    const { attribute, operator, operand, ignoreCase } = wire
    return {
      kind,
      attribute,
      operator,
      ...(operand !== undefined && { operand }),
      ...(ignoreCase === true && { ignoreCase }),
      verdict,
    }
  }
  return { kind: 'unknown', verdict, condition: wire }
}
