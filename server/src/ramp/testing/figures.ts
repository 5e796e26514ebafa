import type { Guard } from '@rampart/contract/admin'
import type { FigureRow, FigureStratum, Figures, SourceState } from '../../sources/figures.ts'
import type { StoredRamp } from '../state.ts'
import { NOON, plan, ramp } from './makers.ts'

export const MINUTE = 60_000
/** How often figures are read here. */
export const EVERY = 15_000

/** A guard of requests in a Prometheus. */
export function readGuard(over: Partial<Guard> = {}): Guard {
  return {
    key: 'http_5xx',
    metric: 'http_5xx',
    take: 'first',
    source: {
      kind: 'prometheus',
      name: 'main',
      events: 'errors_total',
      total: 'requests_total',
      armLabel: 'variation',
    },
    limit: { kind: 'no_worse', margin: 1 },
    reaction: 'hold',
    weight: 1,
    minUnits: null,
    fromStep: 1,
    grace: null,
    ...over,
  }
}

/** A ramp that is watched by these guards; its first publish reached the fleet at noon. */
export function watchedBy(guards: readonly Guard[], over: Partial<StoredRamp> = {}): StoredRamp {
  const begun = ramp({}, { plan: { ...plan(), guards: [...guards] } })
  const reached = { at: NOON, instances: 0, holding: 0, slowestMs: null, behind: [] }
  return { ...begun, publishes: begun.publishes.map((publish) => ({ ...publish, reached })), ...over }
}

/** The requests of one window of 15 s, as [events, total] of treatment and control. */
export function figure(
  n: number,
  treatment: readonly [number, number],
  control: readonly [number, number] | null,
  over: Partial<FigureRow> = {},
): FigureRow {
  const count = ([events, total]: readonly [number, number]) => ({ events, total })
  const stratum: FigureStratum = {
    instance: '',
    treatment: count(treatment),
    control: control === null ? null : count(control),
  }
  const start = NOON + n * EVERY
  return { guard: 'http_5xx', start, end: start + EVERY, part: 0, strata: [stratum], value: null, ...over }
}

/** A source that last answered at a time after noon. */
export function answered(atMs: number, over: Partial<SourceState> = {}): SourceState {
  return {
    guard: 'http_5xx',
    version: 1,
    state: 'ok',
    since: NOON,
    askedAt: NOON + atMs,
    everyMs: EVERY,
    readAt: NOON + atMs,
    inARow: 0,
    windows: 1,
    withoutData: 0,
    failed: 0,
    late: 0,
    words: 'figures',
    counters: null,
    ...over,
  }
}

/** What the world outside says so long after noon. */
export function outside(rows: readonly FigureRow[], atMs: number, states = [answered(atMs)]) {
  const figures: Figures = { rows, states }
  return { figures, now: NOON + atMs }
}
