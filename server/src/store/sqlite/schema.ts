import { sqliteKit } from '../columns.ts'
import { define } from '../tables.ts'

export const tables = define(sqliteKit)

/* drizzle-kit reads the tables from the names this file exports. */
export const {
  projects,
  environments,
  flags,
  configs,
  segments,
  layers,
  plans,
  people,
  tokens,
  sdkKeys,
  signIns,
  sessions,
  changes,
  audit,
  ramps,
  ticks,
  unitSets,
  unitRuns,
  windows,
  batches,
  metrics,
  webhooks,
  alerts,
  deliveries,
  series,
  totals,
  unknownFlags,
  metricSources,
  metricDefinitions,
  figures,
  sourceStates,
} = tables
