import type { Clock } from '../clock.ts'
import type { Store } from '../store/store.ts'
import { FINEST, startOf } from '../totals/tiers.ts'
import { sampleAt } from './cells.ts'
import { countedAs } from './findings/finding.ts'
import { type Frozen, freeze, frozenOf, unfrozen } from './frozen.ts'
import { pastOf } from './past.ts'
import type { StoredRamp } from './state.ts'
import type { TickReader } from './tick-reader.ts'
import type { RampEvent } from './transitions.ts'

export interface UpkeepOptions {
  readonly store: Pick<Store, 'measured' | 'closeWindows' | 'forgetUnits'>
  readonly clock: Clock
  readonly ticks: TickReader
}

/** Hashes of units that are kept for one ramp. Beyond it half of the units, of both arms alike, take no further part. */
const MOST_UNITS = 1_000_000
/** Reports of what happened within a window may come so long after it. */
const LATE_MS = 15_000
/** Windows that may be closed at one look: the rest waits for the next. */
const MOST_CLOSINGS = 4

/** What has to be done before a ramp is judged. Answers the move that it asks for, if any. */
export async function upkeep(options: UpkeepOptions, ramp: StoredRamp): Promise<RampEvent | null> {
  const frozen = await learned(options, ramp)
  if (frozen.length > 0) return { kind: 'freeze', frozen }
  await closeWindows(options, ramp)
  if (options.ticks.kept(ramp) >= MOST_UNITS) return { kind: 'halve' }
  if (ramp.halved.length > 0) await options.ticks.once(ramp, () => forget(options, ramp))
  return null
}

/** What guards compare with is taken from the first values of the ramp where there were none before it. */
async function learned({ store, clock }: UpkeepOptions, ramp: StoredRamp): Promise<readonly Frozen[]> {
  const now = clock.now()
  const frozen: Frozen[] = []
  for (const guard of unfrozen(ramp)) {
    const past = await pastOf(store, ramp, guard.metric, { from: startOf(ramp.startedAt, FINEST.widthMs), to: now })
    const taken = freeze(guard, past, { at: now, from: 'first' })
    if (taken !== null) frozen.push(taken)
  }
  return frozen
}

/** Counts what units came to, once their time is over and they can be measured. */
async function closeWindows({ store, clock }: UpkeepOptions, ramp: StoredRamp): Promise<void> {
  const now = clock.now()
  for (const guard of ramp.plan.guards) {
    const amounts = frozenOf(ramp, guard.key)?.amounts
    if (guard.take !== 'sum' || amounts === undefined) continue
    const closing = {
      ramp: ramp.id,
      metric: countedAs(guard),
      until: now - LATE_MS,
      tick: startOf(now, ramp.tickMs),
      cap: amounts.cap,
      scope: ramp.seedScope,
    }
    for (let n = 0; n < MOST_CLOSINGS && (await store.closeWindows(closing)) > 0; n += 1);
  }
}

async function forget({ store, clock }: UpkeepOptions, ramp: StoredRamp): Promise<void> {
  await store.forgetUnits(ramp, sampleAt(ramp, clock.now()))
}
