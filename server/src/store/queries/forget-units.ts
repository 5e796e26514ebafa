import type { Id } from '@rampart/core'
import { and, eq, or, sql } from 'drizzle-orm'
import type { Engine } from '../engine.ts'
import { keepBelow } from './units.ts'

/**
 * Deletes the units outside a sample in many short transactions. Interrupted, it is begun again: what is gone already costs one look.
 * A unit's place in the sample is the second half of its hash, which has nothing to do with its arm.
 */
export async function forgetUnits(
  write: Engine['write'],
  ramp: { readonly id: Id; readonly seedScope: string },
  sample: number,
): Promise<void> {
  const bound = Math.round(sample * 2 ** 32)
  if (bound >= 2 ** 32) return
  const sets = await write(({ q, t }) =>
    q
      .select({ id: t.unitSets.id })
      .from(t.unitSets)
      .where(or(eq(t.unitSets.ramp, ramp.id), eq(t.unitSets.scope, ramp.seedScope))),
  )
  for (const { id } of sets) {
    let after: number | undefined = -1
    while (after !== undefined) {
      const last: number = after
      after = await write((db) => keepBelow(db, { set: id, after: last, bound }))
    }
  }
  const half = bound.toString(16).padStart(8, '0')
  await write(({ q, t }) =>
    q.delete(t.windows).where(and(eq(t.windows.ramp, ramp.id), sql`substr(${t.windows.unit}, 9) >= ${half}`)),
  )
}
