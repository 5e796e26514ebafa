import type { Evidence, Guard, Reaction, Verdict } from '@rampart/contract/admin'
import type { TickRow } from '../store/store.ts'
import { type Arms, type Cell, cellsOf, eventsIn, isSettling } from './cells.ts'
import { explainEvidence } from './explain/evidence.ts'
import { allowedRatio, takesBack } from './guards.ts'
import { iso } from './instant.ts'
import { copyWeights, stepAt } from './plan.ts'
import type { StoredRamp } from './state.ts'
import { absorbAbsolute, startAbsolute } from './stats/absolute.ts'
import { type Asked, ratioBounds, UNBOUNDED } from './stats/bounds.ts'
import { CLEAR_AT, clearEvidence } from './stats/clear.ts'
import { leadingCopy, logEvidence, type Mixture } from './stats/mixture.ts'
import { absorbRelative, oddsOf, startRelative } from './stats/relative.ts'

/** Guards that only hold or warn have a budget of their own. */
const HOLD_ALPHA = 0.05
/** Each end of the interval that is shown holds with 99%. */
const SHOWN_ALPHA = 0.01
/** Evidence is shown up to this; beyond it nobody learns anything. */
const MOST_SHOWN = 1e9
/** A margin above 1 is exact while fewer than a tenth of control's units have had the event. */
const COMMON_EVENT = 0.1

/** What the counts say about a ramp now. */
export interface Findings {
  /** One per guard, in the plan's order. */
  readonly evidence: readonly Evidence[]
  /** Units met in the present sequence. */
  readonly met: Arms
  /** Units of both arms met in the present step, control scaled up to what it was sampled from. */
  readonly unitsInStep: number
}

/**
 * Judges every guard on all counts that are stored, from the beginning: nothing is kept between two calls, so that a restarted
 * server goes on where the other one stopped. Open ticks count (docs/decisions/0002).
 */
export function judge(ramp: StoredRamp, rows: readonly TickRow[]): Findings {
  const cells = cellsOf(ramp, rows)
  const inStep = cells.filter((cell) => cell.publish.step === ramp.step)
  return {
    evidence: ramp.plan.guards.map((guard) => judgeGuard(ramp, guard, cells)),
    met: sum(cells.filter((cell) => cell.publish.seq === ramp.seq).map((cell) => cell.met)),
    unitsInStep: inStep.reduce((n, cell) => n + cell.met.treatment + cell.met.control / cell.publish.controlSample, 0),
  }
}

/** The evidence a guard trips at: its part of the budget of its class. */
function neededFor(guard: Guard, alpha: number): number {
  return 1 / (guard.weight * (takesBack(guard.reaction) ? alpha : HOLD_ALPHA))
}

/** The sums of one sequence, which figures, bounds and the clear test need. */
interface Sums {
  readonly step: number
  readonly started: number
  readonly share: number
  readonly nT: number
  readonly nC: number
  readonly xT: number
  readonly xC: number
}

function judgeGuard(ramp: StoredRamp, guard: Guard, all: readonly Cell[]): Evidence {
  const weights = copyWeights(ramp.plan, ramp.publishes[0]?.step ?? 1)
  const from = ramp.restarts.find((restart) => restart.guard === guard.key)?.from ?? 0
  const cells = all.filter(
    (cell) => cell.tick >= from && cell.publish.step >= guard.fromStep && !isSettling(ramp, cell.tick, guard.grace),
  )
  const sums = bySequence(guard.metric, cells)
  const mixture = accumulate(guard, weights, sums)
  const evidence = logEvidence(mixture)
  const needed = neededFor(guard, ramp.plan.alpha)
  const copy = leadingCopy(mixture, Math.max(1, ...sums.map((s) => s.started)))
  const shown = sums.filter((s) => s.started > copy)
  const tripped = evidence >= Math.log(needed)
  const draft: Omit<Evidence, 'words'> = {
    guard: guard.key,
    metric: guard.metric,
    verdict: tripped ? 'tripped' : verdictOf(ramp, guard, sums),
    reaction: tripped ? reactionTo(guard, shown) : guard.reaction,
    limit: guard.limit,
    method: guard.limit.kind === 'below' ? 'absolute' : 'exact',
    ...figures(shown),
    change: changeOf(guard, sums, shown, { weights, copy }),
    e: shownEvidence(evidence),
    needed,
    units: ramp.unit,
    ticks: span(cells, ramp.tickMs),
    step: ramp.step,
  }
  return {
    ...draft,
    words: explainEvidence(draft, { declared: guard.reaction, clear: stepAt(ramp.plan, ramp.step)?.clear ?? null }),
  }
}

function shownEvidence(log: number): number {
  return Number(Math.min(Math.exp(log), MOST_SHOWN).toPrecision(6))
}

/**
 * All factors of a guard. Their product does not depend on how units are grouped into ticks or in which order they came, so the
 * sums of each sequence are enough.
 */
function accumulate({ limit }: Guard, weights: readonly number[], sums: readonly Sums[]): Mixture {
  if (limit.kind === 'below') {
    return sums.reduce(
      (mixture, { started, nT, xT }) => absorbAbsolute(mixture, { started, n: nT, x: xT }, limit.max),
      startAbsolute(weights),
    )
  }
  return sums.reduce(
    (mixture, { share, ...stratum }) => absorbRelative(mixture, stratum, oddsOf(share, allowedRatio(limit) ?? 1)),
    startRelative(weights),
  )
}

