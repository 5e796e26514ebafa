/*
 * What simulations and benchmarks outside this package are made of: worlds of ramps, judged by the product's own detector. No part
 * of the server imports it.
 */
export { foldRows } from './ramp/fold.ts'
export { type Frozen, freeze } from './ramp/frozen.ts'
export { assess, judge } from './ramp/judge.ts'
export { CLEAR_AT, clearEvidence } from './ramp/stats/clear.ts'
export { binomial, chance } from './ramp/testing/chance.ts'
export { NOON, plan, ramp } from './ramp/testing/makers.ts'
export { ascend, type Gated } from './ramp/testing/worlds/gated.ts'
export { type Crowd, crowd, type Failing, failing, normal, type People, waiting } from './ramp/testing/worlds/people.ts'
export {
  type Climbed,
  climb,
  type Outcome,
  type OwnOutcome,
  type Requests,
  type Seen,
  STEPS,
  TICK_MS,
  TICKS_PER_STEP,
  type Watcher,
  type World,
} from './ramp/testing/worlds/ramps.ts'
export { type Buying, buyers, independent, type Traffic, timed } from './ramp/testing/worlds/requests.ts'
export { histogramOf } from './totals/total.ts'
