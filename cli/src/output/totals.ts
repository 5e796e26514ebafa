import type { MetricTotals } from '@rampart/contract/admin'
import { sayCount } from './figures.ts'
import { table } from './layout.ts'
import type { Paint } from './paint.ts'

/** A metric over time, a line for each step in which something was reported; of measured values their mean and quantiles too. */
export function sayTotals({ steps, stepMs }: MetricTotals, paint: Paint): readonly string[] {
  const [newest] = steps
  if (newest === undefined) return ['Nothing was reported in this time.']
  const quantiles = [...new Set(steps.flatMap(({ values }) => values?.quantiles.map(([q]) => q) ?? []))]
  const isMeasured = steps.some(({ values }) => values !== null)
  const names = isMeasured ? ['mean', ...quantiles.map((q) => `p${Number((q * 100).toFixed(1))}`)] : []
  const [head = '', ...rows] = table([
    [`from (UTC, ${stepMs / 1000} s each)`, 'n', ...names],
    ...steps.map(({ at, n, values }) => [
      at.slice(0, 19).replace('T', ' '),
      sayCount(n),
      ...(values === null
        ? names.map(() => '')
        : [rounded(values.sum / values.n), ...quantiles.map((q) => rounded(valueAt(values.quantiles, q)))]),
    ]),
  ])
  return [paint.dim(head), ...rows]
}

function valueAt(quantiles: readonly (readonly [number, number])[], q: number): number {
  return quantiles.find(([at]) => at === q)?.[1] ?? Number.NaN
}

function rounded(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : ''
}
