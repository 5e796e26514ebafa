/** One goal of a benchmark: what was measured, what was promised, and whether it holds. */
export interface Row {
  readonly goal: string
  readonly measured: string
  readonly limit: string
  readonly ok: boolean
}
