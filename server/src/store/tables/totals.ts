import type { Histogram } from '../../totals/total.ts'
import type { Kit } from '../columns.ts'
import type { Administration } from './administration.ts'

/** What is counted of flags and metrics over time, ramp or not. */
export function defineTotals(kit: Kit, { environments }: Administration) {
  /** What is counted. Its number keeps the rows of its totals small. */
  const series = kit.table(
    'series',
    {
      id: kit.seq('id'),
      project: kit.text('project').notNull(),
      environment: kit.text('environment').notNull(),
      kind: kit.text('kind').$type<'evaluations' | 'metric'>().notNull(),
      /** A flag's key, or a metric's name. */
      name: kit.text('name').notNull(),
      /** The variation that was served; empty for a metric. */
      variation: kit.text('variation').notNull(),
    },
    (t) => [
      kit.foreign({ columns: [t.project, t.environment], foreignColumns: [environments.project, environments.key] }),
      kit.unique('series_of_environment').on(t.project, t.environment, t.kind, t.name, t.variation),
    ],
  )

  const totals = kit.table(
    'totals',
    {
      series: kit
        .int('series')
        .notNull()
        .references(() => series.id),
      width: kit.ms('width').notNull(),
      start: kit.ms('start').notNull(),
      n: kit.real('n').notNull(),
      sum: kit.real('sum'),
      histogram: kit.json<Histogram>('histogram'),
    },
    (t) => [kit.primary({ columns: [t.series, t.width, t.start] })],
  )

  /** Keys that SDKs asked for and no flag has. */
  const unknownFlags = kit.table(
    'unknown_flags',
    {
      project: kit.text('project').notNull(),
      environment: kit.text('environment').notNull(),
      flag: kit.text('flag').notNull(),
      n: kit.int('n').notNull(),
      firstSeenAt: kit.ms('first_seen_at').notNull(),
      lastSeenAt: kit.ms('last_seen_at').notNull(),
    },
    (t) => [
      kit.primary({ columns: [t.project, t.environment, t.flag] }),
      kit.foreign({ columns: [t.project, t.environment], foreignColumns: [environments.project, environments.key] }),
      kit.index('unknown_flags_seen').on(t.project, t.environment, t.lastSeenAt),
    ],
  )

  return { series, totals, unknownFlags }
}
