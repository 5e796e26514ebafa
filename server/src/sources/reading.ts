import type { Guard } from '@rampart/contract/admin'
import type { FigureStratum } from './figures.ts'

export type Arm = 'treatment' | 'control'

/** What a source calls the two arms. */
export type ArmNames = Readonly<Record<Arm, string>>

/** One question to a source. */
export interface Ask {
  readonly guard: Pick<Guard, 'take' | 'source'>
  readonly arms: ArmNames
  /** Bounds of a latency, in the unit of the source, rising; empty for everything else. */
  readonly bounds: readonly number[]
  /** The time that is asked about, for sources that count by window. Null asks for a sample, at no particular time. */
  readonly window: { readonly from: number; readonly to: number } | null
}

/** A counter as it stands. Counters of a whole service, without arms, stand under `treatment`. */
export interface Counter {
  /** What it counts and its labels, the same text at every reading. */
  readonly id: string
  /** `at_most` counts what took no longer than `bound`. */
  readonly counts: 'events' | 'total' | 'at_most'
  readonly bound: number | null
  readonly arm: Arm
  /** The process that counts; empty where the source does not tell processes apart. */
  readonly instance: string
  readonly value: number
}

export type Failure =
  /** Nobody answers there. */
  | 'unreachable'
  /** It accepted the question and did not answer in time. */
  | 'timed_out'
  /** It answered that the credential, or the address, is not allowed. */
  | 'refused'
  /** It answered that the question is wrong. */
  | 'rejected'
  /** It answered with something else. */
  | 'unreadable'

/** What came back from a source. `words` can follow the name of a metric and a colon. */
export type Reading =
  /** Counters that grow for ever: two readings make a window. */
  | { readonly kind: 'counters'; readonly counters: readonly Counter[] }
  /** Counts of the window that was asked about. */
  | {
      readonly kind: 'window'
      readonly from: number
      readonly to: number
      readonly strata: readonly FigureStratum[]
    }
  | { readonly kind: 'gauge'; readonly value: number }
  /** An answer with no figures in it: neither good nor bad. */
  | { readonly kind: 'no_data'; readonly words: string }
  | { readonly kind: 'error'; readonly failure: Failure; readonly words: string }

/** A place that figures can be read from. Never rejects: what goes wrong is a reading too. */
export interface Source {
  read(ask: Ask, signal: AbortSignal): Promise<Reading>
}
