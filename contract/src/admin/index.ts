export {
  createPerson,
  createSdkKey,
  createToken,
  type Person,
  type Place,
  permits,
  type SdkKey,
  type Session,
  scope,
  type Token,
  type Verb,
  verbs,
} from './access.ts'
export { type AuditAction, type AuditEntry, auditActions, type Subject } from './audit.ts'
export {
  type AdminClient,
  type AdminClientOptions,
  type CallOptions,
  createAdminClient,
  ProblemError,
  type Reply,
} from './client.ts'
export { operators } from './conditions.ts'
export { duration, formatDuration, parseDuration, parseShortDuration, sayDuration } from './durations.ts'
export {
  type ConfigSettings,
  configSettings,
  type Flag,
  type FlagConfig,
  type FlagListItem,
  type KillResult,
  type Propagation,
  type Rule,
  type Serve,
} from './flags.ts'
export {
  formatSteps,
  type Parsed,
  parseGuard,
  parseSteps,
  sayLimit,
  type WrittenGuard,
  type WrittenStep,
} from './plan-text.ts'
export { type Guard, guard, type Limit, type Plan, putPlan, type Reaction, type Step, step } from './plans.ts'
export { type Actor, key } from './primitives.ts'
export type { Environment, Instance, Metric, Project, Segment, Webhook } from './projects.ts'
export {
  type Cause,
  ENDED,
  type Evidence,
  type Hold,
  type HoldKind,
  type Ramp,
  type RampEnd,
  type RampState,
  startRamp,
  type Verdict,
} from './ramps.ts'
export { type Need, type Route, type RouteName, type Routes, routes, STREAM_PATH } from './routes.ts'
