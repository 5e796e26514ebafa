import type { Key } from '@rampart/core'
import { and, asc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import { fold, type TotalRow } from '../../totals/fold.ts'
import type { Series, SeriesCount } from '../../totals/spread.ts'
import type { Steps } from '../../totals/steps.ts'
import { FINEST, type Tier } from '../../totals/tiers.ts'
import type { Db } from '../engine.ts'
import type { EnvironmentRef, MeasuredInStep, ServedInStep } from '../store.ts'
import { parts, ROWS } from './parts.ts'
import { seriesKey, seriesOf } from './series.ts'

/** Adds what a batch counted to the rows of the finest tier. */
export async function addTotals(db: Db, ref: EnvironmentRef, counts: readonly SeriesCount[]): Promise<void> {
  if (counts.length === 0) return
  const ids = await seriesOf(db, ref, counts)
  const rows = counts.flatMap(({ series, ...total }) => {
    const id = ids.get(seriesKey(series))
    return id === undefined ? [] : [{ ...total, series: id }]
  })
  await foldInto(db, FINEST, rows)
}

/** Adds rows to those of a tier that begin at the same time. */
export async function foldInto(db: Db, tier: Tier, rows: readonly TotalRow[]): Promise<void> {
  const folded = fold(rows, tier.widthMs)
  await addCounted(
    db,
    tier,
    folded.filter(({ sum, histogram }) => sum === null && histogram === null),
  )
  await mergeMeasured(
    db,
    tier,
    folded.filter(({ sum, histogram }) => sum !== null || histogram !== null),
  )
}

/** A busy fleet reports hundreds of these in a second: they are one variable, and added up by the database. */
async function addCounted({ q, t, numbers, numberAt }: Db, tier: Tier, rows: readonly TotalRow[]): Promise<void> {
  for (const part of parts(rows, LISTED_ROWS)) {
    const listed = numbers(part.map(({ series, start, n }) => [series, start, n]))
    await q
      .insert(t.totals)
      .select(
        sql`select ${numberAt(0)}, ${tier.widthMs}, ${numberAt(1)}, ${numberAt(2)}, null, null from ${listed} where true`,
      )
      .onConflictDoUpdate({
        target: [t.totals.series, t.totals.width, t.totals.start],
        set: { n: sql`${t.totals.n} + excluded.n` },
      })
  }
}

const LISTED_ROWS = 5_000

/** Histograms are merged here and not by the database, which has no word for it; writes take turns, so that nothing comes in between. */
async function mergeMeasured(db: Db, tier: Tier, rows: readonly TotalRow[]): Promise<void> {
  const { q, t } = db
  for (const part of parts(rows, ROWS)) {
    const there = await q
      .select(columnsOf(db))
      .from(t.totals)
      .where(
        and(
          inArray(t.totals.series, [...new Set(part.map(({ series }) => series))]),
          eq(t.totals.width, tier.widthMs),
          inArray(t.totals.start, [...new Set(part.map(({ start }) => start))]),
        ),
      )
    const touched = new Set(part.map(placeOf))
    const whole = fold([...there.filter((row) => touched.has(placeOf(row))), ...part], tier.widthMs)
    await q
      .insert(t.totals)
      .values(whole.map((row) => ({ ...row, width: tier.widthMs })))
      .onConflictDoUpdate({
        target: [t.totals.series, t.totals.width, t.totals.start],
        set: { n: sql`excluded.n`, sum: sql`excluded.sum`, histogram: sql`excluded.histogram` },
      })
  }
}

function placeOf({ series, start }: TotalRow): string {
  return `${series} ${start}`
}

export async function served(db: Db, ref: EnvironmentRef, flag: Key, steps: Steps): Promise<readonly ServedInStep[]> {
  const { q, t } = db
  // Written out, since a variable would make it another expression where it is grouped by.
  const step = sql.raw(String(steps.stepMs))
  const start = sql<number>`${t.totals.start} / ${step} * ${step}`
  return await q
    .select({ variation: t.series.variation, start, n: sql<number>`sum(${t.totals.n})` })
    .from(t.totals)
    .innerJoin(t.series, eq(t.series.id, t.totals.series))
    .where(and(of(db, ref, { kind: 'evaluations', name: flag }), between(db, steps)))
    .groupBy(t.series.variation, start)
    .orderBy(asc(t.series.variation), asc(start))
}

export async function measured(
  db: Db,
  ref: EnvironmentRef,
  metric: string,
  steps: Steps,
): Promise<readonly MeasuredInStep[]> {
  const { q, t } = db
  const rows = await q
    .select(columnsOf(db))
    .from(t.totals)
    .innerJoin(t.series, eq(t.series.id, t.totals.series))
    .where(and(of(db, ref, { kind: 'metric', name: metric }), between(db, steps)))
    .orderBy(asc(t.totals.start))
  return fold(rows, steps.stepMs).map(({ start, n, sum, histogram }) => ({ start, n, sum, histogram }))
}

/** What a row of totals is read as. */
export function columnsOf({ t }: Db) {
  const { series, start, n, sum, histogram } = t.totals
  return { series, start, n, sum, histogram }
}

function of(
  { t }: Db,
  { project, environment }: EnvironmentRef,
  { kind, name }: { readonly kind: Series['kind']; readonly name: string },
) {
  return and(
    eq(t.series.project, project),
    eq(t.series.environment, environment),
    eq(t.series.kind, kind),
    eq(t.series.name, name),
  )
}

function between({ t }: Db, { from, to }: Steps) {
  return and(gte(t.totals.start, from), lt(t.totals.start, to))
}
