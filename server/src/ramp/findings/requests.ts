import type { Evidence } from '@rampart/contract/admin'
import type { FigureStratum } from '../../sources/figures.ts'
import { comparesArms } from '../../sources/guard-source.ts'
import { frozenOf } from '../frozen.ts'
import { allowedRatio } from '../guards.ts'
import { iso } from '../instant.ts'
import { absorbAbsolute, startAbsolute } from '../stats/absolute.ts'
import { ratioBounds, UNBOUNDED } from '../stats/bounds.ts'
import { CLEAR_AT, clearEvidence } from '../stats/clear.ts'
import { leadingCopy, logEvidence, logSum, type Mixture } from '../stats/mixture.ts'
import { FALLS, RATIOS, startRelative } from '../stats/relative.ts'
import { absorbRequests, clusteringOf, type Requests } from '../stats/requests.ts'
import type { Window } from '../windows.ts'
import { nothingYet } from './empty.ts'
import { ruledOut } from './events.ts'
import { type Finding, figuresOf, type Judging, pooled, SHOWN_ALPHA, type Shown, type Sums } from './finding.ts'

/** Requests of one window at one process, and when they were made. */
interface Stratum extends Requests {
  readonly seq: number
  readonly step: number
}

/**
 * Requests that nobody knows the users of. Treatment and control are compared only within a window of one process, by the shares
 * that were counted there. Requests of one user come in clusters, so all evidence is divided by how clustered they are, and at
 * least by 5; that helps, and proves nothing.
 */
export function ofRequests(judging: Judging, windows: readonly Window[]): Finding {
  const { guard } = judging
  if (guard.take === 'slow') return ofSlowRequests(judging, windows)
  const strata = strataIn(windows, 0)
  return guard.limit.kind === 'below' ? ofShare(judging, strata, windows) : ofRatio(judging, strata, windows)
}

function ofRatio(judging: Judging, strata: readonly Stratum[], windows: readonly Window[]): Finding {
  const { guard, weights } = judging
  const limit = allowedRatio(guard.limit) ?? 1
  const falls = guard.limit.kind === 'not_fall'
  const compared = compare(strata, { limit, weights, alternatives: falls ? FALLS : RATIOS })
  return {
    method: 'requests',
    log: logEvidence(compared.mixture),
    verdict: verdictOf(judging, strata, { phi: compared.phi, limit: ruling(judging) }),
    onlyHolds: null,
    show: () => ({ ...shownBy(judging, compared, strata, falls), ticks: spanOf(windows) }),
  }
}

/** A general slow-down shows first in the middle, a slow path in the tail: the thresholds are averaged. */
function ofSlowRequests(judging: Judging, windows: readonly Window[]): Finding {
  const { ramp, guard, weights } = judging
  const thresholds = frozenOf(ramp, guard.key)?.thresholds
  if (thresholds === undefined) return nothingYet(judging, 'requests', { kind: 'learning', need: 1 })
  const parts = thresholds.map(({ bound, limit }, part) => {
    const strata = strataIn(windows, part)
    return { bound, limit, strata, compared: compare(strata, { limit, weights, alternatives: RATIOS }) }
  })
  const logs = parts.map(({ compared }) => logEvidence(compared.mixture))
  const shown = parts[logs.reduce((best, log, k) => (log >= (logs[best] ?? log) ? k : best), 0)]
  if (shown === undefined) return nothingYet(judging, 'requests', { kind: 'learning', need: 1 })
  const verdicts = parts.map(({ strata, limit, compared: { phi } }) => {
    const clear = ramp.plan.steps[ramp.step - 1]?.clear ?? null
    return verdictOf(judging, strata, { phi, limit: clear === null ? null : Math.max(clear, 1.25 * limit) })
  })
  return {
    method: 'requests',
    log: logSum(logs) - Math.log(logs.length),
    verdict: verdicts.find((verdict) => verdict !== 'clear') ?? 'clear',
    onlyHolds: null,
    show: () => ({
      ...shownBy(judging, shown.compared, shown.strata, false, shown.limit),
      ticks: spanOf(windows),
      detail: { kind: 'slower', bound: shown.bound },
    }),
  }
}

/** The share of treatment's requests with the event, against a fixed one. Without control nobody can say whose fault it is. */
function ofShare(judging: Judging, strata: readonly Stratum[], windows: readonly Window[]): Finding {
  const { ramp, guard, weights } = judging
  const max = guard.limit.kind === 'below' ? guard.limit.max : 1
  const phi = clusteringOf(strata)
  const mixture = strata.reduce(
    (m, { started, nT, xT }) => absorbAbsolute(m, { started, n: Math.max(nT, xT) / phi, x: xT / phi }, max),
    startAbsolute(weights),
  )
  const shown = shownIn(strata, mixture)
  const here = strata.filter(({ step }) => step === ramp.step)
  const verdict = pooledRate(here) <= max ? 'clear' : 'collecting'
  return {
    method: 'requests',
    log: logEvidence(mixture),
    verdict: here.every(({ nT }) => nT === 0) ? 'no_data' : verdict,
    onlyHolds: comparesArms(guard.source)
      ? pooled(sumsOf(shown), 'nC', 'xC') > max
        ? 'control_over'
        : null
      : 'whole_service',
    show: () => ({ ...figuresOf(sumsOf(shown)), change: null, ticks: spanOf(windows) }),
  }
}

