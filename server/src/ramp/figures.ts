import { type Figures, noFigures } from '../sources/figures.ts'
import { isElsewhere } from '../sources/guard-source.ts'
import type { Store } from '../store/store.ts'
import type { StoredRamp } from './state.ts'

/** What sources said of a ramp; asked for only when a guard has one. */
export async function figuresOf(store: Pick<Store, 'figures'>, { id, plan }: StoredRamp): Promise<Figures> {
  return plan.guards.some(isElsewhere) ? store.figures(id) : noFigures
}
