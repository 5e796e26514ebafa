import fc from 'fast-check'
import { chance } from '../../ramp/testing/chance.ts'
import type { ModelClient } from './client.ts'
import { happenings } from './commands.ts'
import { worldMaker } from './world.ts'

/** What the runs went through: a proof that met none of these would prove nothing. */
export type Met = { -readonly [What in keyof ModelClient['met']]: number } & { runs: number; revisions: number }

/**
 * So many random histories, with everything that can happen to a client on the way: at each moment each client holds one
 * whole state of the history (never half of a change, never one before what it held), gives the answers of that state, and in
 * the end has the last one. Throws with the shortest history that was found to break it.
 */
export async function prove(runs: number, seed: number): Promise<Met> {
  const met: Met = { runs: 0, revisions: 0, gaps: 0, ignored: 0, patches: 0, puts: 0, polls: 0, failures: 0 }
  const worlds = await worldMaker()
  try {
    await fc.assert(
      fc.asyncProperty(happenings, fc.integer(), async (commands, start) => {
        const world = await worlds.make(chance(start))
        try {
          await fc.asyncModelRun(() => ({ model: {}, real: world }), commands)
          await world.end()
        } finally {
          await world.close()
        }
        met.runs += 1
        met.revisions += world.history.latest
        for (const { met: one } of world.clients) {
          for (const what of ['gaps', 'ignored', 'patches', 'puts', 'polls', 'failures'] as const)
            met[what] += one[what]
        }
      }),
      { numRuns: runs, seed },
    )
  } finally {
    worlds.close()
  }
  return met
}
