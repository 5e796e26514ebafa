import type { Counts } from '@rampart/contract/wire'
import type { Id } from '@rampart/core'
import type { Clock } from '../clock.ts'
import type { StoredRamp } from '../ramp/state.ts'
import { guardsOf } from '../ramp/watch.ts'
import type { EnvironmentRef, Store } from '../store/store.ts'
import { spread } from '../totals/spread.ts'
import { aggregate } from './aggregate.ts'
import type { Folding } from './folding.ts'

/** What was counted somewhere, under the name by which it is counted once. */
export interface Counted extends Counts {
  readonly batch: string
}

export interface IngestServiceOptions {
  readonly store: Pick<Store, 'ramp'>
  readonly folding: Folding
  readonly clock: Clock
}

/** Counts a batch of a server key, once. Answers when it is committed. */
export async function acceptBatch(
  { store, folding, clock }: IngestServiceOptions,
  environment: EnvironmentRef,
  batch: Counted,
): Promise<'added' | 'duplicate'> {
  const ramps = await rampsOf(store, environment, batch)
  const now = clock.now()
  return folding.add({
    ...aggregate(batch, { environment, audience: 'server', ramps, now }),
    totals: spread(batch, now),
    unknown: batch.unknown ?? [],
  })
}

/**
 * Counts what guards of browsers ask for, and nothing else of a batch: its key is in every page, and whatever it adds could be made
 * up. `ignored` when no ramp of the batch has such a guard.
 */
export async function acceptPublicBatch(
  { store, folding, clock }: IngestServiceOptions,
  environment: EnvironmentRef,
  batch: Counted,
): Promise<'added' | 'duplicate' | 'ignored'> {
  const named = await rampsOf(store, environment, batch)
  const ramps = new Map([...named].filter(([, ramp]) => guardsOf(ramp, 'client').length > 0))
  if (ramps.size === 0) return 'ignored'
  const counts = aggregate(batch, { environment, audience: 'client', ramps, now: clock.now() })
  return folding.add({ ...counts, metrics: [] })
}

/** The ramps that a batch names, as they are now: a row may carry the sequence of a publish of a moment ago. */
async function rampsOf(
  store: Pick<Store, 'ramp'>,
  { project, environment }: EnvironmentRef,
  { watched = [] }: Counted,
): Promise<ReadonlyMap<Id, StoredRamp>> {
  const ramps = new Map<Id, StoredRamp>()
  for (const id of new Set(watched.map((row) => row.ramp))) {
    const ramp = (await store.ramp(id))?.ramp
    if (ramp?.project === project && ramp.environment === environment) ramps.set(id, ramp)
  }
  return ramps
}
