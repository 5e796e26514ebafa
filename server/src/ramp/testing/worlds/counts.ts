import type { TickRow } from '../../../store/store.ts'

/** What the server would have stored of a ramp so far. */
export interface Counts {
  /** Rows of one sequence are one row: evidence depends on their sums only. */
  readonly rows: readonly TickRow[]
  /** Adds units to what is counted under a name, in the sequence they belong to, which may be an earlier one. */
  add(name: string, seq: number, treatment: number, control: number): void
  /** The same for one unit. */
  one(name: string, seq: number, inTreatment: boolean): void
  /** What comes in from now on is of the tick that starts at this time. */
  tickAt(start: number): void
  /** Rows of ticks from this time on are kept apart from those before: the evidence of a guard begins anew with it. */
  apartFrom(start: number): void
}

interface Row extends TickRow {
  treatment: number
  control: number
}

export function createCounts(): Counts {
  let ofSequence: Map<string, Row>[] = []
  const rows: Row[] = []
  let tick = 0
  let apart = Number.POSITIVE_INFINITY

  function row(metric: string, seq: number): Row {
    const named = ofSequence[seq] ?? new Map<string, Row>()
    ofSequence[seq] = named
    const known = named.get(metric)
    if (known !== undefined) return known
    const fresh: Row = { seq, tick, metric, treatment: 0, control: 0 }
    named.set(metric, fresh)
    rows.push(fresh)
    return fresh
  }

  return {
    rows,
    add(name, seq, treatment, control) {
      const one = row(name, seq)
      one.treatment += treatment
      one.control += control
    },
    one(name, seq, inTreatment) {
      const one = row(name, seq)
      if (inTreatment) one.treatment += 1
      else one.control += 1
    },
    tickAt(start) {
      tick = start
      if (start < apart) return
      ofSequence = []
      apart = Number.POSITIVE_INFINITY
    },
    apartFrom(start) {
      apart = start
    },
  }
}
