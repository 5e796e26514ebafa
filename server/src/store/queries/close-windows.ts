import type { UnitHash } from '@rampart/core'
import { and, asc, eq, lte, sql } from 'drizzle-orm'
import { amountOf, levelOf } from '../../ramp/counted.ts'
import type { Db } from '../engine.ts'
import type { WindowsClosing } from '../store.ts'
import { addTick, type FreshTicks, foldTicks } from './counts.ts'
import { addUnits } from './units.ts'

/** Windows closed in one transaction: a bound on how long other writes wait. */
const AT_ONCE = 5_000

interface Due {
  readonly unit: UnitHash
  readonly arm: 'treatment' | 'control'
  readonly seq: number
  readonly amount: number
}

/**
 * Counts the units of windows that are over, each in the sequence it was met in. A unit that came to something counts once on
 * its seed, whatever runs there were; one that came to nothing says nothing that a later run could say twice.
 */
export async function closeWindows(db: Db, closing: WindowsClosing): Promise<number> {
  const due = await take(db, closing)
  if (due.length === 0) return 0
  const { ramp, metric, cap, scope, tick } = closing
  const something = due.filter(({ amount }) => amount > 0).map(({ unit }) => unit)
  const fresh = new Set(await addUnits(db, { ramp, scope, metric: `${metric}=` }, something))
  const ticks: FreshTicks = new Map()
  for (const { unit, arm, seq, amount } of due) {
    if (amount > 0 && !fresh.has(unit)) continue
    const name = amountOf(metric, levelOf(amount, cap))
    addTick(ticks, { ramp, seq, tick, metric: name, treatment: 0, control: 0, [arm]: 1 })
  }
  await foldTicks(db, ticks)
  return due.length
}

async function take({ q, t, listed }: Db, { ramp, metric, until }: WindowsClosing): Promise<readonly Due[]> {
  const here = and(eq(t.windows.ramp, ramp), eq(t.windows.metric, metric))
  const { unit, arm, seq, amount } = t.windows
  const due = await q
    .select({ unit, arm, seq, amount })
    .from(t.windows)
    .where(and(here, lte(t.windows.closesAt, until)))
    .orderBy(asc(t.windows.closesAt))
    .limit(AT_ONCE)
  if (due.length > 0)
    await q.delete(t.windows).where(and(here, sql`${unit} in (select value from ${listed(due.map((d) => d.unit))})`))
  return due
}
