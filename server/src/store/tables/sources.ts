import type { MetricDefinition, MetricSource } from '@rampart/contract/admin'
import type { FigureStratum, SourceState } from '../../sources/figures.ts'
import type { Kit } from '../columns.ts'
import type { Administration } from './administration.ts'
import type { Ramps } from './ramps.ts'

/** Where the figures of guards come from when no SDK reports them, and what came. */
export function defineSources(kit: Kit, { projects }: Administration, { ramps }: Ramps) {
  const project = () =>
    kit
      .text('project')
      .notNull()
      .references(() => projects.key)
  const ramp = () =>
    kit
      .text('ramp')
      .notNull()
      .references(() => ramps.id)

  const metricSources = kit.table(
    'metric_sources',
    {
      project: project(),
      key: kit.text('key').notNull(),
      version: kit.int('version').notNull(),
      body: kit.json<MetricSource>('body').notNull(),
      /** The password or token, as it is sent: a hash could not be. */
      secret: kit.text('secret'),
    },
    (t) => [kit.primary({ columns: [t.project, t.key] })],
  )

  const metricDefinitions = kit.table(
    'metric_definitions',
    {
      project: project(),
      metric: kit.text('metric').notNull(),
      version: kit.int('version').notNull(),
      body: kit.json<MetricDefinition>('body').notNull(),
    },
    (t) => [kit.primary({ columns: [t.project, t.metric] })],
  )

  /** What a source said of one window. Its key is what makes reading, or pushing, the same twice harmless. */
  const figures = kit.table(
    'figures',
    {
      ramp: ramp(),
      guard: kit.text('guard').notNull(),
      start: kit.ms('start').notNull(),
      /** Of a latency the number of the bound, from 0. */
      part: kit.int('part').notNull(),
      end: kit.ms('end').notNull(),
      strata: kit.json<readonly FigureStratum[]>('strata').notNull(),
      /** Of a gauge. */
      value: kit.real('value'),
    },
    (t) => [kit.primary({ columns: [t.ramp, t.guard, t.start, t.part] })],
  )

  const sourceStates = kit.table(
    'source_states',
    {
      ramp: ramp(),
      guard: kit.text('guard').notNull(),
      /** Raised by every write: whoever read from an older one adds nothing. */
      version: kit.int('version').notNull(),
      body: kit.json<SourceState>('body').notNull(),
    },
    (t) => [kit.primary({ columns: [t.ramp, t.guard] })],
  )

  return { metricSources, metricDefinitions, figures, sourceStates }
}
