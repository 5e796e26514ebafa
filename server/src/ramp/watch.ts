import type { Watch, WatchedMetric } from '@rampart/core'
import type { StoredRamp } from './state.ts'

/** Control is kept at about this many units for each treatment unit: more of it would teach hardly anything. */
const CONTROL_PER_TREATMENT = 20

/**
 * What SDKs report of a ramp, or null when there is nothing to compare: the ramp has not begun or has ended, or everybody is in
 * one arm. A pause stops advancing, not watching.
 */
export function watchOf(ramp: StoredRamp): Watch | null {
  const publish = ramp.publishes.at(-1)
  if (publish === undefined || !isWatched(ramp) || publish.percent <= 0 || publish.percent >= 100) return null
  return {
    ramp: ramp.id,
    seq: publish.seq,
    flag: ramp.flag,
    rule: ramp.rule,
    percent: publish.percent,
    salt: ramp.salt,
    controlSample: publish.controlSample,
    tickMs: ramp.tickMs,
    metrics: watchedMetrics(ramp),
  }
}

/** The share of control units that take part at a percent: all of them, or so many that control is about 20 times treatment. */
export function controlSampleAt(percent: number): number {
  if (percent <= 0 || percent >= 100) return 1
  const wanted = (CONTROL_PER_TREATMENT * percent) / (100 - percent)
  return Math.min(1, Math.ceil(wanted * 10_000) / 10_000)
}

function isWatched(ramp: StoredRamp): boolean {
  return ramp.state === 'running' || ramp.state === 'paused' || ramp.state === 'baking'
}

function watchedMetrics(ramp: StoredRamp): readonly WatchedMetric[] {
  const names = ramp.plan.guards
    .filter((guard) => guard.source.kind === 'sdk' && guard.take === 'first')
    .map((guard) => guard.metric)
  return [...new Set(names)].map((metric) => ({ metric, take: 'first' }))
}
