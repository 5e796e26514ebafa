import type { Cause, Evidence, Hold } from '@rampart/contract/admin'
import type { Availability } from '../sources/health.ts'
import {
  approvalHold,
  dwellHold,
  gateHold,
  latchedHold,
  noDataHold,
  notClearHold,
  propagationHold,
  sampleHold,
  sourceHold,
} from './explain/holds.ts'
import { explainSplit } from './explain/split.ts'
import { minutesToClear, minutesToMeet } from './forecast.ts'
import { takesBack } from './guards.ts'
import { iso } from './instant.ts'
import type { Findings } from './judge.ts'
import { ms, percentAt, stepAt } from './plan.ts'
import type { Latch, StoredRamp } from './state.ts'

/** How far the last publish has travelled: instances that are connected, and those that do not hold it yet. */
export interface Reach {
  readonly instances: number
  readonly behind: number
  /** Names of those that are behind, as far as they are known. */
  readonly names?: readonly string[]
  /** What the gate of the next step last answered; absent when it has not been asked for a while. */
  readonly gate?: GateAnswer
}

/** The answer of a URL that must say 2xx before a step. */
export type GateAnswer = { readonly open: true } | { readonly open: false; readonly words: string }

export type Decision =
  /** `latches` are those that should be stored now: new ones added, those of guards that recovered taken out. */
  | {
      readonly kind: 'hold'
      readonly until: string | null
      readonly because: readonly Hold[]
      readonly latches: readonly Latch[]
    }
  /** The last publish has reached the fleet, or had its time: the dwell begins. */
  | { readonly kind: 'judge' }
  | { readonly kind: 'advance'; readonly to: number }
  /** `last`: the second try failed as the first did. */
  | { readonly kind: 'step_back'; readonly because: Cause; readonly guards: readonly string[]; readonly last: boolean }
  | { readonly kind: 'rollback'; readonly by: 'guard' | 'policy'; readonly because: Cause }
  | { readonly kind: 'finish' }

/**
 * What a ramp should do now. The order is a promise: what protects people comes first and waits for no timer
 * and no sample; what gives the new variation to more people comes last. At most one step is taken, however long nobody looked.
 *
 * A kill or a rollback by a person never comes through here: it ends the ramp in its own commit.
 */
export function decide(ramp: StoredRamp, findings: Findings, reach: Reach, now: number): Decision {
  if (ramp.end !== null || ramp.state === 'scheduled') return holding([], [])
  const trip = tripped(ramp, findings)
  if (trip !== null) return trip
  if (findings.split.skewed && ramp.plan.onImbalance === 'rollback') return imbalanced(findings)
  const latches = latchesNow(ramp, findings)
  if (ramp.state === 'paused') return holding(latchHolds(latches, findings), latches)
  if (ramp.judgingSince === null) return beforeJudging(ramp, latches, findings, reach, now)
  if (latches.length > 0) return holding(latchHolds(latches, findings), latches)
  return gates(ramp, findings, { since: ramp.judgingSince, gate: reach.gate }, now)
}

/** Guards that take the ramp back. A step back that did not help, or has nowhere to go, is answered for good. */
function tripped(ramp: StoredRamp, findings: Findings): Decision | null {
  const trips = findings.evidence.filter((e) => e.verdict === 'tripped' && takesBack(e.reaction))
  if (trips.length === 0) return null
  const because: Cause = { kind: 'guard', evidence: [...findings.evidence], named: named(findings.evidence) }
  const first = ramp.publishes[0]?.step ?? 1
  if (trips.some((e) => e.reaction === 'rollback') || ramp.step <= first)
    return { kind: 'rollback', by: 'guard', because }
  return { kind: 'step_back', because, guards: trips.map((e) => e.guard), last: steppedBack(ramp) }
}

/** Treatment that loses units may be crashing: the plan may ask to take that for harm. */
function imbalanced({ split: { expected, found } }: Findings): Decision {
  return { kind: 'rollback', by: 'guard', because: { kind: 'imbalance', expected, found } }
}

/** The guards that carry the trip: those with more than a tenth of the evidence they trip at. */
function named(evidence: readonly Evidence[]): string[] {
  return evidence.filter((e) => takesBack(e.reaction) && e.e > 0.1 * e.needed).map((e) => e.guard)
}

function steppedBack(ramp: StoredRamp): boolean {
  return ramp.publishes.some((publish, i) => publish.step < (ramp.publishes[i - 1]?.step ?? 0))
}