/**
 * What a trip leads to. An absolute limit takes a ramp back only while control keeps it (else something common to both is wrong),
 * and a ratio with a margin only while the event is rare; otherwise the ramp holds.
 */
function reactionTo(guard: Guard, shown: readonly Sums[]): Reaction {
  if (!takesBack(guard.reaction)) return guard.reaction
  const control = pooled(shown, 'nC', 'xC')
  if (guard.limit.kind === 'below' && control > guard.limit.max) return 'hold'
  return (allowedRatio(guard.limit) ?? 1) > 1 && control > COMMON_EVENT ? 'hold' : guard.reaction
}

function verdictOf(ramp: StoredRamp, guard: Guard, sums: readonly Sums[]): Verdict {
  const step = stepAt(ramp.plan, ramp.step)
  if (ramp.step < guard.fromStep) return 'skipped'
  const inStep = sums.filter((s) => s.step === ramp.step)
  if (inStep.every((s) => s.nT + s.nC === 0)) return 'no_data'
  if (guard.limit.kind === 'below') return pooled(inStep, 'nT', 'xT') <= guard.limit.max ? 'clear' : 'collecting'
  if (step === undefined || step.clear === null) return 'clear'
  const strata = inStep.map(({ share, xT, xC }) => ({ started: 1, share, xT, xC }))
  return clearEvidence(strata, ruledOut(guard, step.clear)) >= CLEAR_AT ? 'clear' : 'collecting'
}

/** A guard that allows a ratio cannot ask for less to be ruled out than it allows. */
function ruledOut(guard: Guard, clear: number): number {
  return Math.max(clear, 1.25 * (allowedRatio(guard.limit) ?? 1))
}

function figures(sums: readonly Sums[]): Pick<Evidence, 'control' | 'treatment'> {
  const total = (of: 'nT' | 'nC' | 'xT' | 'xC') => sums.reduce((n, s) => n + s[of], 0)
  const nT = total('nT')
  const nC = total('nC')
  return {
    control: { units: nC, events: total('xC'), rate: nC === 0 ? null : controlRate(sums) },
    treatment: { units: nT, events: total('xT'), rate: nT === 0 ? null : Math.min(1, total('xT') / nT) },
  }
}

/**
 * Control's rate as if its units were spread over the steps like those of treatment. Plain sums would compare
 * morning with evening when the share moves while the rate moves (Simpson's paradox).
 */
function controlRate(sums: readonly Sums[]): number {
  const usable = sums.filter((s) => s.nC > 0)
  const weight = usable.reduce((n, s) => n + s.nT, 0)
  if (weight === 0) return Math.min(1, pooled(usable, 'nC', 'xC'))
  return Math.min(1, usable.reduce((rate, s) => rate + (s.nT * s.xC) / s.nC, 0) / weight)
}

function pooled(sums: readonly Sums[], units: 'nT' | 'nC', events: 'xT' | 'xC'): number {
  const n = sums.reduce((total, s) => total + s[units], 0)
  return n === 0 ? 0 : sums.reduce((total, s) => total + s[events], 0) / n
}

function changeOf(
  guard: Guard,
  sums: readonly Sums[],
  shown: readonly Sums[],
  asked: Pick<Asked, 'weights' | 'copy'>,
): Evidence['change'] {
  if (guard.limit.kind === 'below') return null
  const { control, treatment } = figures(shown)
  if (control.rate === null || treatment.rate === null || control.rate === 0) return null
  const value = treatment.rate / control.rate
  const { low, high } = ratioBounds(sums, {
    ...asked,
    alpha: SHOWN_ALPHA,
    limit: allowedRatio(guard.limit) ?? 1,
    harm: 'more',
  })
  const ends = [low === 0 ? 0 : Math.min(low, value), high >= UNBOUNDED ? null : Math.max(high, value)] as const
  return { as: 'ratio', value, interval: [...ends], confidence: 0.99 }
}

function bySequence(metric: string, cells: readonly Cell[]): readonly Sums[] {
  const sums = new Map<number, Sums>()
  for (const cell of cells) {
    const { seq, step } = cell.publish
    const { started, share, met } = cell
    const x = eventsIn(cell, metric)
    const old = sums.get(seq) ?? { step, started, share, nT: 0, nC: 0, xT: 0, xC: 0 }
    sums.set(seq, {
      ...old,
      nT: old.nT + met.treatment,
      nC: old.nC + met.control,
      xT: old.xT + x.treatment,
      xC: old.xC + x.control,
    })
  }
  return [...sums.values()]
}

function span(cells: readonly Cell[], tickMs: number): Evidence['ticks'] {
  const ticks = new Set(cells.map((cell) => cell.tick))
  if (ticks.size === 0) return null
  return { from: iso(Math.min(...ticks)), to: iso(Math.max(...ticks) + tickMs), n: ticks.size }
}

function sum(arms: readonly Arms[]): Arms {
  return arms.reduce((a, b) => ({ treatment: a.treatment + b.treatment, control: a.control + b.control }), none)
}

const none: Arms = { treatment: 0, control: 0 }
