export { readUnit } from './attributes.ts'
export { cut, position, seededUnitHash, sliceCut, unitHash, unitHasher, unitText, WHOLE } from './bucket.ts'
export { compactEvaluator, type Evaluator, type Stand, type StoodAnswer } from './compact/evaluate.ts'
export type { Conclusion } from './conclusion.ts'
export { type Configuration, compile } from './configuration.ts'
export { isConstant } from './constant.ts'
export { afterRefusal, asAsked, backoff, spread, streamAgain } from './delays.ts'
export { drain } from './drain.ts'
export { answerOf, conclude, evaluate, lacksUnit } from './evaluate.ts'
export { explain } from './explain.ts'
export type {
  ExplainedCondition,
  Explanation,
  LayerStep,
  PrerequisiteStep,
  RuleStep,
  ServeStep,
  Step,
  Verdict,
} from './explained.ts'
export { murmur3 } from './hash.ts'
export { type LinkEffect, type LinkEvent, type Report, step } from './link.ts'
export { createLink, type Failure, isRefusal, type LinkState, type Source, type Transport } from './link-state.ts'
export { lowerCase } from './lower-case.ts'
export type { Lent, Matcher, Problem } from './means.ts'
export { mergeChange } from './merge.ts'
export { bucketBound, bucketOf, isMetricName } from './metric.ts'
export {
  type Answer,
  type AttributeValue,
  type Audience,
  type Bootstrap,
  type Condition,
  type Context,
  type Duration,
  type ErrorCode,
  EVERYONE_ELSE,
  type FlagType,
  type HashName,
  type Hints,
  type Id,
  type Instant,
  type Json,
  type Key,
  type Operator,
  type PageStand,
  type Patch,
  type Path,
  type Percent,
  type Rate,
  type Reason,
  type Revision,
  type Slice,
  type Snapshot,
  type UnitHash,
  type Watch,
  type WatchedMetric,
  type WireFlag,
  type WireLayer,
  type WireRule,
  type WireSegment,
  type WireServe,
} from './model.ts'
export { operandProblem } from './operand.ts'
export { pageMatcher } from './page-matcher.ts'
export { type ClientSafe, clientSafePattern, nativeMatcher, nativePattern, portablePattern } from './pattern.ts'
export { isWorthRepeating, retryDelay } from './repeats.ts'
export type { Ack, Arms, Counts, EventsBatch, Watched } from './reports.ts'
export { layerSeed, rolloutSeed, splitSeed } from './seed.ts'
export { type Applied, applyChange, replaceWith, supersedes } from './snapshot.ts'
export {
  createTally,
  recordError,
  recordExposure,
  recordObservation,
  recordOutcome,
  TALLY_LIMITS,
  type Tally,
  type TallyLimits,
} from './tally.ts'
export { bootstrapOf, valuesOf } from './values.ts'
export { armOf } from './watches.ts'
