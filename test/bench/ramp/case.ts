import type { Climbed } from '@rampart/server/testing'
import type { Row } from '../row.ts'
import { type Figure, meanOf, quantileOf, shareOf } from './uncertainty.ts'

/** What is kept of one ramp; -1 for what never came. */
export type Sample = readonly number[]

/** One kind of ramp, simulated many times, and the goals that it is held against. */
export interface Case {
  readonly name: string
  /** How many ramps the whole proof runs. */
  readonly ramps: number
  /** One ramp, or whatever is drawn. */
  readonly one: (random: () => number) => Sample
  readonly rows: (samples: readonly Sample[], rule: Rule) => readonly Row[]
}

/**
 * When a goal is met. The whole proof holds each figure itself against its limit. With fewer ramps chance alone may carry a figure over, so
 * that there a goal is missed when its whole 99% interval lies beyond the limit.
 */
export type Rule = 'figure' | 'interval'

export const NEVER = -1

export interface Asked {
  readonly goal: string
  readonly limit: number
  /** The direction of the limit; at most is usual. */
  readonly atLeast?: boolean
  readonly unit: 'share' | 'requests' | 'units' | 's' | 'min' | 'x' | 'errors'
}

/** The share of ramps for which something holds. */
export function shareRow(
  samples: readonly Sample[],
  holds: (sample: Sample) => boolean,
  asked: Asked,
  rule: Rule,
): Row {
  const k = samples.filter(holds).length
  return row(shareOf(k, samples.length), asked, rule, `${k} of ${samples.length.toLocaleString('en')}`)
}

/** The median of what each ramp came to; what never came counts as more than anything. */
export function medianRow(
  samples: readonly Sample[],
  value: (sample: Sample) => number,
  asked: Asked,
  rule: Rule,
): Row {
  const values = samples.map(value).map((v) => (v === NEVER ? Number.POSITIVE_INFINITY : v))
  return row(quantileOf(values), asked, rule)
}

export function meanRow(samples: readonly Sample[], value: (sample: Sample) => number, asked: Asked, rule: Rule): Row {
  return row(meanOf(samples.map(value)), asked, rule)
}

export function row(figure: Figure, { goal, limit, atLeast = false, unit }: Asked, rule: Rule, of?: string): Row {
  const judged = rule === 'figure' ? figure.value : atLeast ? figure.high : figure.low
  const interval = `99%: ${say(figure.low, unit)} to ${say(figure.high, unit)}`
  return {
    goal,
    measured: `${say(figure.value, unit)} (${of === undefined ? '' : `${of}; `}${interval})`,
    limit: `${atLeast ? '≥' : '≤'} ${say(limit, unit)}`,
    ok: atLeast ? judged >= limit : judged <= limit,
  }
}

export function say(value: number, unit: Asked['unit']): string {
  if (!Number.isFinite(value)) return 'never'
  switch (unit) {
    case 'share':
      return `${Number((value * 100).toPrecision(3))}%`
    case 'x':
      return `${Number(value.toPrecision(3))}×`
    case 's':
    case 'min':
      return `${Number(value.toPrecision(3))} ${unit}`
    case 'errors':
    case 'requests':
    case 'units':
      return Number(value.toPrecision(value < 100 ? 3 : 6)).toLocaleString('en', { maximumFractionDigits: 1 })
  }
}

/** How the product took a ramp: whether it did not let it go up, and at how many requests with the new variation. */
export function ownOf({ own }: Climbed): Sample {
  return [own.at === null ? 0 : 1, own.at === null ? NEVER : own.treatment]
}

export const wasTaken = ([taken]: Sample): boolean => taken === 1
export const exposures = ([, treatment = NEVER]: Sample): number => treatment
