import type { Evidence, Guard, Reaction } from '@rampart/contract/admin'
import { type Figures, noFigures } from '../sources/figures.ts'
import { isElsewhere } from '../sources/guard-source.ts'
import { type Availability, availabilityOf } from '../sources/health.ts'
import { type Arms, type Cell, cellsOf, eventsIn, isSettling } from './cells.ts'
import { withoutUnit, withUnit } from './counted.ts'
import { explainEvidence } from './explain/evidence.ts'
import { REQUESTS } from './explain/numbers.ts'
import { ofAmounts } from './findings/amounts.ts'
import { ofAbsolute } from './findings/below.ts'
import { ofEvents } from './findings/events.ts'
import { countedAs, type Finding, type Judging, type OnlyHolds } from './findings/finding.ts'
import { ofGauge } from './findings/gauge.ts'
import { ofLatency } from './findings/latency.ts'
import { ofPoints } from './findings/points.ts'
import { ofRequests } from './findings/requests.ts'
import type { FoldedRow } from './fold.ts'
import { takesBack } from './guards.ts'
import { copyWeights, stepAt } from './plan.ts'
import { judgeSplit, type Split } from './split.ts'
import type { StoredRamp } from './state.ts'
import { windowsOf } from './windows.ts'

/** Guards that only hold or warn have a budget of their own. */
const HOLD_ALPHA = 0.05
/** Evidence is shown up to this; beyond it nobody learns anything. */
const MOST_SHOWN = 1e9
/** More outcomes without a unit than this share, of at least so many, and the counts cannot be trusted. */
const MOST_WITHOUT_UNIT = 0.2
const LEAST_OUTCOMES = 20

/** What the counts say about a ramp now. */
export interface Findings {
  /** One per guard, in the plan's order. */
  readonly evidence: readonly Evidence[]
  /** Guards of the present step whose source says nothing, so that nobody can know how they stand. */
  readonly sources: readonly Availability[]
  /** Whether units come in the configured shares. */
  readonly split: Split
  /** The start of the last tick in which anybody was met; null when nobody ever was. */
  readonly lastMet: number | null
  /** Units met in the present sequence. */
  readonly met: Arms
  /** Units of both arms met in the present step, scaled up to what they were sampled from. */
  readonly unitsInStep: number
}

/** What the world outside says: sources that no SDK feeds. */
export interface Outside {
  readonly figures: Figures
  readonly now: number
}

const nothingOutside: Outside = { figures: noFigures, now: 0 }

/**
 * Judges every guard on all counts that are stored, from the beginning: nothing is kept between two calls, so that a restarted
 * server goes on where the other one stopped. Open ticks count (docs/decisions/0002).
 */
export function judge(ramp: StoredRamp, rows: readonly FoldedRow[], outside: Outside = nothingOutside): Findings {
  const cells = cellsOf(ramp, rows)
  const inStep = cells.filter((cell) => cell.publish.step === ramp.step)
  return {
    evidence: ramp.plan.guards.map((guard) => evidenceOf(ramp, standingOf(ramp, guard, { cells, outside }))),
    sources: ramp.plan.guards.flatMap((guard) =>
      ramp.step < guard.fromStep ? [] : (outageOf(ramp, guard, outside) ?? []),
    ),
    split: judgeSplit(ramp, cells),
    lastMet: cells.reduce<number | null>(latest, null),
    met: sum(cells.filter((cell) => cell.publish.seq === ramp.seq).map((cell) => cell.met)),
    unitsInStep: inStep.reduce((n, { met, sample }) => n + (met.treatment + met.control) / sample, 0),
  }
}

/** How the guards stand, in the plan's order, and the split: what a decision depends on. `judge` says the same of each. */
export function assess(
  ramp: StoredRamp,
  rows: readonly FoldedRow[],
  outside: Outside = nothingOutside,
): { readonly guards: readonly Standing[]; readonly isSplitBroken: boolean } {
  const cells = cellsOf(ramp, rows)
  return {
    guards: ramp.plan.guards.map((guard) => standingOf(ramp, guard, { cells, outside })),
    isSplitBroken: judgeSplit(ramp, cells).broken,
  }
}

/** How one guard stands. */
export interface Standing extends Pick<Evidence, 'verdict' | 'reaction' | 'e' | 'needed'> {
  readonly guard: Guard
  readonly onlyHolds: OnlyHolds | null
  readonly outage: Availability | undefined
  readonly finding: Finding
}

/** The evidence that a guard trips at is one over its part of the budget of its class. */
export function budgetOf({ weight, reaction }: Guard, alpha: number): number {
  return weight * (takesBack(reaction) ? alpha : HOLD_ALPHA)
}

/** What keeps a guard's source from saying anything; undefined when it does, or when an SDK reports. */
function outageOf(ramp: StoredRamp, guard: Guard, { figures, now }: Outside): Availability | undefined {
  if (!isElsewhere(guard)) return undefined
  const state = figures.states.find((one) => one.guard === guard.key)
  const availability = availabilityOf(guard, state, { begun: ramp.startedAt, now })
  return availability.kind === 'available' ? undefined : availability
}

interface Known {
  readonly cells: readonly Cell[]
  readonly outside: Outside
}

