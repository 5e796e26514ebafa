import type { Evidence, Guard } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import type { Figures } from '../sources/figures.ts'
import type { FoldedRow } from './fold.ts'
import { normaliseGuards } from './guards.ts'
import { judge } from './judge.ts'
import type { StoredRamp } from './state.ts'

/** A guard as people write it, and how far back its counts go; null is the whole ramp. */
export interface Check {
  readonly guard: string
  readonly windowMs: number | null
}

export interface Counted {
  readonly rows: readonly FoldedRow[]
  readonly figures: Figures
  readonly now: number
}

/**
 * What one guard says of a ramp now, with the whole budget of the ramp for false alarms, as if it were its only one. Nothing follows
 * from it. Over the whole ramp the promise of a guard holds however often it is asked; over a window that moves it holds for
 * each answer by itself.
 *
 * @throws AppError `invalid` for what is no guard, `unknown_metric` for a metric that this ramp does not count in that way.
 */
export function checkGuard(ramp: StoredRamp, { guard: written, windowMs }: Check, counted: Counted): Evidence {
  const guard = watchedAs(ramp, written)
  const from = windowMs === null ? null : (Math.floor((counted.now - windowMs) / ramp.tickMs) + 1) * ramp.tickMs
  const alone: StoredRamp = {
    ...ramp,
    plan: { ...ramp.plan, guards: [{ ...guard, weight: 1 }] },
    restarts: from === null ? ramp.restarts : [{ guard: guard.key, from }],
  }
  const [evidence] = judge(alone, counted.rows, counted).evidence
  if (evidence === undefined) throw new Error('one guard has one evidence')
  return evidence
}

/** The guard as it was written, where its metric is counted: a ramp counts what its guards asked for when it began. */
function watchedAs(ramp: StoredRamp, written: string): Guard {
  const read = normaliseGuards([written])
  const [asked] = read.ok ? read.value : []
  if (!read.ok) throw new AppError('invalid', `${read.problem}.`)
  if (asked === undefined) throw new Error('one text is one guard')
  const { metric, take, limit } = asked
  const counted = ramp.plan.guards.filter((one) => one.metric === metric && one.take === take)
  // what a measured value is compared with was fixed for the limits that the ramp began with
  const isFixed = take === 'slow' || take === 'sum'
  const same = counted.find((one) => JSON.stringify(one.limit) === JSON.stringify(limit))
  const [first] = counted
  if (first !== undefined && !isFixed) return { ...(same ?? first), limit }
  if (same !== undefined) return same
  const known = ramp.plan.guards.map(({ key }) => key).join(', ')
  throw new AppError(
    'unknown_metric',
    `${ramp.id} counts nothing that ${written} could be judged by; its guards are: ${known === '' ? 'none' : known}.`,
  )
}
