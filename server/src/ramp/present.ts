import type { Propagation, Ramp } from '@rampart/contract/admin'
import type { Clock } from '../clock.ts'
import type { EnvironmentRef, RampRow, Store } from '../store/store.ts'
import { type Decision, decide, type Reach } from './decide.ts'
import { figuresOf } from './figures.ts'
import { type Gates, gateOf } from './gates.ts'
import { type Findings, judge } from './judge.ts'
import { viewOf } from './view.ts'

/** What reading a ramp needs. */
export interface PresentOptions {
  readonly store: Pick<Store, 'config' | 'ticks' | 'figures'>
  readonly clock: Clock
  readonly fleet: { propagation(ref: EnvironmentRef, revision: number): Promise<Propagation> }
  readonly gates: Pick<Gates, 'answer'>
}

export interface Present {
  readonly ramp: Ramp
  readonly findings: Findings
  readonly decision: Decision
}

/** A ramp as it is at this moment: the same judgement and the same words as the driver's. */
export async function presentOf({ store, clock, fleet, gates }: PresentOptions, row: RampRow): Promise<Present> {
  const { ramp } = row
  const config = await store.config(ramp, ramp.flag)
  const propagation = await fleet.propagation(ramp, config?.revision ?? 0)
  const now = clock.now()
  const [rows, figures] = await Promise.all([store.ticks(ramp.id), figuresOf(store, ramp)])
  const findings = judge(ramp, rows, { figures, now })
  const gate = gateOf(ramp)
  const answer = gate === null ? undefined : gates.answer(gate)
  const reach: Reach = {
    instances: propagation.instances,
    behind: propagation.instances - propagation.holding,
    names: propagation.behind,
    ...(answer === undefined ? {} : { gate: answer }),
  }
  const decision = decide(ramp, findings, reach, now)
  return { ramp: viewOf(row, { findings, decision, propagation, figures, now }), findings, decision }
}
