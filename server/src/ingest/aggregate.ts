import type { Arms, EventsBatch, Watched } from '@rampart/contract/wire'
import type { Id } from '@rampart/core'
import { isSettling } from '../ramp/cells.ts'
import type { Publish, StoredRamp } from '../ramp/state.ts'
import type { CountsCommit, EnvironmentRef, UnitCount } from '../store/store.ts'

/** How long after its end a tick still takes what belongs to it. */
const CLOSES_AFTER_MS = 5_000

/** The metric of units that were met. */
const MET = ''

export interface Surroundings {
  readonly environment: EnvironmentRef
  /** Every ramp that the batch names and this environment has, ended or not. */
  readonly ramps: ReadonlyMap<Id, StoredRamp>
  /** Epoch milliseconds on the server's clock, the only one there is: rows say how old they are. */
  readonly now: number
}

/**
 * What a batch of a server key adds to the counts of ramps.
 *
 * A row belongs to the sequence it carries, not to the one of now: the share it is judged by is the share of the
 * configuration that decided its arms. Rows of an ended ramp, of a sequence that was never published or of a metric that
 * nobody watches are late: they are counted as such and not as evidence. Rows of ramps that this environment does not have
 * are dropped: anybody could make them up.
 */
export function aggregate(batch: EventsBatch, { environment, ramps, now }: Surroundings): CountsCommit {
  const units: UnitCount[] = []
  const late = new Map<Id, number>()
  for (const row of batch.watched ?? []) {
    const ramp = ramps.get(row.ramp)
    if (ramp === undefined) continue
    const counted = countRow(row, ramp, now)
    units.push(...counted.units)
    if (counted.late > 0) late.set(ramp.id, (late.get(ramp.id) ?? 0) + counted.late)
  }
  return {
    batch: batch.batch,
    environment,
    at: now,
    units,
    metrics: metricsOf(batch),
    late: [...late].map(([ramp, n]) => ({ ramp, n })),
  }
}

/** Every metric that a batch names, whether or not a ramp watches it. */
function metricsOf(batch: EventsBatch): readonly string[] {
  const totals = (batch.totals ?? []).map(({ metric }) => metric)
  const watched = (batch.watched ?? []).flatMap(({ first = [], slow = [], sum = [] }) =>
    [...first, ...slow, ...sum].map(({ metric }) => metric),
  )
  return [...new Set([...totals, ...watched])].sort()
}

function countRow(row: Watched, ramp: StoredRamp, now: number): { readonly units: UnitCount[]; readonly late: number } {
  const publish = ramp.publishes.find(({ seq }) => seq === row.seq)
  const outcomes = row.first ?? []
  if (publish === undefined || !isCounting(ramp, publish)) {
    return { units: [], late: outcomes.reduce((n, outcome) => n + sizeOf(outcome), 0) }
  }
  const tick = tickOf(row.agoMs, publish, ramp.tickMs, now)
  const at = { ramp: ramp.id, seq: row.seq, tick }
  // Met once per step entry (docs/decisions/0003); a unit whose outcome is recorded was met.
  const met = { ...at, metric: MET, scope: `${ramp.id}/${row.seq}` }
  const units = [row.seen, ...outcomes].flatMap((arms) => unitsOf(arms, met))
  let late = 0
  for (const outcome of outcomes) {
    const { metric } = outcome
    const guards = ramp.plan.guards.filter((guard) => guard.source.kind === 'sdk' && guard.metric === metric)
    if (!guards.some((guard) => guard.take === 'first')) late += sizeOf(outcome)
    // While every guard of a metric settles, its units stay countable.
    else if (guards.some((guard) => !isSettling(ramp, tick, guard.grace))) {
      units.push(...unitsOf(outcome, { ...at, metric, scope: ramp.seedScope }))
    }
  }
  return { units, late }
}

/** Whether a sequence has two arms to compare, in a ramp that has not ended. A pause stops advancing, not counting. */
function isCounting({ state }: StoredRamp, { percent }: Publish): boolean {
  return (state === 'running' || state === 'paused' || state === 'baking') && percent > 0 && percent < 100
}

/**
 * The start of the tick that a row of this age belongs to. When that tick has closed it is the one that is open now: both
 * arms of an instance come together, so that nothing is biased. No row is older than its sequence.
 */
function tickOf(agoMs: number, publish: Publish, tickMs: number, now: number): number {
  const floor = (time: number): number => Math.floor(time / tickMs) * tickMs
  const own = floor(Math.max(publish.at, now - agoMs))
  return own + tickMs + CLOSES_AFTER_MS > now ? own : floor(now)
}

function unitsOf(arms: Arms<readonly string[]>, rest: Omit<UnitCount, 'arm' | 'unit'>): readonly UnitCount[] {
  return [
    ...arms.treatment.map((unit) => ({ ...rest, arm: 'treatment' as const, unit })),
    ...arms.control.map((unit) => ({ ...rest, arm: 'control' as const, unit })),
  ]
}

function sizeOf({ treatment, control }: Arms<readonly string[]>): number {
  return treatment.length + control.length
}
