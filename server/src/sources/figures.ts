import type { Id, Key } from '@rampart/core'

/** Completed requests, and those of them with the event. */
export interface Count {
  readonly events: number
  readonly total: number
}

/**
 * The requests of one window at one instance. An arm that nothing is known of is null: such a stratum compares nothing. Figures of a whole
 * service, without arms, stand under `treatment`.
 */
export interface FigureStratum {
  /** The process that counted; empty where the source does not tell processes apart. */
  readonly instance: string
  readonly treatment: Count | null
  readonly control: Count | null
}

/**
 * What a source said of one window of a guard. Strata in which nothing happened are kept as one: they add nothing to a
 * comparison, and there are many.
 */
export interface FigureRow {
  readonly guard: Key
  /** The window is [start, end), in epoch milliseconds of the server's clock. */
  readonly start: number
  readonly end: number
  /** Of a latency the number of the bound, from 0; otherwise 0. */
  readonly part: number
  readonly strata: readonly FigureStratum[]
  /** Of a gauge, which has no strata. */
  readonly value: number | null
}

/** What a counter showed at the end of the last window, by the text of its labels. */
export type CounterValues = Readonly<Record<string, number>>

/** How the source of one guard fares, and where the next window begins. */
export interface SourceState {
  readonly guard: Key
  /** Raised by every write: 1 for the first. */
  readonly version: number
  readonly state: 'waiting' | 'ok' | 'no_data' | 'error'
  /** Since when it says something, or since when it does not. */
  readonly since: number
  /** When it was last asked, or figures were last pushed. */
  readonly askedAt: number
  /** How often it is asked; of pushed figures the length of the last window. */
  readonly everyMs: number
  /** The end of the last window, where the next one begins. */
  readonly readAt: number | null
  /** Readings in a row that brought nothing, or failed. */
  readonly inARow: number
  readonly windows: number
  readonly withoutData: number
  readonly failed: number
  /** Pushed figures that came after their window had closed, or before anything was judged. */
  readonly late: number
  /** The last answer, in words. */
  readonly words: string
  /** What each counter showed at `readAt`; null for sources that count by window. */
  readonly counters: CounterValues | null
}

/** Everything that sources have said of a ramp. */
export interface Figures {
  readonly rows: readonly FigureRow[]
  readonly states: readonly SourceState[]
}

/** What one reading, or one push, adds: figures and state together or not at all. */
export interface FiguresCommit {
  readonly ramp: Id
  /** Its version is one more than that of the state it was made from; when another has that version, nothing is added. */
  readonly state: SourceState
  /** A row of a window that is there already takes its place. */
  readonly rows: readonly FigureRow[]
}

export const noFigures: Figures = { rows: [], states: [] }
