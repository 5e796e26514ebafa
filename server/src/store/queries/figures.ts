import type { Id } from '@rampart/core'
import { and, asc, eq, sql } from 'drizzle-orm'
import type { Figures, FiguresCommit, SourceState } from '../../sources/figures.ts'
import type { Db } from '../engine.ts'
import { parts, ROWS } from './parts.ts'

export async function figures({ q, t }: Db, ramp: Id): Promise<Figures> {
  const { guard, start, end, part, strata, value } = t.figures
  const rows = await q
    .select({ guard, start, end, part, strata, value })
    .from(t.figures)
    .where(eq(t.figures.ramp, ramp))
    .orderBy(asc(guard), asc(start), asc(part))
  return { rows, states: await sourceStates({ q, t }, ramp) }
}

export async function sourceStates({ q, t }: Pick<Db, 'q' | 't'>, ramp: Id): Promise<readonly SourceState[]> {
  const states = await q
    .select({ body: t.sourceStates.body })
    .from(t.sourceStates)
    .where(eq(t.sourceStates.ramp, ramp))
    .orderBy(asc(t.sourceStates.guard))
  return states.map(({ body }) => body)
}

/** The version of the state is what keeps two readers, or a reader that was interrupted, from adding one window twice. */
export async function addFigures(db: Db, { ramp, state, rows }: FiguresCommit): Promise<'added' | 'conflict'> {
  const { q, t } = db
  if (!(await wins(db, ramp, state))) return 'conflict'
  for (const part of parts(rows, ROWS)) {
    await q
      .insert(t.figures)
      .values(part.map((row) => ({ ramp, ...row })))
      .onConflictDoUpdate({
        target: [t.figures.ramp, t.figures.guard, t.figures.start, t.figures.part],
        set: { end: sql`excluded.end`, strata: sql`excluded.strata`, value: sql`excluded.value` },
      })
  }
  return 'added'
}

async function wins({ q, t }: Db, ramp: Id, state: FiguresCommit['state']): Promise<boolean> {
  const { guard, version } = state
  if (version === 1) {
    const first = await q
      .insert(t.sourceStates)
      .values({ ramp, guard, version, body: state })
      .onConflictDoNothing()
      .returning({ version: t.sourceStates.version })
    return first.length > 0
  }
  const next = await q
    .update(t.sourceStates)
    .set({ version, body: state })
    .where(and(eq(t.sourceStates.ramp, ramp), eq(t.sourceStates.guard, guard), eq(t.sourceStates.version, version - 1)))
    .returning({ version: t.sourceStates.version })
  return next.length > 0
}
