import type { Kit } from './columns.ts'
import { defineAccess } from './tables/access.ts'
import { defineAdministration } from './tables/administration.ts'
import { defineAlerting } from './tables/alerting.ts'
import { defineHistory } from './tables/history.ts'
import { defineIngestion, defineRamps } from './tables/ramps.ts'
import { defineSources } from './tables/sources.ts'
import { defineTotals } from './tables/totals.ts'

/**
 * The tables, once for every dialect. What is searched, counted or guarded by the database has a column of its own;
 * the rest of a thing is its `body`.
 */
export const define = (kit: Kit) => {
  const administration = defineAdministration(kit)
  const access = defineAccess(kit, administration)
  const history = defineHistory(kit, administration)
  const ramps = defineRamps(kit, administration)
  const ingestion = defineIngestion(kit, administration, ramps)
  const alerting = defineAlerting(kit, administration, ramps)
  const totals = defineTotals(kit, administration)
  const sources = defineSources(kit, administration, ramps)
  return { ...administration, ...access, ...history, ...ramps, ...ingestion, ...alerting, ...totals, ...sources }
}

export type Tables = ReturnType<typeof define>
