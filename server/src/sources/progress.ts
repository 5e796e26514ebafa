import type { Guard } from '@rampart/contract/admin'
import type { CounterValues, FigureRow, SourceState } from './figures.ts'
import { increase } from './increase.ts'
import type { Reading } from './reading.ts'

/** A reading, and what it follows on. */
export interface Taken {
  readonly guard: Pick<Guard, 'key' | 'take'>
  /** The state that it was asked from; null is the first. */
  readonly before: SourceState | null
  readonly reading: Reading
  /** When the answer was there. */
  readonly at: number
  readonly everyMs: number
  /** Of a latency, rising. */
  readonly bounds: readonly number[]
  /** Whether the source tells the arms apart. */
  readonly compares: boolean
}

export interface Progress {
  readonly state: SourceState
  readonly rows: readonly FigureRow[]
}

/**
 * What a reading makes of a source's state, and the figures that it adds. A window that brought nothing, or failed, is not
 * skipped: the next one reaches back to the end of the last that did, so that nothing is lost and nothing counted twice. A gauge
 * says nothing of a time at which it was not read, so its windows never reach back.
 */
export function progress(taken: Taken): Progress {
  const { reading, before } = taken
  switch (reading.kind) {
    case 'error':
      return { state: { ...next(taken, 'error', reading.words), failed: (before?.failed ?? 0) + 1 }, rows: [] }
    case 'no_data':
      return withoutData(taken, reading.words)
    case 'gauge': {
      if (before === null) return figures(taken, null, [])
      const row = { start: before.askedAt, end: taken.at, strata: [], value: reading.value }
      return figures(taken, null, [row])
    }
    case 'window': {
      const { from, to, strata } = reading
      const read = figures(taken, null, [{ start: from, end: to, strata, value: null }])
      return { ...read, state: { ...read.state, readAt: to } }
    }
    case 'counters': {
      const grown = increase(reading.counters, before?.counters ?? null, taken)
      switch (grown.kind) {
        case 'baseline':
          return figures(taken, grown.counters, [])
        case 'lost': {
          const lost = withoutData(
            taken,
            'a sum over processes fell, so one of them began anew and the sum says nothing',
          )
          return { ...lost, state: { ...lost.state, counters: grown.counters, readAt: taken.at } }
        }
        case 'window':
          return figures(
            taken,
            grown.counters,
            grown.parts.map((strata) => ({ start: before?.readAt ?? taken.at, end: taken.at, strata, value: null })),
          )
      }
    }
  }
}

type Part = Omit<FigureRow, 'guard' | 'part'>

/** `parts` are the rows of one window, by the bounds of a latency. */
function figures(taken: Taken, counters: CounterValues | null, parts: readonly Part[]): Progress {
  const { guard, at, before } = taken
  const words = parts.length === 0 ? 'read for the first time; figures follow with the next reading' : 'figures'
  const windows = (before?.windows ?? 0) + (parts.length === 0 ? 0 : 1)
  return {
    state: { ...next(taken, 'ok', words), inARow: 0, readAt: at, windows, counters },
    rows: parts.map((one, part) => ({ guard: guard.key, part, ...one })),
  }
}

function withoutData(taken: Taken, words: string): Progress {
  const withoutData = (taken.before?.withoutData ?? 0) + 1
  return { state: { ...next(taken, 'no_data', words), withoutData }, rows: [] }
}

function next({ guard, before, at, everyMs }: Taken, state: SourceState['state'], words: string): SourceState {
  const same = before !== null && isSilent(before.state) === isSilent(state)
  return {
    guard: guard.key,
    version: (before?.version ?? 0) + 1,
    state,
    since: same ? before.since : at,
    askedAt: at,
    everyMs,
    readAt: before?.readAt ?? null,
    inARow: (same ? before.inARow : 0) + 1,
    windows: before?.windows ?? 0,
    withoutData: before?.withoutData ?? 0,
    failed: before?.failed ?? 0,
    late: before?.late ?? 0,
    words,
    counters: before?.counters ?? null,
  }
}

/** Failing and lying are one silence: a source that does both by turns says nothing either. */
function isSilent(state: SourceState['state']): boolean {
  return state === 'error' || state === 'no_data'
}
