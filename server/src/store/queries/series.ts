import { and, count, eq, inArray, sql } from 'drizzle-orm'
import type { Series, SeriesCount } from '../../totals/spread.ts'
import type { Db } from '../engine.ts'
import type { EnvironmentRef } from '../store.ts'
import { parts, ROWS } from './parts.ts'

/**
 * Metrics that an environment keeps at most. A name made from an id in the application would be a new metric for
 * each user; the first thousand say so well enough.
 */
export const MOST_METRICS = 1_000

export function seriesKey(series: Series): string {
  return series.kind === 'metric' ? series.metric : variationKey(series.flag, series.variation)
}

/** No key has a space, and no metric's name. */
function variationKey(flag: string, variation: string): string {
  return `${flag} ${variation}`
}

/**
 * The numbers of the series that are counted, by key; those that are new get one. There is none for a flag or a variation
 * that does not exist, nor for a metric beyond the limit, so that the rows of an environment are bounded by what people made.
 */
export async function seriesOf(
  db: Db,
  ref: EnvironmentRef,
  counts: readonly Pick<SeriesCount, 'series'>[],
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Map(counts.map(({ series }) => [seriesKey(series), series]))
  const known = await numbers(db, ref, wanted.values())
  const fresh = [...wanted].filter(([key]) => !known.has(key)).map(([, series]) => series)
  if (fresh.length === 0) return known
  const made = [...(await existing(db, ref, fresh)), ...(await affordable(db, ref, fresh))]
  for (const part of parts(made, ROWS)) await db.q.insert(db.t.series).values(part.map((one) => rowOf(ref, one)))
  return made.length === 0 ? known : numbers(db, ref, wanted.values())
}

async function numbers(
  { q, t, listed }: Db,
  { project, environment }: EnvironmentRef,
  wanted: Iterable<Series>,
): Promise<Map<string, number>> {
  const names = [...new Set([...wanted].map(nameOf))]
  const rows = await q
    .select({ id: t.series.id, kind: t.series.kind, name: t.series.name, variation: t.series.variation })
    .from(t.series)
    .where(
      and(
        eq(t.series.project, project),
        eq(t.series.environment, environment),
        inArray(t.series.kind, ['evaluations', 'metric']),
        sql`${t.series.name} in (select value from ${listed(names)})`,
      ),
    )
  return new Map(rows.map((row) => [seriesKey(seriesFrom(row)), row.id]))
}

/** Of evaluations, those of a flag and variation that exist. */
async function existing(
  { q, t, listed }: Db,
  { project }: EnvironmentRef,
  fresh: readonly Series[],
): Promise<readonly Series[]> {
  const evaluations = fresh.flatMap((series) => (series.kind === 'evaluations' ? [series] : []))
  if (evaluations.length === 0) return []
  const names = [...new Set(evaluations.map(({ flag }) => flag))]
  const flags = await q
    .select({ key: t.flags.key, body: t.flags.body })
    .from(t.flags)
    .where(and(eq(t.flags.project, project), sql`${t.flags.key} in (select value from ${listed(names)})`))
  const variations = new Set(
    flags.flatMap(({ key, body }) => body.variations.map((variation) => variationKey(key, variation.key))),
  )
  return evaluations.filter((series) => variations.has(seriesKey(series)))
}

/** Of metrics, those for which there is room. */
async function affordable(
  { q, t }: Db,
  { project, environment }: EnvironmentRef,
  fresh: readonly Series[],
): Promise<readonly Series[]> {
  const metrics = fresh.filter(({ kind }) => kind === 'metric')
  if (metrics.length === 0) return []
  const [row] = await q
    .select({ n: count() })
    .from(t.series)
    .where(and(eq(t.series.project, project), eq(t.series.environment, environment), eq(t.series.kind, 'metric')))
  return metrics.slice(0, Math.max(0, MOST_METRICS - (row?.n ?? 0)))
}

function nameOf(series: Series): string {
  return series.kind === 'metric' ? series.metric : series.flag
}

function rowOf({ project, environment }: EnvironmentRef, series: Series) {
  const variation = series.kind === 'metric' ? '' : series.variation
  return { project, environment, kind: series.kind, name: nameOf(series), variation }
}

function seriesFrom(row: { readonly kind: Series['kind']; readonly name: string; readonly variation: string }): Series {
  return row.kind === 'metric'
    ? { kind: 'metric', metric: row.name }
    : { kind: 'evaluations', flag: row.name, variation: row.variation }
}
