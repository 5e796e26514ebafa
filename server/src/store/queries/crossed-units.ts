import type { UnitHash } from '@rampart/core'
import type { Db } from '../engine.ts'
import { addTick, type FreshTicks, type UnitGroup } from './counts.ts'
import { addUnits, unitsIn } from './units.ts'

/**
 * Counts units that are named in one arm after they were named in the other, each once. Which arm a unit was in is known by a set for
 * each arm, beside the one for both.
 */
export async function countCrossed(
  db: Db,
  { first, units, crossed }: UnitGroup,
  { twice, added }: { readonly twice: string; readonly added: ReadonlySet<UnitHash> },
  fresh: FreshTicks,
): Promise<void> {
  const found = new Map(crossed)
  const inArm = {
    treatment: { ...first, metric: `${first.metric}+` },
    control: { ...first, metric: `${first.metric}-` },
  }
  const all = [...units.values()]
  for (const [arm, other] of [
    ['treatment', 'control'],
    ['control', 'treatment'],
  ] as const) {
    const here = all.filter((count) => count.arm === arm)
    const again = here.filter(({ unit }) => !added.has(unit)).map(({ unit }) => unit)
    for (const unit of await unitsIn(db, inArm[other], again)) {
      const count = units.get(unit)
      if (count !== undefined) found.set(unit, count)
    }
    const news = here.filter(({ unit }) => added.has(unit)).map(({ unit }) => unit)
    await addUnits(db, inArm[arm], news)
  }
  for (const unit of await addUnits(db, { ...first, metric: twice }, [...found.keys()])) {
    const { ramp, seq, tick } = found.get(unit) ?? first
    addTick(fresh, { ramp, seq, tick, metric: twice, treatment: 0, control: 1 })
  }
}
