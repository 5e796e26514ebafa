import type { Id } from '@rampart/core'
import { and, eq, gt, or, sql } from 'drizzle-orm'
import type { Db, Engine } from '../engine.ts'

/** Units looked at in one transaction: a bound on how long other writes wait. */
const ROWS = 5_000

/**
 * Deletes the units outside a sample in many short transactions. Interrupted, it is begun again: what is gone already costs one look.
 * A unit's place in the sample is the second half of its hash, which has nothing to do with its arm.
 */
export async function forgetUnits(
  write: Engine['write'],
  ramp: { readonly id: Id; readonly seedScope: string },
  sample: number,
): Promise<void> {
  const below = Math.round(sample * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
  if (below.length > 8) return
  const sets = await write(({ q, t }) =>
    q
      .select({ id: t.unitSets.id })
      .from(t.unitSets)
      .where(or(eq(t.unitSets.ramp, ramp.id), eq(t.unitSets.scope, ramp.seedScope))),
  )
  for (const { id } of sets) {
    let after: string | undefined = ''
    while (after !== undefined) {
      const last: string = after
      after = await write((db) => forgetSome(db, { set: id, after: last, below }))
    }
  }
  await write(({ q, t }) =>
    q.delete(t.windows).where(and(eq(t.windows.ramp, ramp.id), sql`substr(${t.windows.unit}, 9) >= ${below}`)),
  )
}

/** Answers the last unit looked at, or undefined when there are no more. */
async function forgetSome(
  { q, t }: Db,
  { set, after, below }: { readonly set: number; readonly after: string; readonly below: string },
): Promise<string | undefined> {
  const some = await q
    .select({ unit: t.units.unit })
    .from(t.units)
    .where(and(eq(t.units.set, set), gt(t.units.unit, after)))
    .orderBy(t.units.unit)
    .limit(ROWS)
  const last = some.at(-1)?.unit
  if (last === undefined) return undefined
  await q
    .delete(t.units)
    .where(
      and(
        eq(t.units.set, set),
        gt(t.units.unit, after),
        sql`${t.units.unit} <= ${last}`,
        sql`substr(${t.units.unit}, 9) >= ${below}`,
      ),
    )
  return some.length < ROWS ? undefined : last
}
