import type { UnitHash } from '@rampart/core'
import type { Db } from '../engine.ts'
import type { UnitCount } from '../store.ts'
import { addTick, type FreshTicks, type UnitGroup } from './counts.ts'
import { addUnits, unitsIn } from './units.ts'

/**
 * Counts units that are named in one arm after they were named in the other, each once. Which arm a unit was in is known by a set
 * beside its own, of hashes whose last bit is the arm: 63 bits tell units apart well enough.
 */
export async function countCrossed(
  db: Db,
  { first, units, crossed }: UnitGroup,
  { twice, added }: { readonly twice: string; readonly added: readonly UnitHash[] },
  fresh: FreshTicks,
): Promise<void> {
  const arms = { ...first, metric: `${first.metric}+` }
  const found = new Map(crossed)
  if (added.length < units.size) {
    const isNew = new Set(added)
    const inOther = new Map<UnitHash, UnitCount>()
    for (const count of units.values()) {
      if (!isNew.has(count.unit)) inOther.set(inArm(count.unit, count.arm === 'control'), count)
    }
    for (const hash of await unitsIn(db, arms, [...inOther.keys()])) {
      const count = inOther.get(hash)
      if (count !== undefined) found.set(count.unit, count)
    }
  }
  await addUnits(
    db,
    arms,
    added.map((unit) => inArm(unit, units.get(unit)?.arm === 'treatment')),
  )
  for (const unit of await addUnits(db, { ...first, metric: twice }, [...found.keys()])) {
    const { ramp, seq, tick } = found.get(unit) ?? first
    addTick(fresh, { ramp, seq, tick, metric: twice, treatment: 0, control: 1 })
  }
}

/** The hash of a unit in an arm. */
function inArm(unit: UnitHash, isTreatment: boolean): UnitHash {
  const last = Number.parseInt(unit.slice(-1), 16)
  return `${unit.slice(0, -1)}${(isTreatment ? last | 1 : last & ~1).toString(16)}`
}
