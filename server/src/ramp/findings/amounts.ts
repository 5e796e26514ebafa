import type { Evidence } from '@rampart/contract/admin'
import { type Cell, eventsIn } from '../cells.ts'
import { AMOUNT_LEVELS, levelIn } from '../counted.ts'
import { frozenOf } from '../frozen.ts'
import { windowOf } from '../guards.ts'
import { CLEAR_AT } from '../stats/clear.ts'
import { meansBounds, meansEvidence, type Sums } from '../stats/means.ts'
import { leadingCopy, logEvidence } from '../stats/mixture.ts'
import { LEAST_VALUES } from '../stats/thresholds.ts'
import { type Amount, absorbTilt, clearTilt, startTilt } from '../stats/tilt.ts'
import { nothingYet } from './empty.ts'
import { ruledOut } from './events.ts'
import { type Finding, type Judging, SHOWN_ALPHA, spanOf } from './finding.ts'

/** Units of one cell that came to the same level. */
interface Counted {
  readonly cell: Cell
  /** What each of them came to, in the unit of the metric. */
  readonly value: number
  readonly nT: number
  readonly nC: number
}

/**
 * What units came to in the time after they were first met: a mean that must not drop, or not further than a part. Without a
 * part the test is exact; with one it is a large-sample approximation.
 */
export function ofAmounts(judging: Judging, min: number): Finding {
  const { ramp, guard, cells, weights, alpha } = judging
  const method = min === 1 ? 'tilt' : 'mean'
  const amounts = frozenOf(ramp, guard.key)?.amounts
  if (amounts === undefined) return nothingYet(judging, method, { kind: 'learning', need: LEAST_VALUES })
  const counted = cells.flatMap((cell) => countedIn(cell, guard.metric, amounts.cap))
  const strata = strataOf(counted)
  const { log, copy } =
    method === 'tilt' ? tilt(counted, weights, amounts.scale) : meansEvidence(strata, { weights, min, alpha })
  const shown = strata.filter((s) => s.started > copy)
  const { verdict, ...detail } = inStep(judging, counted, amounts.scale)
  return {
    method,
    log,
    verdict,
    onlyHolds: null,
    show: () => ({
      ...figuresOf(shown),
      change: changeOf(strata, shown, { weights, copy }),
      ticks: spanOf(cells, ramp.tickMs),
      ...detail,
    }),
  }
}

function countedIn(cell: Cell, metric: string, cap: number): readonly Counted[] {
  return [...cell.events.keys()].flatMap((name) => {
    const level = levelIn(name, metric)
    if (level === undefined) return []
    const { treatment, control } = eventsIn(cell, name)
    return [{ cell, value: (level / AMOUNT_LEVELS) * cap, nT: treatment, nC: control }]
  })
}

function tilt(counted: readonly Counted[], weights: readonly number[], scale: number) {
  const mixture = counted.map((one) => amountOf(one, scale)).reduce(absorbTilt, startTilt(weights))
  const started = Math.max(1, ...counted.map(({ cell }) => cell.started))
  return { log: logEvidence(mixture), copy: leadingCopy(mixture, started) }
}

function amountOf({ cell, value, nT, nC }: Counted, scale: number): Amount {
  return { started: cell.started, share: cell.share, size: value / scale, nT, nC }
}

/** Sums of one tick and sequence each, in the order in which they were closed. */
function strataOf(counted: readonly Counted[]): readonly Sums[] {
  const strata = new Map<Cell, Sums>()
  for (const { cell, value, nT, nC } of counted) {
    const { started, share } = cell
    const old = strata.get(cell) ?? { started, share, nT: 0, nC: 0, sT: 0, sC: 0, qT: 0, qC: 0 }
    strata.set(cell, {
      ...old,
      nT: old.nT + nT,
      nC: old.nC + nC,
      sT: old.sT + nT * value,
      sC: old.sC + nC * value,
      qT: old.qT + nT * value * value,
      qC: old.qC + nC * value * value,
    })
  }
  return [...strata].sort(([a], [b]) => a.tick - b.tick || a.publish.seq - b.publish.seq).map(([, stratum]) => stratum)
}

/** What the present step says: whether enough is ruled out, or when its first units have had their time. */
function inStep({ ramp, guard, cells }: Judging, counted: readonly Counted[], scale: number) {
  const here = counted.filter(({ cell }) => cell.publish.step === ramp.step)
  if (here.length === 0) {
    const met = cells.filter(({ publish, met: m }) => publish.step === ramp.step && m.treatment + m.control > 0)
    if (met.length === 0) return { verdict: 'no_data' as const }
    const until = Math.min(...met.map(({ tick }) => tick)) + windowOf(guard)
    return { verdict: 'collecting' as const, detail: { kind: 'window' as const, until } }
  }
  const clear = ramp.plan.steps[ramp.step - 1]?.clear ?? null
  if (clear === null) return { verdict: 'clear' as const }
  const isRuledOut =
    clearTilt(
      here.map((one) => amountOf(one, scale)),
      ruledOut(guard.limit, clear),
    ) >= CLEAR_AT
  return { verdict: isRuledOut ? ('clear' as const) : ('collecting' as const) }
}

function figuresOf(strata: readonly Sums[]): Pick<Evidence, 'control' | 'treatment'> {
  const total = (of: 'nT' | 'nC' | 'sT') => strata.reduce((sum, s) => sum + s[of], 0)
  const [nT, nC] = [total('nT'), total('nC')]
  return {
    control: { units: nC, events: 0, rate: null, ...(nC === 0 ? {} : { mean: controlMean(strata) }) },
    treatment: { units: nT, events: 0, rate: null, ...(nT === 0 ? {} : { mean: total('sT') / nT }) },
  }
}

/** Control's mean as if its units were spread over the strata like those of treatment. */
function controlMean(strata: readonly Sums[]): number {
  const usable = strata.filter((s) => s.nC > 0)
  const weight = usable.reduce((n, s) => n + s.nT, 0)
  if (weight > 0) return usable.reduce((mean, s) => mean + (s.nT * s.sC) / s.nC, 0) / weight
  return usable.reduce((sum, s) => sum + s.sC, 0) / usable.reduce((n, s) => n + s.nC, 0)
}

function changeOf(
  strata: readonly Sums[],
  shown: readonly Sums[],
  { weights, copy }: { readonly weights: readonly number[]; readonly copy: number },
): Evidence['change'] {
  const { control, treatment } = figuresOf(shown)
  if (control.mean === undefined || treatment.mean === undefined || control.mean === 0) return null
  const { low, high } = meansBounds(strata, { weights, copy, alpha: SHOWN_ALPHA })
  return {
    as: 'percent',
    value: treatment.mean / control.mean - 1,
    interval: [low === null ? null : low - 1, high === null ? null : high - 1],
    confidence: 0.99,
  }
}
