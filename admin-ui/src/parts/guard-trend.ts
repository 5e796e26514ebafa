import type { AuditEntry, Evidence, Limit, RampTicks } from '@rampart/contract/admin'
import type { ChartPoint } from './chart-paths.ts'

/** The rates of both arms over time, each since its step began; empty where the metric has no events in the ticks. */
export interface Rates {
  readonly control: readonly ChartPoint[]
  readonly treatment: readonly ChartPoint[]
  /** What treatment may be at most, or at least of a rate that must not fall; empty where the limit is no rate. */
  readonly limit: readonly ChartPoint[]
}

/** A change with its interval. An end that is not bounded is null. */
export interface ChangePoint {
  readonly at: number
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

export type ChangeAs = NonNullable<Evidence['change']>['as']

export interface Changes {
  readonly as: ChangeAs
  readonly points: readonly ChangePoint[]
  /** Where there is no change. */
  readonly none: number
  readonly limit: number | null
}

/** Two ticks further apart than this many have something missing between them. */
const GAP_TICKS = 2.5

/**
 * How both arms did, from the ticks of a ramp. Units and events are summed up within each sequence, as they are judged;
 * between sequences, and where ticks are missing, the line has a gap.
 */
export function ratesOf({ metric, limit }: Pick<Evidence, 'metric' | 'limit'>, log: RampTicks): Rates {
  const control: ChartPoint[] = []
  const treatment: ChartPoint[] = []
  if (log.ticks.some(({ events }) => events.some((event) => event.metric === metric))) {
    let sums = NOTHING
    let before: { readonly at: number; readonly seq: number } | undefined
    for (const { at: instant, seq, units, events } of log.ticks) {
      const at = Date.parse(instant) + log.stepMs
      const counted = events.find((event) => event.metric === metric)
      const fresh = before === undefined || before.seq !== seq
      if (before !== undefined && (fresh || at - before.at > GAP_TICKS * log.stepMs)) {
        for (const line of [control, treatment]) line.push({ at: before.at, value: null })
      }
      sums = added(fresh ? NOTHING : sums, units, counted ?? { treatment: 0, control: 0 })
      control.push({ at, value: rate(sums.events.control, sums.units.control) })
      treatment.push({ at, value: rate(sums.events.treatment, sums.units.treatment) })
      before = { at, seq }
    }
  }
  return { control, treatment, limit: limitLine(limit, control) }
}

interface Arms {
  readonly treatment: number
  readonly control: number
}

const NONE: Arms = { treatment: 0, control: 0 }
const NOTHING: { readonly units: Arms; readonly events: Arms } = { units: NONE, events: NONE }

function added(sums: typeof NOTHING, units: Arms, events: Arms): typeof NOTHING {
  const plus = (a: Arms, b: Arms) => ({ treatment: a.treatment + b.treatment, control: a.control + b.control })
  return { units: plus(sums.units, units), events: plus(sums.events, events) }
}

function rate(events: number, units: number): number | null {
  return units === 0 ? null : events / units
}

function limitLine(limit: Limit, control: readonly ChartPoint[]): readonly ChartPoint[] {
  const from = (most: (value: number) => number) =>
    control.map(({ at, value }) => ({ at, value: value === null ? null : Math.min(1, most(value)) }))
  switch (limit.kind) {
    case 'below':
      return from(() => limit.max)
    case 'points':
      return from((value) => value + limit.max)
    case 'ratio':
      return from((value) => value * limit.max)
    case 'no_worse':
      // without a margin the limit is control itself
      return limit.margin === 1 ? [] : from((value) => value * limit.margin)
    case 'not_fall':
      return from((value) => value * limit.min)
    case 'quantile':
    case 'gauge':
      return []
  }
}

/**
 * How the difference a guard saw went on: at each decision that the log has evidence of, and now. Null before there is
 * one. Only figures that are said alike are drawn together.
 */
export function changesOf(
  now: Evidence,
  entries: readonly Pick<AuditEntry, 'at' | 'evidence'>[],
  at: number,
): Changes | null {
  if (now.change === null) return null
  const { as } = now.change
  const before = entries.flatMap((entry) => {
    const evidence = entry.evidence?.find(({ guard }) => guard === now.guard)
    return evidence === undefined ? [] : pointsOf(evidence, as, Date.parse(entry.at))
  })
  const seen = now.ticks === null ? at : Math.min(at, Date.parse(now.ticks.to))
  const points = [...before, ...pointsOf(now, as, seen)].toSorted((a, b) => a.at - b.at)
  return { as, points, none: as === 'ratio' ? 1 : 0, limit: limitOfChange(now.limit, as) }
}

function pointsOf({ change }: Evidence, as: ChangeAs, at: number): readonly ChangePoint[] {
  if (change === null || change.as !== as) return []
  const [low, high] = change.interval
  return [{ at, value: change.value, low, high }]
}

function limitOfChange(limit: Limit, as: ChangeAs): number | null {
  switch (limit.kind) {
    case 'points':
      return as === 'points' ? limit.max : null
    case 'ratio':
      return as === 'ratio' ? limit.max : null
    case 'no_worse':
      return as === 'ratio' ? limit.margin : null
    case 'not_fall':
      return as === 'ratio' ? limit.min : null
    case 'quantile':
      return as === 'percent' ? limit.change : null
    case 'below':
    case 'gauge':
      return null
  }
}

/** Whether everything the interval still allows is past the limit. */
export function isPast(point: ChangePoint, limit: number | null, good: 'low' | 'high'): boolean {
  if (limit === null) return false
  return good === 'low' ? point.low !== null && point.low > limit : point.high !== null && point.high < limit
}

/**
 * The range of the axis: all values, the limit and no change; of the intervals only what leaves the values readable, since
 * an interval of few units is many times as wide.
 */
export function changeRange({ points, none, limit }: Changes): readonly [number, number] {
  const values = [none, ...(limit === null ? [] : [limit]), ...points.map(({ value }) => value)]
  const low = Math.min(...values)
  const high = Math.max(...values)
  const size = high - low === 0 ? Math.max(Math.abs(high), 0.01) : high - low
  const ends = points.flatMap((point) => [point.low ?? low - size, point.high ?? high + size])
  return [Math.max(low - 2 * size, Math.min(low, ...ends)), Math.min(high + 2 * size, Math.max(high, ...ends))]
}