/** Latches of guards that hold come with a trip and go when their evidence is below half of what trips them. */
function latchesNow(ramp: StoredRamp, findings: Findings): readonly Latch[] {
  const byGuard = new Map(findings.evidence.map((e) => [e.guard, e]))
  const kept = ramp.latches.filter((latch) => {
    const evidence = latch.guard === undefined ? undefined : byGuard.get(latch.guard)
    return latch.kind !== 'guard' || evidence === undefined || evidence.e >= evidence.needed / 2
  })
  const added = findings.evidence
    .filter((e) => e.verdict === 'tripped' && e.reaction === 'hold' && !kept.some((latch) => latch.guard === e.guard))
    .map((e): Latch => ({ kind: 'guard', seq: ramp.seq, guard: e.guard }))
  const isNews = findings.split.broken && !kept.some((latch) => latch.kind === 'imbalance')
  return [...kept, ...added, ...(isNews ? [{ kind: 'imbalance', seq: ramp.seq } as const] : [])]
}

function latchHolds(latches: readonly Latch[], findings: Findings): readonly Hold[] {
  return latches.map((latch) =>
    latchedHold(
      latch,
      latch.kind === 'imbalance'
        ? explainSplit(findings.split)
        : findings.evidence.find((e) => e.guard === latch.guard)?.words,
    ),
  )
}

/** Judging, and with it the dwell, begins when every connected SDK instance has the step, or after the plan's limit. */
function beforeJudging(
  ramp: StoredRamp,
  latches: readonly Latch[],
  findings: Findings,
  { instances, behind, names = [] }: Reach,
  now: number,
): Decision {
  const limit = ramp.enteredAt + ms(ramp.plan.propagationLimit)
  if (latches.length > ramp.latches.length) return holding(latchHolds(latches, findings), latches)
  if (behind === 0 || now >= limit) return { kind: 'judge' }
  return holding([propagationHold({ behind, instances, names }, limit, now), ...latchHolds(latches, findings)], latches)
}

interface Gates {
  /** When judging began. */
  readonly since: number
  readonly gate: GateAnswer | undefined
}

/** The gates of a step, in their order; here nothing is latched any more. */
function gates(ramp: StoredRamp, findings: Findings, { since, gate }: Gates, now: number): Decision {
  if (ramp.state === 'running' && ramp.step >= ramp.plan.steps.length) return { kind: 'finish' }
  const dwell = dwellOf(ramp)
  const dwelling = now < since + dwell ? [dwellHold(since + dwell, now)] : []
  const wanting = [...samples(ramp, findings, now), ...unclear(ramp, findings, now)]
  const missing = missingSources(ramp, findings)
  if (missing.length > 0) return withoutSources(ramp, missing, [...dwelling, ...wanting], now)
  if (noData(ramp, findings)) return withoutData(ramp, findings, { since, dwelling, wanting }, now)
  if (dwelling.length === 0 && wanting.length === 0) return beyondTheEvidence(ramp, gate)
  const waited = now >= since + ms(ramp.plan.maxDwell) && dwelling.length === 0
  return waited && ramp.state !== 'baking'
    ? withoutEvidence(ramp, wanting, gate)
    : holding([...dwelling, ...wanting], [])
}

/** The dwell of a step, of the bake, or the cool-down before a second try. */
function dwellOf(ramp: StoredRamp): number {
  if (ramp.state === 'baking') return ms(ramp.plan.bake ?? 'PT0S')
  const dwell = ms(stepAt(ramp.plan, ramp.step)?.dwell ?? 'PT0S')
  const before = ramp.publishes.at(-2)
  return before !== undefined && before.step > ramp.step ? Math.max(dwell, ms(ramp.plan.cooldown)) : dwell
}

/** Sources that say nothing, of guards that the ramp waits for. */
function missingSources(ramp: StoredRamp, { sources }: Findings): readonly Availability[] {
  const waitedFor = ramp.plan.guards.filter(({ reaction }) => reaction !== 'warn').map(({ key }) => key)
  return sources.filter(({ guard }) => waitedFor.includes(guard))
}

/** What a source does not say is no evidence of harm, and never a permission to go on: not even when the plan gives up waiting for evidence. */
function withoutSources(
  ramp: StoredRamp,
  missing: readonly Availability[],
  others: readonly Hold[],
  now: number,
): Decision {
  const since = Math.min(...missing.map((one) => one.since))
  const [first] = missing
  if (first !== undefined && ramp.plan.onNoData === 'rollback' && now >= since + ms(ramp.plan.noDataGrace)) {
    const because: Cause = { kind: 'no_data', words: `${first.metric}: ${first.words}` }
    return { kind: 'rollback', by: 'policy', because }
  }
  const silent = new Set(missing.map(({ guard }) => guard))
  const rest = others.filter((hold) => hold.guard === undefined || !silent.has(hold.guard))
  return holding([...rest, ...missing.map((one) => sourceHold(one, now))], [])
}

