import { ramps } from '../bench/ramp/proof.ts'

/** Whole, the goals that `npm run bench -- ramp` tells a tenth of. */
export const proof = ramps
