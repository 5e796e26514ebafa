import type { Id } from '@rampart/core'
import type { Clock } from '../clock.ts'
import type { Store, TickRow } from '../store/store.ts'
import { sampleAt } from './cells.ts'
import { AFTER_END, MET } from './counted.ts'
import { type FoldedRow, foldRows } from './fold.ts'
import type { StoredRamp } from './state.ts'

/** Reads the ticks of ramps again and again, and from the store only those that may have changed. */
export interface TickReader {
  read(ramp: StoredRamp): Promise<readonly FoldedRow[]>
  /** About how many hashes of units the store keeps for a ramp, as of the last reading. */
  kept(ramp: StoredRamp): number
  /** Does what has to be done once for each halving of a ramp's units; again after a restart, and after a failure. */
  once(ramp: StoredRamp, work: () => Promise<void>): Promise<void>
  /** Forgets every other ramp. */
  keepOnly(ramps: ReadonlySet<Id>): void
}

/** A tick takes nothing more for so long after it has ended, with room for a commit that is under way. */
const CLOSED_AFTER_MS = 30_000

interface Remembered {
  /** Rows of ticks that take nothing more, put together as far as that changes no judgement. */
  closed: readonly FoldedRow[]
  /** Where the ticks begin that are read again. */
  since: number
  rows: readonly FoldedRow[]
  forgotten: number
}

/** Nothing is remembered that the store could not say again. */
export function createTickReader(store: Pick<Store, 'ticks'>, clock: Clock): TickReader {
  const remembered = new Map<Id, Remembered>()

  function of(id: Id): Remembered {
    const memory = remembered.get(id) ?? { closed: [], since: 0, rows: [], forgotten: 0 }
    remembered.set(id, memory)
    return memory
  }

  return {
    async read(ramp) {
      const { id, tickMs } = ramp
      const memory = of(id)
      const closedBefore = Math.floor((clock.now() - CLOSED_AFTER_MS) / tickMs) * tickMs
      const rows = [...memory.closed, ...(await store.ticks(id, memory.since))]
      if (closedBefore > memory.since) {
        const isClosed = ({ tick }: FoldedRow): boolean => tick < closedBefore
        memory.closed = foldRows(ramp, rows.filter(isClosed))
        memory.since = closedBefore
        // What was put together stands for its rows from now on: a thousand ramps with a past of hours would be gigabytes.
        memory.rows = [...memory.closed, ...rows.filter((row) => !isClosed(row))]
      } else memory.rows = rows
      return memory.rows
    },

    kept(ramp) {
      const now = sampleAt(ramp, clock.now())
      return of(ramp.id).rows.reduce((n, row) => n + hashesOf(row) * (now / sampleAt(ramp, row.tick)), 0)
    },

    async once(ramp, work) {
      const memory = of(ramp.id)
      if (memory.forgotten === ramp.halved.length) return
      await work()
      memory.forgotten = ramp.halved.length
    },

    keepOnly(ramps) {
      for (const id of remembered.keys()) if (!ramps.has(id)) remembered.delete(id)
    },
  }
}

/** A row stands for as many hashes as it counts units, except those that count the same units once more, or no units. */
function hashesOf({ metric, treatment, control }: TickRow): number {
  if (metric === AFTER_END || !/^~?[*a-z0-9_.]*(?:>0)?$/.test(metric)) return 0
  // Of those who were met each arm has a set of its own too.
  return (metric === MET ? 2 : 1) * (treatment + control)
}