/** A ramp that nothing watches asks for no data either: its owner said so. */
function noData(ramp: StoredRamp, { met }: Findings): boolean {
  const judged = ramp.plan.guards.some(({ source }) => source.kind === 'sdk')
  const asks = judged || (stepAt(ramp.plan, ramp.step)?.minUnits ?? 0) > 0
  return asks && met.treatment + met.control === 0
}

/** Counts come in ticks: only after this many is it news that there are none. */
const QUIET_TICKS = 3

interface Closed {
  /** When judging began. */
  readonly since: number
  readonly dwelling: readonly Hold[]
  readonly wanting: readonly Hold[]
}

function withoutData(ramp: StoredRamp, { lastMet }: Findings, closed: Closed, now: number): Decision {
  const { since, dwelling, wanting } = closed
  const deadline = since + ms(ramp.plan.noDataGrace)
  if (now >= deadline && ramp.plan.onNoData === 'rollback')
    return { kind: 'rollback', by: 'policy', because: { kind: 'no_data' } }
  const others = [...dwelling, ...wanting]
  if (others.length > 0 && now < Math.min(deadline, since + QUIET_TICKS * ramp.tickMs)) return holding(others, [])
  return holding([...dwelling, noDataHold({ until: deadline, lastMet }, ramp.unit, now)], [])
}

function samples(ramp: StoredRamp, findings: Findings, now: number): readonly Hold[] {
  const { unitsInStep, evidence } = findings
  const have = (unitsInStep * ramp.percent.now) / 100
  const need = ramp.state === 'baking' ? 0 : (stepAt(ramp.plan, ramp.step)?.minUnits ?? 0)
  const about = (more: number): number | null => minutesToMeet(ramp, findings, more, now)
  const ofStep = have < need ? [sampleHold({ have, need, about: about(need - have) }, ramp.unit)] : []
  const ofGuards = ramp.plan.guards.flatMap((guard) => {
    const found = evidence.find((one) => one.guard === guard.key)
    const elsewhere = guard.source.kind !== 'sdk' && found !== undefined
    const counted = elsewhere ? found.treatment.units : have
    const unit = elsewhere ? found.units : ramp.unit
    return guard.minUnits !== null && counted < guard.minUnits && guard.fromStep <= ramp.step
      ? [
          sampleHold(
            { have: counted, need: guard.minUnits, about: elsewhere ? null : about(guard.minUnits - have) },
            unit,
            guard,
          ),
        ]
      : []
  })
  return [...ofStep, ...ofGuards]
}

/** A guard that only warns holds nobody up. */
function unclear(ramp: StoredRamp, findings: Findings, now: number): readonly Hold[] {
  if (ramp.state === 'baking') return []
  return findings.evidence
    .filter(
      (e) => e.reaction !== 'warn' && (e.verdict === 'collecting' || e.verdict === 'no_data' || e.verdict === 'error'),
    )
    .map((e) => notClearHold(e.guard, e.words, minutesToClear(ramp, findings, e.guard, now)))
}

/** The longest dwell is over: the plan says what becomes of a step that evidence never came for. */
function withoutEvidence(ramp: StoredRamp, because: readonly Hold[], gate: GateAnswer | undefined): Decision {
  switch (ramp.plan.onFewSamples) {
    case 'hold':
      return holding(because, [{ kind: 'max_dwell', seq: ramp.seq }])
    case 'rollback':
      return { kind: 'rollback', by: 'policy', because: { kind: 'max_dwell' } }
    case 'advance':
      return beyondTheEvidence(ramp, gate)
  }
}

/** The URL of the next step, then a person, then the next step. */
function beyondTheEvidence(ramp: StoredRamp, gate: GateAnswer | undefined): Decision {
  if (ramp.state === 'baking') return { kind: 'finish' }
  const next = ramp.step + 1
  const url = stepAt(ramp.plan, next)?.gate ?? null
  if (url !== null && gate?.open !== true) return holding([gateHold(url, gate?.words)], [])
  if (stepAt(ramp.plan, next)?.approval === true && ramp.approvedSeq !== ramp.seq)
    return holding([approvalHold(percentAt(ramp.plan, next))], [])
  return { kind: 'advance', to: next }
}

function holding(because: readonly Hold[], latches: readonly Latch[]): Decision {
  const times = because.flatMap((hold) => (hold.until === null ? [] : [Date.parse(hold.until)]))
  return { kind: 'hold', until: times.length === 0 ? null : iso(Math.max(...times)), because, latches }
}
