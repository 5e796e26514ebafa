import type { TickRow } from '../../../store/store.ts'
import { judge } from '../../judge.ts'
import type { PlanInput } from '../../plan.ts'
import type { StoredRamp } from '../../state.ts'
import { NOON, ramp } from '../makers.ts'

/*
 * Pure simulations of ramps, judged by the product's own detector. The suite runs some hundreds of each, the benchmark many
 * thousands: `n` and `seed` are theirs to choose.
 */

/** The default plan with a bake: four copies of the evidence. */
export const STEPS: readonly number[] = [1, 10, 50, 99]
export const TICKS_PER_STEP = 60

/** What is counted in one tick: by name and arm, in the sequence it belongs to, which may be an earlier one. */
export type Tallied = readonly {
  readonly name: string
  readonly treatment: number
  readonly control: number
  readonly seq: number
}[]

export interface World {
  readonly guards: NonNullable<PlanInput['guards']>
  /** Percents of the steps that are gone through, in their order; a step may come again. */
  readonly path?: readonly number[]
  readonly ticksPerStep?: number
  readonly frozen?: StoredRamp['frozen']
  /** One tick: `tick` counts from the start of the ramp. */
  readonly play: (at: { readonly percent: number; readonly seq: number; readonly tick: number }) => Tallied
}

export interface Outcome {
  /** The tick at which a guard took the ramp back, or held it; null when none did. */
  readonly trippedAt: number | null
  /** Treatment units met until then. */
  readonly treatment: number
  readonly split: boolean
}

/** Goes up the path, and looks after every tick until a guard trips or the path is over. */
export function climb(world: World): Outcome {
  const path = world.path ?? STEPS
  const ticksPerStep = world.ticksPerStep ?? TICKS_PER_STEP
  const base = ramp({ guards: world.guards, bake: 'PT1H' }, { frozen: world.frozen ?? [] })
  const rows = new Map<string, TickRow>()
  const publishes: StoredRamp['publishes'][number][] = []
  let treatment = 0
  let tick = 0
  for (const [i, percent] of path.entries()) {
    const step = STEPS.indexOf(percent) + 1
    publishes.push({ seq: i + 1, step, percent, at: NOON + tick * base.tickMs })
    const current: StoredRamp = { ...base, seq: i + 1, step, publishes: [...publishes] }
    for (let n = 0; n < ticksPerStep; n += 1, tick += 1) {
      for (const one of world.play({ percent, seq: i + 1, tick })) {
        // the evidence depends on the sums of each sequence only, so that one row of each is enough
        const key = `${one.seq} ${one.name}`
        const old = rows.get(key) ?? { seq: one.seq, tick: NOON, metric: one.name, treatment: 0, control: 0 }
        rows.set(key, { ...old, treatment: old.treatment + one.treatment, control: old.control + one.control })
        if (one.name === '') treatment += one.treatment
      }
      const { evidence, split } = judge(current, [...rows.values()])
      const trips = evidence.some(({ verdict }) => verdict === 'tripped')
      if (trips || split.broken) return { trippedAt: trips ? tick : null, treatment, split: split.broken }
    }
  }
  return { trippedAt: null, treatment, split: false }
}

export function shareTripped(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ trippedAt }) => trippedAt !== null).length / outcomes.length
}

/** Median of treatment units at the trip; infinite when fewer than half tripped. */
export function medianUnits(outcomes: readonly Outcome[]): number {
  const sorted = outcomes
    .map(({ trippedAt, treatment }) => (trippedAt === null ? Number.POSITIVE_INFINITY : treatment))
    .sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
