import type { Guard, SourceHealth } from '@rampart/contract/admin'
import { sayTime } from '../ramp/explain/numbers.ts'
import { iso } from '../ramp/instant.ts'
import type { SourceState } from './figures.ts'

/** A hiccup is not an outage: so many readings in a row have to bring nothing. */
export const READINGS_IN_A_ROW = 3
/** A source that has failed for so long is told to people. */
export const ALERT_AFTER_MS = 5 * 60_000
/** How long after its end a pushed window is still waited for. */
export const PUSH_GRACE_MS = 30_000

/** Whether a guard can be judged by its source at present. Not being able to is neither good nor bad news of a release. */
export interface Availability {
  readonly guard: string
  readonly metric: string
  /** `waiting`: it has not been asked yet, or nothing was pushed yet. */
  readonly kind: 'available' | 'waiting' | 'no_data' | 'error'
  /** When its present state began. */
  readonly since: number
  /** Whether it has lasted so long that people are told. */
  readonly lasts: boolean
  readonly words: string
}

/** What the state of a source means now. `begun` is when its guard began to be judged. */
export function availabilityOf(
  { key, metric, source }: Pick<Guard, 'key' | 'metric' | 'source'>,
  state: SourceState | undefined,
  { begun, now }: { readonly begun: number; readonly now: number },
): Availability {
  const about = (from: number) => ({ guard: key, metric, since: from, lasts: now - from >= ALERT_AFTER_MS })
  const pushed = source.kind === 'pushed'
  if (state === undefined) {
    const words = pushed ? 'nothing has been pushed yet' : 'its source has not been asked yet'
    return { ...about(begun), kind: 'waiting', words }
  }
  const { everyMs, askedAt, since, inARow, words } = state
  const silent = askedAt + READINGS_IN_A_ROW * everyMs + (pushed ? PUSH_GRACE_MS : 0)
  if (now > silent) {
    const quiet = pushed ? 'nothing has been pushed' : 'its source has not been asked'
    return {
      ...about(askedAt),
      kind: pushed ? 'no_data' : 'error',
      words: `${quiet} since ${sayTime(askedAt, now)}`,
    }
  }
  if ((state.state === 'error' || state.state === 'no_data') && inARow >= READINGS_IN_A_ROW)
    return { ...about(since), kind: state.state, words }
  return { ...about(since), kind: 'available', lasts: false, words }
}

/** How a source fares, for people. */
export function healthOf(guard: Pick<Guard, 'key' | 'metric'>, state: SourceState | undefined): SourceHealth {
  const about = { guard: guard.key, metric: guard.metric }
  if (state === undefined) {
    const nothing = { askedAt: null, readAt: null, inARow: 0, windows: 0, withoutData: 0, failed: 0, late: 0 }
    return { ...about, state: 'waiting', ...nothing, words: 'not asked yet' }
  }
  const { askedAt, readAt, inARow, windows, withoutData, failed, late, words } = state
  return {
    ...about,
    state: state.state,
    askedAt: iso(askedAt),
    readAt: readAt === null ? null : iso(readAt),
    inARow,
    windows,
    withoutData,
    failed,
    late,
    words,
  }
}
