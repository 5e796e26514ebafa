import type { Proof } from './proof.ts'
import { runNode } from './run-node.ts'

/** What the histories went through, as `server/src/delivery/test-model/prove.ts` counts it. */
interface Met {
  readonly runs: number
  readonly revisions: number
  readonly puts: number
  readonly patches: number
  readonly polls: number
  readonly gaps: number
  readonly ignored: number
  readonly failures: number
}

const RUNS = 10_000
const PARTS = 40

/** 10,000 random histories: a client's snapshot is always some state of the history, and finally the last. */
export const proof: Proof<Met> = {
  parts: (scale) => Array.from({ length: Math.round(PARTS * scale) }, (_, i) => `histories ${i + 1}`),
  async run(part, seed) {
    const n = Number(part.split(' ')[1])
    const seeds = [String(RUNS / PARTS), String(seed * 1_000 + n)]
    return JSON.parse(await runNode('server/src/delivery/test-model/run.ts', seeds)) as Met
  },
  rows(figures, scale) {
    const sum = (what: keyof Met): number => figures.reduce((total, one) => total + one[what], 0)
    const met = (['revisions', 'patches', 'puts', 'polls', 'gaps', 'ignored', 'failures'] as const).map((what) => ({
      goal: `met on the way: ${what}`,
      measured: String(sum(what)),
      limit: '> 0',
      ok: sum(what) > 0,
    }))
    const runs = Math.round(PARTS * scale) * (RUNS / PARTS)
    // A history that broke the promise ends the proof with itself.
    return [
      {
        goal: 'histories without a broken promise',
        measured: String(sum('runs')),
        limit: String(runs),
        ok: sum('runs') === runs,
      },
      ...met,
    ]
  },
}
