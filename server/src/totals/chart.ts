import type { Evaluations, MetricTotals } from '@rampart/contract/admin'
import type { MeasuredInStep, ServedInStep } from '../store/store.ts'
import { quantilesOf } from './quantiles.ts'
import { pointsIn, type Steps } from './steps.ts'
import { valuesIn } from './total.ts'

/** What a flag served, as a number for each step and variation. */
export function evaluationsOver(steps: Steps, served: readonly ServedInStep[]): Evaluations {
  const variations = new Map<string, number[]>()
  for (const { variation, start, n } of served) {
    const counts = variations.get(variation) ?? Array.from({ length: pointsIn(steps) }, () => 0)
    variations.set(variation, counts)
    counts[(start - steps.from) / steps.stepMs] = n
  }
  return { ...told(steps), variations: [...variations].map(([variation, n]) => ({ variation, n })) }
}

/** A metric's figures, for the steps that have any. */
export function metricOver(steps: Steps, measured: readonly MeasuredInStep[]): MetricTotals {
  return {
    ...told(steps),
    steps: measured.map(({ start, n, sum, histogram }) => ({
      at: iso(start),
      n,
      values:
        histogram === null
          ? null
          : {
              n: valuesIn(histogram),
              sum: sum ?? 0,
              quantiles: quantilesOf(histogram).map(([q, value]): [number, number] => [q, value]),
            },
    })),
  }
}

function told({ from, to, stepMs }: Steps) {
  return { from: iso(from), to: iso(to), stepMs }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
