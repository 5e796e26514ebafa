import type { Conclusion } from './conclusion.ts'
import type { Configuration } from './configuration.ts'
import { EVERYONE_ELSE, type Key } from './model.ts'
import type { Counts, Watched } from './reports.ts'
import { type EvaluationRow, nothingPending, type Pending, type Tally } from './tally.ts'
import type { Amount, MeasuredByArm, WatchedRow } from './watched.ts'

/**
 * Takes out what was counted since the last drain; undefined when nothing was. Ramps that this configuration no longer
 * watches are forgotten. The counts are labelled with the configuration's revision; watched rows carry their own `seq`.
 */
export function drain(tally: Tally, configuration: Configuration, nowMs: number): Counts | undefined {
  const { pending, since } = tally
  tally.pending = nothingPending()
  tally.batch = {}
  tally.since = nowMs
  forgetEndedRamps(tally, configuration)
  if (isEmpty(pending)) return undefined
  const unknown = [...pending.unknown.values()].map(({ key, n }) => ({ flag: key, n }))
  const errors = [...pending.errors].flatMap(([flag, codes]) => [...codes].map(([code, n]) => ({ flag, code, n })))
  const totals = totalsOf(pending)
  const watched = pending.watched.filter(saysSomething).map((row) => watchedOf(row, since, nowMs))
  const dropped = Object.fromEntries(Object.entries(pending.dropped).filter(([, n]) => n > 0))
  return {
    revision: configuration.revision,
    spanMs: Math.max(0, Math.round(nowMs - since)),
    evaluations: evaluationsOf(pending),
    ...(unknown.length > 0 && { unknown }),
    ...(errors.length > 0 && { errors }),
    ...(totals.length > 0 && { totals }),
    ...(watched.length > 0 && { watched }),
    ...(Object.keys(dropped).length > 0 && { dropped }),
  }
}

function forgetEndedRamps({ memories }: Tally, { watches }: Configuration): void {
  for (const [ramp, memory] of memories) {
    memory.row = undefined
    if (!watches.byRamp.has(ramp)) memories.delete(ramp)
  }
}

function isEmpty({ evaluations, unknown, errors, counted, observed, watched, dropped }: Pending): boolean {
  const held = evaluations.length + unknown.size + errors.size + counted.size + observed.size + watched.length
  return held + dropped.evaluations + dropped.outcomes + dropped.units === 0
}

function evaluationsOf({ evaluations }: Pending): Counts['evaluations'] {
  return [...byFlag(evaluations)].flatMap(([flag, rows]) =>
    rows.map(({ conclusion: { variation = '', reason, rule }, n }) => ({
      flag,
      variation,
      reason,
      // Everyone else is the rule that needs no name on the wire.
      ...(rule !== undefined && rule !== EVERYONE_ELSE && { rule }),
      n,
    })),
  )
}

/** A flag that changed since the last drain may have come to the same conclusion twice: that is one row. */
function byFlag(evaluations: readonly EvaluationRow[]): ReadonlyMap<Key, readonly EvaluationRow[]> {
  const flags = new Map<Key, EvaluationRow[]>()
  for (const row of evaluations) {
    const rows = flags.get(row.flag) ?? []
    const like = rows.find((one) => isSame(one.conclusion, row.conclusion))
    if (like === undefined) flags.set(row.flag, [...rows, row])
    else like.n += row.n
  }
  return flags
}

function isSame(a: Conclusion, b: Conclusion): boolean {
  return a.variation === b.variation && a.reason === b.reason && a.rule === b.rule
}

function totalsOf({ counted, observed }: Pending): NonNullable<Counts['totals']> {
  return [
    ...[...counted].map(([metric, n]) => ({ metric, n })),
    ...[...observed].map(([metric, { n, sum, histogram }]) => ({
      metric,
      n,
      sum,
      histogram: [...histogram].sort(([a], [b]) => a - b),
    })),
  ]
}

/** A unit that was shed for want of room opens a row and adds nothing to it. */
function saysSomething({ evaluations, seen, outcomes }: WatchedRow): boolean {
  return outcomes.size + evaluations.treatment + evaluations.control + seen.treatment.length + seen.control.length > 0
}

function watchedOf(row: WatchedRow, since: number, nowMs: number): Watched {
  // The middle of that part of the tick which these counts cover.
  const from = Math.max(since, row.tick * row.tickMs)
  const to = Math.min(nowMs, (row.tick + 1) * row.tickMs)
  const first = [...row.first].map(([metric, units]) => ({ metric, ...units }))
  const slow = [...row.slow].map(([metric, units]) => ({ metric, ...units }))
  const sum = [...row.sum].map(([metric, amounts]) => ({ metric, ...amountsByArm(amounts.values()) }))
  const outcomes = [...row.outcomes].map(([metric, placement]) => ({ metric, ...placement }))
  return {
    ramp: row.ramp,
    seq: row.seq,
    agoMs: Math.max(0, Math.round(nowMs - (from + to) / 2)),
    seen: row.seen,
    evaluations: row.evaluations,
    ...(first.length > 0 && { first }),
    ...(slow.length > 0 && { slow }),
    ...(sum.length > 0 && { sum }),
    ...(outcomes.length > 0 && { outcomes }),
  }
}

function amountsByArm(amounts: Iterable<Amount>): MeasuredByArm {
  const byArm: MeasuredByArm = { treatment: [], control: [] }
  for (const { arm, hash, value } of amounts) byArm[arm].push([hash, value])
  return byArm
}
