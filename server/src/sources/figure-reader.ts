import type { Id } from '@rampart/core'
import type { StoredRamp } from '../ramp/state.ts'
import type { Store } from '../store/store.ts'
import { type Figures, noFigures } from './figures.ts'
import { isElsewhere } from './guard-source.ts'

/** Reads the figures of ramps again and again, and from the store only when something has been added. */
export interface FigureReader {
  read(ramp: Pick<StoredRamp, 'id' | 'plan'>): Promise<Figures>
  /** Forgets every other ramp. */
  keepOnly(ramps: ReadonlySet<Id>): void
}

/** Nothing is remembered that the store could not say again. */
export function createFigureReader(store: Pick<Store, 'figures' | 'sourceStates'>): FigureReader {
  const remembered = new Map<Id, Figures>()
  return {
    async read({ id, plan }) {
      if (!plan.guards.some(isElsewhere)) return noFigures
      const known = remembered.get(id)
      if (known !== undefined && isSame(known, await store.sourceStates(id))) return known
      const figures = await store.figures(id)
      remembered.set(id, figures)
      return figures
    },

    keepOnly(ramps) {
      for (const id of remembered.keys()) if (!ramps.has(id)) remembered.delete(id)
    },
  }
}

/** Whatever adds figures raises the version of a state. */
function isSame({ states }: Figures, now: Figures['states']): boolean {
  return states.length === now.length && states.every(({ version }, i) => version === now[i]?.version)
}
