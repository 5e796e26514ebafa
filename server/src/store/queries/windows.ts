import { and, eq, gt, sql } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { UnitAmount, UnitCount } from '../store.ts'
import { parts, ROWS } from './parts.ts'

/** Opens the windows of units that were met for the first time in their run. */
export async function openWindows({ q, t }: Db, met: readonly UnitCount[]): Promise<void> {
  const windows = met.flatMap(({ ramp, unit, arm, seq, opens = [] }) =>
    opens.map(({ metric, closesAt }) => ({ ramp, metric, unit, arm, seq, closesAt, amount: 0 })),
  )
  for (const part of parts(windows, ROWS))
    await q
      .insert(t.windows)
      .values([...part])
      .onConflictDoNothing()
}

/** Adds amounts to open windows. What comes after a window was over, or without one, is of no use. */
export async function addAmounts({ q, t }: Db, amounts: readonly UnitAmount[]): Promise<void> {
  for (const { ramp, metric, unit, at, amount } of amounts) {
    await q
      .update(t.windows)
      .set({ amount: sql`${t.windows.amount} + ${amount}` })
      .where(
        and(
          eq(t.windows.ramp, ramp),
          eq(t.windows.metric, metric),
          eq(t.windows.unit, unit),
          gt(t.windows.closesAt, at),
        ),
      )
  }
}