function pooledRate(strata: readonly Stratum[]): number {
  return pooled(sumsOf(strata), 'nT', 'xT')
}

function strataIn(windows: readonly Window[], part: number): readonly Stratum[] {
  return windows
    .filter((window) => window.part === part)
    .flatMap(({ strata, started, publish: { seq, step } }) =>
      strata.flatMap((stratum) => requestsIn(stratum, { seq, step, started }) ?? []),
    )
}

/** A stratum of which one arm is not known compares nothing. Of a whole service there is no other arm. */
function requestsIn(
  { treatment, control }: FigureStratum,
  at: Pick<Stratum, 'seq' | 'step' | 'started'>,
): Stratum | undefined {
  if (treatment === null) return undefined
  const { events: xC, total: nC } = control ?? { events: 0, total: 0 }
  return { ...at, nT: treatment.total, xT: treatment.events, nC, xC }
}

interface Compared {
  readonly mixture: Mixture
  readonly phi: number
  readonly copy: number
  /** The weights, for bounds. */
  readonly weights: readonly number[]
}

function compare(
  strata: readonly Stratum[],
  asked: { readonly limit: number; readonly weights: readonly number[]; readonly alternatives: readonly number[] },
): Compared {
  const { limit, weights, alternatives } = asked
  const eventful = strata.filter(({ xT, xC }) => xT + xC > 0)
  const phi = clusteringOf(eventful)
  const mixture = eventful.reduce(
    (m, stratum) => absorbRequests(m, stratum, { limit, phi, alternatives }),
    startRelative(weights, alternatives),
  )
  return { mixture, phi, weights, copy: copyIn(strata, mixture) }
}

function copyIn(strata: readonly Stratum[], mixture: Mixture): number {
  return leadingCopy(mixture, Math.max(1, ...strata.map(({ started }) => started)))
}

function shownIn(strata: readonly Stratum[], mixture: Mixture): readonly Stratum[] {
  const copy = copyIn(strata, mixture)
  return strata.filter(({ started }) => started > copy)
}

function shownBy(
  judging: Judging,
  { copy, phi, weights }: Compared,
  strata: readonly Stratum[],
  falls: boolean,
  limit = allowedRatio(judging.guard.limit) ?? 1,
): Omit<Shown, 'ticks' | 'detail'> {
  const shown = figuresOf(sumsOf(strata.filter(({ started }) => started > copy)))
  const { control, treatment } = shown
  if (control.rate === null || treatment.rate === null || control.rate === 0) return { ...shown, change: null }
  const value = treatment.rate / control.rate
  const asked = { weights, copy, alpha: SHOWN_ALPHA, limit, harm: falls ? 'less' : 'more' } as const
  const { low, high } = ratioBounds(tempered(strata, phi), asked)
  const interval: Interval = [low === 0 ? 0 : Math.min(low, value), high >= UNBOUNDED ? null : Math.max(high, value)]
  return { ...shown, change: { as: 'ratio', value, interval, confidence: 0.99 } }
}

type Interval = NonNullable<Evidence['change']>['interval']

/** Strata with the share that was counted, and events as if so many of them were one. */
function tempered(strata: readonly Stratum[], phi: number) {
  return strata
    .filter(({ xT, xC }) => xT + xC > 0)
    .map(({ started, nT, nC, xT, xC }) => ({
      started,
      share: nT + nC === 0 ? 0 : nT / (nT + nC),
      xT: xT / phi,
      xC: xC / phi,
    }))
}

function verdictOf(
  { ramp }: Judging,
  strata: readonly Stratum[],
  { phi, limit }: { readonly phi: number; readonly limit: number | null },
): Finding['verdict'] {
  const here = strata.filter(({ step }) => step === ramp.step)
  if (here.every(({ nT, nC }) => nT + nC === 0)) return 'no_data'
  if (limit === null) return 'clear'
  return clearEvidence(tempered(here, phi), limit) >= CLEAR_AT ? 'clear' : 'collecting'
}

/** The ratio that the present step wants ruled out; null when it wants none. */
function ruling({ ramp, guard }: Judging): number | null {
  const clear = ramp.plan.steps[ramp.step - 1]?.clear ?? null
  return clear === null ? null : ruledOut(guard.limit, clear)
}

/** Sums of each sequence, for figures that are shown. */
function sumsOf(strata: readonly Stratum[]): readonly Sums[] {
  const sums = new Map<number, Sums>()
  for (const { seq, step, started, nT, nC, xT, xC } of strata) {
    const old = sums.get(seq) ?? { seq, step, started, share: 0, nT: 0, nC: 0, xT: 0, xC: 0 }
    sums.set(seq, { ...old, nT: old.nT + nT, nC: old.nC + nC, xT: old.xT + xT, xC: old.xC + xC })
  }
  return [...sums.values()]
}

/** The time that windows cover, which are in the order of time. */
export function spanOf(windows: readonly Window[]): Evidence['ticks'] {
  const [first, last] = [windows[0], windows.at(-1)]
  if (first === undefined || last === undefined) return null
  return { from: iso(first.start), to: iso(last.end), n: windows.filter(({ part }) => part === 0).length }
}
