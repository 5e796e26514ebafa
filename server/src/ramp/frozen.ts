import type { Guard } from '@rampart/contract/admin'
import type { Key } from '@rampart/core'
import { type Histogram, valuesIn } from '../totals/total.ts'
import type { StoredRamp } from './state.ts'
import { amountsOf, LEAST_VALUES, type Threshold, thresholdOf, thresholdsOf } from './stats/thresholds.ts'

/** What a guard of measured values compares with: taken once from values that were measured before, never again in the run. */
export interface Frozen {
  readonly guard: Key
  readonly at: number
  /** How many values it was taken from, and whether they are of the time before the ramp or of its first minutes. */
  readonly values: number
  readonly from: 'before' | 'first'
  /** Of a latency. */
  readonly thresholds?: readonly Threshold[]
  /** Of a mean: the scale of its test, and what an amount counts as at most. */
  readonly amounts?: { readonly scale: number; readonly cap: number }
}

/** Whether a guard judges values of its own metric, and so needs to know how they were before. */
export function needsPast({ take, source }: Pick<Guard, 'take' | 'source'>): boolean {
  return source.kind === 'sdk' && (take === 'slow' || take === 'sum')
}

/** What a guard compares with from now on, or null when there are too few values to tell. */
export function freeze(
  guard: Guard,
  past: Histogram,
  { at, from }: { readonly at: number; readonly from: Frozen['from'] },
): Frozen | null {
  const values = valuesIn(past)
  if (values < LEAST_VALUES) return null
  const taken = { guard: guard.key, at, values, from }
  if (guard.take === 'sum') return { ...taken, amounts: amountsOf(past) }
  const { limit } = guard
  if (limit.kind === 'quantile') return { ...taken, thresholds: [thresholdOf(past, limit)] }
  return { ...taken, thresholds: thresholdsOf(past, limit.kind === 'no_worse' ? limit.margin : 1) }
}

export function frozenOf(ramp: Pick<StoredRamp, 'frozen'>, guard: Key): Frozen | undefined {
  return ramp.frozen.find((frozen) => frozen.guard === guard)
}

/** Every threshold of a metric, rising: SDKs tell how many of them an observation exceeded. */
export function boundsOf(ramp: Pick<StoredRamp, 'frozen' | 'plan'>, metric: string): readonly number[] {
  const guards = ramp.plan.guards.filter((guard) => guard.metric === metric && guard.take === 'slow')
  const bounds = guards.flatMap(({ key }) => frozenOf(ramp, key)?.thresholds ?? []).map(({ bound }) => bound)
  return [...new Set(bounds)].sort((a, b) => a - b)
}

/** Guards that still wait for what they compare with. All guards of one metric are frozen together. */
export function unfrozen(ramp: Pick<StoredRamp, 'frozen' | 'plan'>): readonly Guard[] {
  return ramp.plan.guards.filter((guard) => needsPast(guard) && frozenOf(ramp, guard.key) === undefined)
}
