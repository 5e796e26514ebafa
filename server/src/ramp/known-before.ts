import type { Plan } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import type { Key } from '@rampart/core'
import { AppError } from '../app-error.ts'
import type { EnvironmentRef, Store } from '../store/store.ts'
import { FINEST, startOf } from '../totals/tiers.ts'
import { type Frozen, freeze, needsPast } from './frozen.ts'
import { pastOf } from './past.ts'
import type { Pace } from './state.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** How far back thresholds are taken from: a whole day, since the night is not the morning. */
const PAST_MS = 24 * HOUR
/** The traffic that a step is estimated by. */
const PACE_MS = HOUR

/** What is known when a ramp begins: what guards of measured values compare with, and how much traffic there is. */
export interface KnownBefore {
  readonly frozen: readonly Frozen[]
  readonly pace: Pace | null
}

/**
 * Reads the past of a ramp. A guard of a metric that was never measured takes what it compares with from the first values of
 * the ramp; one of a metric that is counted, and not measured, would wait for ever: it is refused.
 */
export async function knownBefore(
  store: Pick<Store, 'measured' | 'served'>,
  { project, environment, flag }: EnvironmentRef & { readonly flag: Key },
  plan: Plan,
  now: number,
): Promise<KnownBefore> {
  const ref = { project, environment }
  const frozen: Frozen[] = []
  const errors: ProblemDetail[] = []
  for (const [i, guard] of plan.guards.entries()) {
    if (!needsPast(guard)) continue
    const past = await pastOf(store, ref, guard.metric, { from: now - PAST_MS, to: now })
    const taken = freeze(guard, past, { at: now, from: 'before' })
    if (taken !== null) frozen.push(taken)
    else if (past.length === 0 && (await countIn(store, ref, guard.metric, now)) > 0) {
      const message = `${guard.metric} is counted and never measured; report its values with observe`
      errors.push({ pointer: `/guards/${i}`, message })
    }
  }
  const [first] = errors
  if (first !== undefined) throw new AppError('invalid', `${first.message}. No ramp was started.`, { errors })
  return { frozen, pace: await paceOf(store, { ...ref, flag }, plan, now) }
}

async function countIn(store: Pick<Store, 'measured'>, ref: EnvironmentRef, metric: string, now: number, ms = PAST_MS) {
  const rows = await store.measured(ref, metric, { from: startOf(now - ms, FINEST.widthMs), to: now, stepMs: HOUR })
  return rows.reduce((sum, { n }) => sum + n, 0)
}

/** Units are known only once a ramp counts them: until then each evaluation is taken for a unit, which is too many. */
async function paceOf(
  store: Pick<Store, 'measured' | 'served'>,
  ref: EnvironmentRef & { readonly flag: Key },
  { guards }: Plan,
  now: number,
): Promise<Pace | null> {
  const from = startOf(now - PACE_MS, FINEST.widthMs)
  const rows = await store.served(ref, ref.flag, { from: from - PACE_MS, to: now, stepMs: FINEST.widthMs })
  const inTime = rows.filter(({ start }) => start >= from)
  const evaluations = inTime.reduce((sum, { n }) => sum + n, 0)
  if (evaluations === 0) return null
  // a flag that is asked for since ten minutes has the traffic of these, and not a sixth of it
  const young = inTime.length === rows.length
  const span = young ? now - Math.min(...inTime.map(({ start }) => start)) : PACE_MS
  const events = guards.filter(({ take, source }) => take === 'first' && source.kind === 'sdk')
  const rates = await Promise.all(
    [...new Set(events.map(({ metric }) => metric))].map(async (metric) => {
      const n = await countIn(store, ref, metric, now, PACE_MS)
      return [metric, Math.min(1, n / evaluations)] as const
    }),
  )
  return { perMinute: (evaluations / Math.max(FINEST.widthMs, span)) * MINUTE, rates: Object.fromEntries(rates) }
}
