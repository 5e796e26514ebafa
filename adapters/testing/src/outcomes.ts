import type { Context } from '@rampart/contract/wire'

/** What happened to a unit: `n` times, or with a measured `value`. */
export interface Outcome {
  readonly context: Context
  readonly n: number
  readonly value?: number
}

export interface Outcomes {
  count(metric: string, context: Context, n: number): void
  observe(metric: string, context: Context, value: number): void
  /** The first one first. */
  of(metric: string): readonly Outcome[]
}

export function createOutcomes(): Outcomes {
  const recorded = new Map<string, Outcome[]>()
  const add = (metric: string, outcome: Outcome): void => {
    recorded.set(metric, [...(recorded.get(metric) ?? []), outcome])
  }
  return {
    count: (metric, context, n) => add(metric, { context, n }),
    observe: (metric, context, value) => add(metric, { context, n: 1, value }),
    of: (metric) => recorded.get(metric) ?? [],
  }
}
