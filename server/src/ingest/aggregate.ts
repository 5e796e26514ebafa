import type { Counts } from '@rampart/contract/wire'
import type { Audience, Id } from '@rampart/core'
import type { StoredRamp } from '../ramp/state.ts'
import type { CountsCommit, EnvironmentRef } from '../store/store.ts'
import { countRow, type RowCounts } from './row.ts'

export interface Surroundings {
  readonly environment: EnvironmentRef
  /** Whose key the batch came with. */
  readonly audience: Audience
  /** Every ramp that the batch names and this environment has, ended or not. */
  readonly ramps: ReadonlyMap<Id, StoredRamp>
  /** Epoch milliseconds on the server's clock, the only one there is: rows say how old they are. */
  readonly now: number
}

/**
 * What a batch adds to the counts of ramps. Rows of ramps that this environment does not have are dropped: anybody could make
 * them up.
 */
export function aggregate(
  batch: Counts & { readonly batch: string },
  { environment, audience, ramps, now }: Surroundings,
): CountsCommit {
  const rows = (batch.watched ?? []).flatMap((row) => {
    const ramp = ramps.get(row.ramp)
    return ramp === undefined ? [] : [countRow(row, { ramp, audience, now })]
  })
  return {
    batch: batch.batch,
    environment,
    at: now,
    units: rows.flatMap(({ units }) => units),
    amounts: rows.flatMap(({ amounts }) => amounts),
    tallies: rows.flatMap(({ tallies }) => tallies),
    metrics: metricsOf(batch),
    late: lateIn(rows),
  }
}

/** Every metric that a batch names, whether or not a ramp watches it. */
function metricsOf(batch: Counts): readonly string[] {
  const totals = (batch.totals ?? []).map(({ metric }) => metric)
  const watched = (batch.watched ?? []).flatMap(({ first = [], slow = [], sum = [] }) =>
    [...first, ...slow, ...sum].map(({ metric }) => metric),
  )
  return [...new Set([...totals, ...watched])].sort()
}

function lateIn(rows: readonly RowCounts[]): CountsCommit['late'] {
  const late = new Map<Id, number>()
  for (const row of rows) if (row.late > 0) late.set(row.ramp, (late.get(row.ramp) ?? 0) + row.late)
  return [...late].map(([ramp, n]) => ({ ramp, n }))
}
