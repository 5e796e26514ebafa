export {
  createPerson,
  createSdkKey,
  createToken,
  type Person,
  type SdkKey,
  type Session,
  scope,
  type Token,
} from './access.ts'
export { type Address, addresses, type Need, type RouteName, STREAM_PATH } from './addresses.ts'
export { type AuditAction, type AuditEntry, auditActions, type Subject } from './audit.ts'
export { type ChangeAs, sayChange, sayLeast, sayMost } from './change-text.ts'
export {
  type AdminClient,
  type AdminClientOptions,
  type CallOptions,
  createAdminClient,
  ProblemError,
  type Reply,
} from './client.ts'
export { operators } from './conditions.ts'
export { duration } from './duration-input.ts'
export { formatDuration, parseDuration, parseShortDuration, sayDuration } from './durations.ts'
export type { Explained, FlagExplanation } from './explain.ts'
export {
  type ConfigSettings,
  configSettings,
  type Flag,
  type FlagConfig,
  type FlagListItem,
  type FlagView,
  type KillResult,
  type Propagation,
  type Rule,
  type Serve,
} from './flags.ts'
export type { Layer, LayerOwner } from './layers.ts'
export { type MetricDefinition, putMetric } from './metrics.ts'
export {
  formatSteps,
  type Parsed,
  parseGuard,
  parseSteps,
  sayLimit,
  usualReaction,
  type WrittenGuard,
  type WrittenStep,
} from './plan-text.ts'
export {
  type Guard,
  type GuardSource,
  guard,
  guardSource,
  type Limit,
  type Plan,
  putPlan,
  type Reaction,
  type Step,
  step,
} from './plans.ts'
export { type Actor, key } from './primitives.ts'
export type { Environment, Instance, Metric, Project, Segment, UnknownFlag, Webhook } from './projects.ts'
export { ENDED, type RampState } from './ramp-states.ts'
export {
  type Cause,
  type Evidence,
  type Hold,
  type HoldKind,
  type Ramp,
  type RampEnd,
  type RampTicks,
  startRamp,
  type Verdict,
} from './ramps.ts'
export { type Place, permits, type Verb, verbs } from './rights.ts'
export { type Route, type Routes, routes } from './routes.ts'
export {
  type MeasurementsPushed,
  type MetricSource,
  type PushedMeasurement,
  putMetricSource,
  type SourceHealth,
  type SourceTested,
} from './sources.ts'
export { marksFor, sayPagesAreTold, type ToldToPages, toldToPages, whatPagesAreTold } from './told-to-pages.ts'
export type { Evaluations, MetricTotals } from './totals.ts'
