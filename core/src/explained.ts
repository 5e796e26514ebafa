import type { Answer, Condition, Id, Json, Key, Operator, Path, Percent } from './model.ts'
import type { SegmentWay } from './trace.ts'

/** An answer and every step that led to it, as plain data for people to read. */
export interface Explanation {
  /** What `evaluate` answers. */
  readonly answer: Answer
  /** In the order of evaluation. Empty when there is no such flag, or when it is malformed. */
  readonly steps: readonly Step[]
}

/** `not looked at`: something before it had settled the matter. */
export type Verdict = 'true' | 'false' | 'cannot be judged' | 'not looked at'

export type Step =
  | { readonly step: 'switch'; readonly state: 'on' | 'off' | 'killed' }
  | PrerequisiteStep
  | LayerStep
  | RuleStep
  | ServeStep

export interface PrerequisiteStep {
  readonly step: 'prerequisite'
  readonly flag: Key
  /** The variations that would do. */
  readonly variations: readonly Key[]
  /** What the flag gave; absent when it was not looked at, being unknown, in a circle or too deep, or gave none. */
  readonly given?: Key
  readonly met: boolean
  /** Of the flag itself. */
  readonly steps: readonly Step[]
}

export interface LayerStep {
  readonly step: 'layer'
  readonly layer: Key
  /** Hundred-thousandths of the layer, `[from, to)`. */
  readonly from: number
  readonly to: number
  readonly unit?: string
  /** Absent without unit or without the layer. */
  readonly position?: number
  readonly inside: boolean
}

export interface RuleStep {
  readonly step: 'rule'
  readonly rule: Id
  readonly verdict: Verdict
  readonly when: ExplainedCondition
}

/** What gave the answer: a rule, or everyone else. */
export interface ServeStep {
  readonly step: 'serve'
  readonly rule: Id
  /** What is bucketed; absent when nothing is. */
  readonly by?: Path
  readonly unit?: string
  readonly rollout?: {
    readonly percent: Percent
    /** Positions below this are in. */
    readonly below: number
    /** Absent without unit. */
    readonly position?: number
    readonly inside: boolean
    readonly otherwise: Key
  }
  readonly split?: {
    /** Absent without unit, and when the rollout left the unit outside. */
    readonly position?: number
    /** A unit gets the first variation whose `below` is above its position. */
    readonly slices: readonly { readonly below: number; readonly variation: Key }[]
  }
  readonly variation: Key
}

export type ExplainedCondition =
  | { readonly kind: 'all' | 'any' | 'not'; readonly verdict: Verdict; readonly parts: readonly ExplainedCondition[] }
  | {
      readonly kind: 'segment'
      readonly segment: Key
      readonly verdict: Verdict
      /** How it came to its verdict. */
      readonly way?: SegmentWay
      /** Of the segment, when that was looked at. */
      readonly when?: ExplainedCondition
    }
  | {
      readonly kind: 'attribute'
      readonly attribute: Path
      readonly operator: Operator
      readonly operand?: Json
      readonly ignoreCase?: true
      readonly verdict: Verdict
      /** What the context has; absent when it has none, or was not looked at. */
      readonly found?: unknown
    }
  /** A form or operator that is not known, or a bad operand. */
  | { readonly kind: 'unknown'; readonly verdict: Verdict; readonly condition: Condition }
