import { costs } from './ramp/costs.ts'
import { ramps } from './ramp/proof.ts'
import type { Row } from './row.ts'

const TENTH = 0.1
const SEED = 1

/** A tenth of the proof of ramps and guards, and what a look costs. */
export async function run(): Promise<readonly Row[]> {
  const figures = []
  for (const part of ramps.parts(TENTH)) figures.push(await ramps.run(part, SEED))
  return [...ramps.rows(figures, TENTH), ...costs()]
}
