import type { Purchase } from './checkout.ts'

/** What happened in one checkout since the shop opened. */
export interface Figure {
  readonly shoppers: number
  readonly failed: number
  readonly ordered: number
  /** The mean of how long they waited, null before there was anybody. */
  readonly meanMs: number | null
}

export type Figures = Readonly<Record<Purchase['checkout'], Figure>>
