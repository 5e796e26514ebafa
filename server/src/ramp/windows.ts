import type { Guard } from '@rampart/contract/admin'
import type { FigureRow } from '../sources/figures.ts'
import { countsByWindow } from '../sources/guard-source.ts'
import { startedAt } from './cells.ts'
import { ms } from './plan.ts'
import type { Publish, StoredRamp } from './state.ts'

/** A window of figures, and the publish of the ramp that was served throughout it. */
export interface Window extends FigureRow {
  readonly publish: Publish
  /** How many copies of the evidence it feeds. */
  readonly started: number
}

/**
 * The windows that a guard is judged by. Requests carry no sequence, so only the server's clock says which share they came under: a window
 * counts when one publish was served from its beginning to its end, after it had reached the fleet and settled. Counters are
 * read with a delay of up to one scrape, so that the first window after that would still tell of the time before.
 */
export function windowsOf(ramp: StoredRamp, guard: Guard, rows: readonly FigureRow[]): readonly Window[] {
  const from = ramp.restarts.find((restart) => restart.guard === guard.key)?.from ?? 0
  return rows.flatMap((row): Window[] => {
    if (row.guard !== guard.key || row.start < from) return []
    const publish = ramp.publishes.findLast(({ at }) => at <= row.start)
    if (publish === undefined || publish.step < guard.fromStep || !wasServed(ramp, guard, { publish, row })) return []
    return [{ ...row, publish, started: startedAt(ramp, publish.seq) }]
  })
}

function wasServed(
  ramp: StoredRamp,
  { source, grace }: Guard,
  { publish, row }: { readonly publish: Publish; readonly row: FigureRow },
): boolean {
  const { reached } = publish
  if (reached === undefined) return false
  const next = ramp.publishes.find(({ seq }) => seq === publish.seq + 1)
  if (next !== undefined && next.at < row.end) return false
  const lag = countsByWindow(source) ? 0 : row.end - row.start
  return row.start >= reached.at + lag + (grace === null ? 0 : ms(grace))
}
