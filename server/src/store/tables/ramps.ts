import type { StoredRamp } from '../../ramp/state.ts'
import type { Kit } from '../columns.ts'
import type { Administration } from './administration.ts'

export type Ramps = ReturnType<typeof defineRamps>

export function defineRamps(kit: Kit, { configs }: Administration) {
  const ramps = kit.table(
    'ramps',
    {
      id: kit.text('id').primaryKey(),
      project: kit.text('project').notNull(),
      environment: kit.text('environment').notNull(),
      flag: kit.text('flag').notNull(),
      to: kit.text('to_variation').notNull(),
      run: kit.text('run'),
      /** True until it ends, then null: a unique index lets nulls be many, so one flag has one active ramp in an environment. */
      active: kit.bool('active'),
      seedScope: kit.text('seed_scope').notNull(),
      startedAt: kit.ms('started_at').notNull(),
      endedAt: kit.ms('ended_at'),
      /** Until when it is watched after its end. */
      watchedUntil: kit.ms('watched_until'),
      version: kit.int('version').notNull(),
      leaseOwner: kit.text('lease_owner'),
      leaseUntil: kit.ms('lease_until'),
      /** Raised with each new owner: who holds an older one has lost the lease. */
      fence: kit.int('fence').notNull(),
      /** Outcomes that came too late, or for a sequence that is not known. */
      late: kit.int('late').notNull(),
      body: kit.json<StoredRamp>('body').notNull(),
    },
    (t) => [
      kit.foreign({
        columns: [t.project, t.environment, t.flag],
        foreignColumns: [configs.project, configs.environment, configs.flag],
      }),
      kit.unique('ramps_active').on(t.project, t.environment, t.flag, t.active),
      kit.unique('ramps_run').on(t.project, t.environment, t.flag, t.to, t.run),
      kit.index('ramps_of_project').on(t.project, t.startedAt, t.id),
      // The driver asks for the active ones every second, among all there ever were.
      kit.index('ramps_running').on(t.active, t.startedAt, t.id),
      kit.index('ramps_watched').on(t.watchedUntil),
      kit.index('ramps_seed_scope').on(t.seedScope),
    ],
  )
  return { ramps }
}

export function defineIngestion(kit: Kit, { environments }: Administration, { ramps }: Ramps) {
  const ramp = () =>
    kit
      .text('ramp')
      .notNull()
      .references(() => ramps.id)

  const ticks = kit.table(
    'ramp_ticks',
    {
      ramp: ramp(),
      seq: kit.int('seq').notNull(),
      tick: kit.ms('tick').notNull(),
      metric: kit.text('metric').notNull(),
      treatment: kit.int('treatment').notNull(),
      control: kit.int('control').notNull(),
    },
    (t) => [kit.primary({ columns: [t.ramp, t.seq, t.tick, t.metric] })],
  )

  /** A scope within which a unit counts once for a metric. Its number keeps the rows of its units small. */
  const unitSets = kit.table(
    'unit_sets',
    {
      id: kit.seq('id'),
      scope: kit.text('scope').notNull(),
      metric: kit.text('metric').notNull(),
      /** The ramp that counted here first. Every ramp on its seed keeps the set alive. */
      ramp: ramp(),
    },
    (t) => [kit.unique('unit_sets_scope_metric').on(t.scope, t.metric)],
  )

  /** The units of a set, in the order in which they came: eight bytes for each, and a row for many. */
  const unitRuns = kit.table(
    'ramp_unit_runs',
    {
      set: kit
        .int('set_id')
        .notNull()
        .references(() => unitSets.id),
      run: kit.int('run').notNull(),
      units: kit.bytes('units').notNull(),
    },
    (t) => [kit.primary({ columns: [t.set, t.run] })],
  )

  /** What units come to, from when they are first met in a run until their window closes. */
  const windows = kit.table(
    'ramp_windows',
    {
      ramp: ramp(),
      metric: kit.text('metric').notNull(),
      unit: kit.text('unit').notNull(),
      arm: kit.text('arm').$type<'treatment' | 'control'>().notNull(),
      /** The sequence in which the unit was met: its share is the one the amount is judged by. */
      seq: kit.int('seq').notNull(),
      closesAt: kit.ms('closes_at').notNull(),
      amount: kit.real('amount').notNull(),
    },
    (t) => [
      kit.primary({ columns: [t.ramp, t.metric, t.unit] }),
      kit.index('ramp_windows_due').on(t.ramp, t.metric, t.closesAt),
    ],
  )

  const batches = kit.table(
    'batches',
    {
      project: kit.text('project').notNull(),
      environment: kit.text('environment').notNull(),
      batch: kit.text('batch').notNull(),
      at: kit.ms('at').notNull(),
    },
    (t) => [
      kit.primary({ columns: [t.project, t.environment, t.batch] }),
      kit.foreign({ columns: [t.project, t.environment], foreignColumns: [environments.project, environments.key] }),
      kit.index('batches_at').on(t.at),
    ],
  )

  const metrics = kit.table(
    'metrics',
    {
      project: kit.text('project').notNull(),
      environment: kit.text('environment').notNull(),
      name: kit.text('name').notNull(),
      lastSeenAt: kit.ms('last_seen_at').notNull(),
    },
    (t) => [
      kit.primary({ columns: [t.project, t.environment, t.name] }),
      kit.foreign({ columns: [t.project, t.environment], foreignColumns: [environments.project, environments.key] }),
    ],
  )

  return { ticks, unitSets, unitRuns, windows, batches, metrics }
}
