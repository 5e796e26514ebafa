import type { Row } from '../bench/row.ts'

/**
 * A proof too long for `npm test`. It is cut into parts that know nothing of one another, so that an interrupted run goes on with
 * the part it was in, and a tenth of it runs in CI.
 */
export interface Proof<Figures> {
  /** The names of the parts at a scale: 1 is the whole proof, 0.1 a tenth. The same scale always gives the same parts. */
  parts(scale: number): readonly string[]
  /** Runs one part; equal names and seeds give equal figures as far as the machine allows. Throws when a promise is broken. */
  run(part: string, seed: number): Promise<Figures>
  /** The promises, held against what every part of this scale gave. Figures are JSON, since finished parts are kept in a file. */
  rows(figures: readonly Figures[], scale: number): readonly Row[]
}
