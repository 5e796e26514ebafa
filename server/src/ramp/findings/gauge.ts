import type { Limit } from '@rampart/contract/admin'
import { type GaugeWindow, overInARow, WINDOWS_IN_A_ROW } from '../stats/gauge.ts'
import type { Window } from '../windows.ts'
import type { Finding, Judging } from './finding.ts'
import { spanOf } from './requests.ts'

const MINUTE = 60_000

/**
 * A figure of the whole service, such as the load of its machines, against a limit that was frozen at the start. It trips when it
 * was above it in three minutes in a row. There is no control, and no promise of how often it is wrong.
 */
export function ofGauge({ guard }: Judging, windows: readonly Window[]): Finding {
  const bound = gaugeBound(guard.limit)
  const minutes = unbroken(minutesIn(windows))
  const last = minutes.at(-1)
  const over = overInARow(minutes, bound)
  const nobody = { units: 0, events: 0, rate: null }
  return {
    method: 'gauge',
    log: 0,
    inARow: { have: over, need: WINDOWS_IN_A_ROW },
    verdict: last === undefined ? 'no_data' : over === 0 ? 'clear' : 'collecting',
    onlyHolds: null,
    show: () => ({
      control: nobody,
      treatment: { ...nobody, ...(last === undefined ? {} : { mean: last.value }) },
      change: null,
      ticks: spanOf(windows),
    }),
  }
}

/** What a gauge may not be above: frozen at the start where its past was known. */
export function gaugeBound(limit: Limit): number {
  return limit.kind === 'gauge' ? (limit.bound ?? limit.max) : Number.POSITIVE_INFINITY
}

/** The mean of each whole minute; a source that is read less often has a window for each reading. */
function minutesIn(windows: readonly Window[]): readonly (GaugeWindow & { readonly end: number })[] {
  const minutes = new Map<number, { start: number; end: number; values: number[] }>()
  for (const { start, end, value } of windows) {
    if (value === null) continue
    const at = end - start >= MINUTE ? start : Math.floor((end - 1) / MINUTE) * MINUTE
    const minute = minutes.get(at) ?? { start: at, end: Math.max(end, at + MINUTE), values: [] }
    minutes.set(at, minute)
    minute.values.push(value)
  }
  const until = windows.at(-1)?.end ?? 0
  return [...minutes.values()]
    .filter(({ end }) => end <= until)
    .map(({ start, end, values }) => ({ start, end, value: values.reduce((sum, v) => sum + v, 0) / values.length }))
    .toSorted((a, b) => a.start - b.start)
}

/** The last minutes that follow one another: a time without figures is no time above the limit, and none below. */
function unbroken<W extends { readonly start: number; readonly end: number }>(minutes: readonly W[]): readonly W[] {
  const gap = minutes.findLastIndex(({ start }, i) => i > 0 && start - (minutes[i - 1]?.end ?? start) >= MINUTE)
  return gap <= 0 ? minutes : minutes.slice(gap)
}
