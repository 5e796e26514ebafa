import { ENDED, parseDuration, type Ramp, type RampTicks } from '@rampart/contract/admin'
import type { ChartPoint } from './chart-paths.ts'
import { sayPercent } from './percent.ts'

/** A stretch of time with a share of its own. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly label: string
}

export interface Exposure {
  readonly from: number
  readonly to: number
  readonly actual: readonly ChartPoint[]
  /** The steps and dwells of the plan, as if nothing had ever held the ramp. */
  readonly planned: readonly ChartPoint[]
  readonly bands: readonly Band[]
  /** How it came down, where it did. */
  readonly drop: { readonly at: number; readonly label: string } | null
  /** What is to be said of it in two lines. */
  readonly summary: readonly [string, string]
}

type Watched = Pick<Ramp, 'state' | 'startedAt' | 'plan' | 'percent' | 'end' | 'to'>

/** What a ramp gave and what it meant to give, until `now` in epoch milliseconds. */
export function exposureOf(ramp: Watched, publishes: RampTicks['publishes'], now: number): Exposure {
  const ended = ramp.end === null ? null : Date.parse(ramp.end.at)
  const last = ended ?? now
  // the way back is drawn as the end of the ramp
  const actual = publishes
    .map(({ at, percent }) => ({ at: Date.parse(at), value: percent }))
    .filter(({ at, value }) => ended === null || at < ended || value !== ramp.percent.now)
  const begin = actual[0]?.at ?? Date.parse(ramp.startedAt)
  const planned = plannedOf(ramp, begin, publishes[0]?.step ?? 1)
  const plannedEnd = planned.at(-1)?.at ?? begin
  const drop = dropOf(ramp)
  // a plan of days would squeeze a ramp that ended after minutes to a line
  const to = Math.max(begin + 1000, ended === null ? Math.max(now, plannedEnd) : last + (last - begin) * 0.08)
  const shown = [
    { at: begin, value: ramp.percent.before },
    ...actual,
    ...(drop === null ? [] : [{ at: drop.at, value: ramp.percent.now }]),
    { at: ended === null ? now : to, value: ramp.percent.now },
  ]
  return {
    from: begin,
    to,
    actual: shown,
    planned: [...planned, { at: to, value: planned.at(-1)?.value ?? 0 }].filter(({ at }) => at <= to),
    bands: actual.map(({ at, value }, i) => ({
      from: at,
      to: actual[i + 1]?.at ?? last,
      label: sayPercent(value),
    })),
    drop,
    summary: [
      saidNow(ramp),
      `${actual.length === 1 ? 'One share was' : `${actual.length} shares were`} published; the plan goes ${ramp.plan.steps.map(({ percent }) => sayPercent(percent)).join(', ')}.`,
    ],
  }
}

function plannedOf({ plan }: Watched, begin: number, first: number): readonly ChartPoint[] {
  let at = begin
  return plan.steps.slice(first - 1).map(({ percent, dwell }) => {
    const point = { at, value: percent }
    at += parseDuration(dwell) ?? 0
    return point
  })
}

function dropOf({ state, end, percent }: Watched): Exposure['drop'] {
  if (end === null || (state !== 'rolled_back' && state !== 'killed')) return null
  const what = state === 'killed' ? '✖ killed' : '↶ rolled back'
  return { at: Date.parse(end.at), label: `${what} to ${sayPercent(percent.now)}` }
}

function saidNow({ state, to, percent }: Watched): string {
  const now = `${sayPercent(percent.now)} get ${to}`
  if (!ENDED.includes(state)) return `${now} now, up from ${sayPercent(percent.before)} before the ramp.`
  return `It reached ${sayPercent(percent.reached)}; ${now} since it ended.`
}
