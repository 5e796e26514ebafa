import type { PrometheusGuard } from './guard-source.ts'
import type { Sample } from './prometheus-format.ts'
import { COUNTS } from './prometheus-query.ts'
import type { Arm, ArmNames, Counter, Reading } from './reading.ts'

const DEFAULT_INSTANCE = 'instance'

/**
 * The counters of a guard among the samples that came back. Samples of neither arm are left out. A number that is none makes the whole answer one
 * without figures: who knows what the others mean then.
 */
export function countersOf(
  samples: readonly Sample[],
  guard: PrometheusGuard,
  { arms, bounds }: { readonly arms: ArmNames; readonly bounds: readonly number[] },
): Reading {
  const wrong = samples.find(({ value }) => !Number.isFinite(value) || value < 0)
  if (wrong !== undefined) return nothing(`${nameOf(wrong)} is ${sayNumber(wrong.value)}`)
  const totals = samples.filter(({ labels }) => labels[COUNTS] === 'total')
  if (totals.length === 0) return nothing(`the query for the total brought nothing back: ${guard.total}`)
  const counters = samples.flatMap((sample) => counterOf(sample, guard, arms) ?? [])
  if (!counters.some(({ counts }) => counts === 'total')) return nothing(noArms(totals, guard, arms))
  return { kind: 'counters', counters: counters.filter(({ bound }) => bound === null || bounds.includes(bound)) }
}

function counterOf({ labels, value }: Sample, guard: PrometheusGuard, arms: ArmNames): Counter | undefined {
  const arm = armOf(labels, guard, arms)
  const counts = labels[COUNTS]
  if (arm === undefined || (counts !== 'events' && counts !== 'total' && counts !== 'at_most')) return undefined
  const bound = counts === 'at_most' ? boundOf(labels) : null
  if (bound === undefined) return undefined
  const { instanceLabel = DEFAULT_INSTANCE } = guard
  const instance = instanceLabel === null ? '' : (labels[instanceLabel] ?? '')
  return { id: idOf(labels), counts, bound, arm, instance, value }
}

function armOf(labels: Sample['labels'], { armLabel }: PrometheusGuard, arms: ArmNames): Arm | undefined {
  if (armLabel === null) return 'treatment'
  const value = labels[armLabel]
  if (value === arms.treatment) return 'treatment'
  return value === arms.control ? 'control' : undefined
}

/** The last bucket takes everything: `total` says the same. */
function boundOf({ le }: Sample['labels']): number | undefined {
  const bound = Number(le)
  return Number.isFinite(bound) ? bound : undefined
}

function noArms(totals: readonly Sample[], { armLabel }: PrometheusGuard, arms: ArmNames): string {
  const label = armLabel ?? ''
  const values = [...new Set(totals.map(({ labels }) => labels[label] ?? ''))].filter((value) => value !== '')
  if (values.length > 0)
    return `the label ${label} is ${values.slice(0, 5).join(', ')}, and neither ${arms.treatment} nor ${arms.control}`
  const names = Object.keys(totals[0]?.labels ?? {}).filter((name) => name !== COUNTS && name !== '__name__')
  return `nothing has the label ${label}; there are ${names.length === 0 ? 'no labels' : names.sort().join(', ')}`
}

/** The text of a sample's labels, as Prometheus writes it. */
function idOf(labels: Sample['labels']): string {
  const { __name__: name = '', ...others } = labels
  const inner = Object.entries(others)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return `${name}{${inner.join(',')}}`
}

function nameOf({ labels }: Sample): string {
  const { [COUNTS]: _, ...own } = labels
  return idOf(own)
}

/** As Prometheus writes numbers that are none. */
export function sayNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

function nothing(words: string): Reading {
  return { kind: 'no_data', words }
}
