import type { Plan } from '@rampart/contract/admin'
import type { TickRow } from '../../store/store.ts'
import { begin } from '../begin.ts'
import { normalisePlan, type PlanInput } from '../plan.ts'
import type { StoredRamp } from '../state.ts'

export const NOON = Date.parse('2026-03-02T12:00:00.000Z')

export const ana = { kind: 'person', id: 'p_ana', name: 'Ana' } as const

/** A plan as people would write it. */
export function plan(input: PlanInput = {}): Plan {
  const read = normalisePlan(
    { key: 'default', version: 1, name: 'Default' },
    { guards: ['checkout_error'], ...input },
    null,
  )
  if (!read.ok) throw new Error(read.problem)
  return read.value
}

/** A ramp of `new-checkout-flow` to `on` at its first step, begun at noon with nothing given before; judged from the start on. */
export function ramp(input: PlanInput = {}, over: Partial<StoredRamp> = {}): StoredRamp {
  const begun = begin({
    id: 'r_1',
    project: 'demo',
    environment: 'production',
    flag: 'new-checkout-flow',
    rule: 'everyone-else',
    ramped: { to: 'on', otherwise: 'off', unit: 'targetingKey', percent: 0 },
    plan: plan(input),
    from: null,
    frozen: [],
    pace: null,
    seedScope: 'demo/production/new-checkout-flow',
    salt: 'salt',
    run: null,
    source: null,
    startedBy: ana,
    now: NOON,
  })
  if (!begun.ok) throw new Error(begun.problem)
  return { ...begun.value, judgingSince: NOON, ...over }
}

/** Rows of one tick: units met, and units that had `checkout_error`, as [treatment, control]. */
export function tick(
  seq: number,
  at: number,
  met: readonly [number, number],
  errors: readonly [number, number] = [0, 0],
): readonly TickRow[] {
  return [
    { seq, tick: at, metric: '', treatment: met[0], control: met[1] },
    { seq, tick: at, metric: 'checkout_error', treatment: errors[0], control: errors[1] },
  ]
}