function standingOf(ramp: StoredRamp, guard: Guard, { cells: all, outside }: Known): Standing {
  const from = ramp.restarts.find((restart) => restart.guard === guard.key)?.from ?? 0
  const isAll = from === 0 && guard.fromStep === 1 && guard.grace === null
  const counts = (cell: Cell): boolean =>
    cell.tick >= from && cell.publish.step >= guard.fromStep && !isSettling(ramp, cell.tick, guard.grace)
  const cells = isAll ? all : all.filter(counts)
  const alpha = budgetOf(guard, ramp.plan.alpha)
  const weights = copyWeights(ramp.plan, ramp.publishes[0]?.step ?? 1)
  const judging = { ramp, guard, cells, weights, alpha }
  const finding = isElsewhere(guard) ? findingElsewhere(judging, outside) : findingOf(judging)
  const outage = outageOf(ramp, guard, outside)
  const onlyHolds = isUnwired(guard, cells) ? 'wiring' : finding.onlyHolds
  const { e, needed } = weighed(finding, alpha)
  const tripped = e >= needed
  const unknown = outage === undefined ? undefined : outage.kind === 'error' ? 'error' : 'no_data'
  const verdict =
    ramp.step < guard.fromStep ? 'skipped' : onlyHolds === 'wiring' ? 'error' : (unknown ?? finding.verdict)
  return {
    guard,
    verdict: tripped ? 'tripped' : verdict,
    reaction: tripped ? reactionTo(guard, onlyHolds) : guard.reaction,
    e,
    needed,
    onlyHolds,
    outage,
    finding,
  }
}

/**
 * A standing as it is stored, shown and said. What is only shown is made when somebody looks at it: most looks of the driver end
 * with nothing to tell, and the ends of an interval cost ten times what the tests do.
 */
function evidenceOf(ramp: StoredRamp, { guard, onlyHolds, outage, finding, ...stands }: Standing): Evidence {
  const shown = once(() => finding.show())
  const words = once(() =>
    explainEvidence(evidence, {
      declared: guard.reaction,
      clear: stepAt(ramp.plan, ramp.step)?.clear ?? null,
      onlyHolds,
      detail: shown().detail,
      outage: outage?.words ?? null,
    }),
  )
  const evidence: Evidence = {
    guard: guard.key,
    metric: guard.metric,
    verdict: stands.verdict,
    reaction: stands.reaction,
    limit: guard.limit,
    method: finding.method,
    get control() {
      return shown().control
    },
    get treatment() {
      return shown().treatment
    },
    get change() {
      return shown().change
    },
    e: shownEvidence(stands.e),
    needed: stands.needed,
    units: isElsewhere(guard) ? REQUESTS : ramp.unit,
    get ticks() {
      return shown().ticks
    },
    step: ramp.step,
    get words() {
      return words()
    },
  }
  return evidence
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Evidence and what of it trips the guard; of a gauge windows in a row. */
function weighed({ log, inARow }: Finding, alpha: number): { readonly e: number; readonly needed: number } {
  if (inARow !== undefined) return { e: inARow.have, needed: inARow.need }
  // compared as logarithms: the evidence itself may be beyond every number
  return { e: log >= Math.log(1 / alpha) ? Math.max(Math.exp(log), 1 / alpha) : Math.exp(log), needed: 1 / alpha }
}

/** The test of figures that no SDK reported. */
function findingElsewhere(judging: Judging, { figures }: Outside): Finding {
  const windows = windowsOf(judging.ramp, judging.guard, figures.rows)
  return judging.guard.take === 'gauge' ? ofGauge(judging, windows) : ofRequests(judging, windows)
}

/** The test that a guard asks for. */
function findingOf(judging: Judging): Finding {
  const { take, limit } = judging.guard
  switch (take) {
    case 'slow':
      return ofLatency(judging)
    case 'sum':
      return ofAmounts(judging, limit.kind === 'not_fall' ? limit.min : 1)
    case 'first':
    case 'gauge':
      break
  }
  switch (limit.kind) {
    case 'below':
      return ofAbsolute(judging, limit.max)
    case 'points':
      return ofPoints(judging, limit.max)
    case 'no_worse':
    case 'ratio':
    case 'not_fall':
    case 'quantile':
    case 'gauge':
      return ofEvents(judging)
  }
}

/** A trip takes a ramp back only where its test means what it says; elsewhere the ramp holds. */
function reactionTo({ reaction }: Guard, onlyHolds: OnlyHolds | null): Reaction {
  return takesBack(reaction) && onlyHolds !== null ? 'hold' : reaction
}

/** Whether so many outcomes came without a unit that those with one may be no fair picture. */
function isUnwired(guard: Guard, cells: readonly Cell[]): boolean {
  const metric = countedAs(guard)
  const total = (name: string): number => cells.reduce((n, cell) => n + eventsIn(cell, name).control, 0)
  const without = total(withoutUnit(metric))
  const all = without + total(withUnit(metric))
  return all >= LEAST_OUTCOMES && without > MOST_WITHOUT_UNIT * all
}

function latest(last: number | null, { lastMet }: Cell): number | null {
  return lastMet === null ? last : Math.max(last ?? lastMet, lastMet)
}

function shownEvidence(e: number): number {
  return Number(Math.min(e, MOST_SHOWN).toPrecision(6))
}

function sum(arms: readonly Arms[]): Arms {
  return arms.reduce((a, b) => ({ treatment: a.treatment + b.treatment, control: a.control + b.control }), none)
}

const none: Arms = { treatment: 0, control: 0 }
