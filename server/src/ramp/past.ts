import type { EnvironmentRef, Store } from '../store/store.ts'
import { FINEST, startOf } from '../totals/tiers.ts'
import { type Histogram, histogramOf } from '../totals/total.ts'

const HOUR = 3_600_000

/** The values of a metric in a time, of all instances together; empty when it was counted but never measured. */
export async function pastOf(
  store: Pick<Store, 'measured'>,
  ref: EnvironmentRef,
  metric: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Histogram> {
  const width = FINEST.widthMs
  const end = startOf(to, width) + width
  const rows = await store.measured(ref, metric, { from, to: end, stepMs: HOUR })
  return histogramOf(rows.flatMap(({ histogram }) => [...(histogram ?? [])]))
}
