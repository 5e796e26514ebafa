import type { Guard } from '@rampart/contract/admin'
import type { Audience, Watch, WatchedMetric } from '@rampart/core'
import { sampleAt } from './cells.ts'
import { boundsOf, frozenOf } from './frozen.ts'
import { windowOf } from './guards.ts'
import { ms } from './plan.ts'
import type { Publish, StoredRamp } from './state.ts'

/**
 * What SDKs report of a ramp, or null when there is nothing to compare: the ramp has not begun or is over, or everybody is in
 * one arm. A pause stops advancing, not watching. Browsers are told only what guards ask of them.
 */
export function watchOf(ramp: StoredRamp, audience: Audience = 'server'): Watch | null {
  const publish = ramp.publishes.at(-1)
  if (publish === undefined || !isWatched(ramp, publish)) return null
  const metrics = watchedMetrics(ramp, audience)
  if (audience === 'client' && metrics.length === 0) return null
  const sample = sampleAt(ramp, Number.POSITIVE_INFINITY)
  return {
    ramp: ramp.id,
    seq: publish.seq,
    flag: ramp.flag,
    rule: ramp.rule,
    percent: publish.percent,
    salt: ramp.salt,
    // All of control takes part: leaving some of it out misleads where people come back (docs/decisions/0008).
    controlSample: 1,
    ...(sample === 1 ? {} : { sample }),
    tickMs: ramp.tickMs,
    metrics,
  }
}

/** Guards whose outcomes an audience reports. */
export function guardsOf(ramp: Pick<StoredRamp, 'plan'>, audience: Audience): readonly Guard[] {
  const from = audience === 'client' ? 'browser' : 'server'
  return ramp.plan.guards.filter(({ source }) => source.kind === 'sdk' && source.from === from)
}

function isWatched(ramp: StoredRamp, { percent }: Publish): boolean {
  switch (ramp.state) {
    case 'running':
    case 'paused':
    case 'baking':
      return percent > 0 && percent < 100
    case 'completed':
      return ramp.watchedUntil !== null && percent > 0
    case 'scheduled':
    case 'rolled_back':
    case 'killed':
    case 'superseded':
    case 'cancelled':
      return false
  }
}

function watchedMetrics(ramp: StoredRamp, audience: Audience): readonly WatchedMetric[] {
  const metrics = new Map<string, WatchedMetric>()
  for (const guard of guardsOf(ramp, audience)) {
    const { metric } = guard
    const watched = watchedBy(ramp, guard)
    if (watched === null) continue
    const same = metrics.get(`${guard.take} ${metric}`)
    metrics.set(`${guard.take} ${metric}`, same === undefined ? watched : longerSettling(same, watched))
  }
  return [...metrics.values()]
}

function watchedBy(ramp: StoredRamp, guard: Guard): WatchedMetric | null {
  const { metric, take } = guard
  const settleMs = guard.grace === null ? 0 : ms(guard.grace) + 2 * ramp.tickMs
  const settles = settleMs === 0 ? {} : { settleMs }
  switch (take) {
    case 'first':
      return { metric, take, ...settles }
    case 'slow': {
      const over = boundsOf(ramp, metric)
      return over.length === 0 ? null : { metric, take, over, ...settles }
    }
    case 'sum':
      return { metric, take, windowMs: windowOf(guard), cap: frozenOf(ramp, guard.key)?.amounts?.cap ?? NO_CAP }
    case 'gauge':
      return null
  }
}

/** What an amount counts as at most is only known once there are values to tell; until then the server alone caps. */
const NO_CAP = 1e100

/** Guards of one metric may settle for different times: SDKs go on repeating what the longest may still need. */
function longerSettling(a: WatchedMetric, b: WatchedMetric): WatchedMetric {
  return (b.settleMs ?? 0) > (a.settleMs ?? 0) ? b : a
}
