import { eventsIn } from '../cells.ts'
import { absorbAbsolute, startAbsolute } from '../stats/absolute.ts'
import { leadingCopy, logEvidence } from '../stats/mixture.ts'
import { bySequence, countedAs, type Finding, figuresOf, type Judging, metBy, pooled, spanOf } from './finding.ts'

/**
 * Treatment units with the event against a fixed share. One trial is one unit in one step entry. Something that is wrong with both
 * arms can trip it in a healthy ramp; it takes a ramp back only while control keeps the limit.
 */
export function ofAbsolute({ ramp, guard, cells, weights }: Judging, max: number): Finding {
  const sums = bySequence(cells, { units: metBy(guard), events: (cell) => eventsIn(cell, countedAs(guard)) })
  const mixture = sums.reduce(
    (m, { started, nT, xT }) => absorbAbsolute(m, { started, n: nT, x: xT }, max),
    startAbsolute(weights),
  )
  const copy = leadingCopy(mixture, Math.max(1, ...sums.map((s) => s.started)))
  const shown = sums.filter((s) => s.started > copy)
  const inStep = sums.filter((s) => s.step === ramp.step)
  const isEmpty = inStep.every((s) => s.nT + s.nC === 0)
  return {
    method: 'absolute',
    log: logEvidence(mixture),
    verdict: isEmpty ? 'no_data' : pooled(inStep, 'nT', 'xT') <= max ? 'clear' : 'collecting',
    onlyHolds: pooled(shown, 'nC', 'xC') > max ? 'control_over' : null,
    show: () => ({ ...figuresOf(shown), change: null, ticks: spanOf(cells, ramp.tickMs) }),
  }
}
