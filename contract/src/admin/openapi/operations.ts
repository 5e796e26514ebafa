import type { ProblemCode } from '../../errors.ts'
import type { RouteName } from '../addresses.ts'

export type Tag =
  | 'Session'
  | 'Access'
  | 'Projects'
  | 'Flags'
  | 'Insights'
  | 'Segments'
  | 'Layers'
  | 'Ramps'
  | 'Metrics'
  | 'Alerts'
  | 'History'

/** What the route table does not say of an operation. */
export interface Operation {
  readonly tag: Tag
  /** Problems of its own; those that every operation of its kind has are added by `problemsOf`. */
  readonly problems?: readonly ProblemCode[]
  /** Reads `If-Match`. */
  readonly takesIfMatch?: true
  /** Sends an `ETag`, and answers 304 to a GET whose `If-None-Match` names it. */
  readonly hasEtag?: true
  /** A second status of success. */
  readonly also?: { readonly status: 200; readonly description: string }
  readonly description?: string
}

const CONFLICT = ['overloaded'] as const

/** Every operation. A route that is not described here does not compile. */
export const operations: { readonly [N in RouteName]: Operation } = {
  signIn: {
    tag: 'Session',
    problems: ['unauthenticated'],
    description: 'A sign-in link works once and for 24 hours. The answer sets the session’s cookie.',
  },
  whoami: { tag: 'Session' },
  signOut: { tag: 'Session' },

  listPeople: { tag: 'Access' },
  createPerson: { tag: 'Access' },
  createSignInLink: { tag: 'Access' },
  listTokens: { tag: 'Access' },
  createToken: {
    tag: 'Access',
    problems: ['not_found'],
    description: 'A kill URL takes only `kill@project/environment[/flag]` scopes, of what exists.',
  },
  revokeToken: { tag: 'Access' },

  listProjects: { tag: 'Projects' },
  createProject: { tag: 'Projects', problems: ['already_exists'], hasEtag: true },
  getProject: { tag: 'Projects', hasEtag: true },
  listEnvironments: { tag: 'Projects' },
  createEnvironment: { tag: 'Projects', problems: ['already_exists'] },
  getEnvironment: { tag: 'Projects' },
  patchEnvironment: { tag: 'Projects', problems: CONFLICT },
  explain: {
    tag: 'Insights',
    description:
      'Evaluates by the same code as SDKs, at the latest revision or an earlier one, and counts nothing. Values of private attributes are left out of the steps. A server remembers the last 200 changes, for as long as SDKs ask it for the environment; a revision that was not served by itself is answered with the one before it, and `revision` says which. The names of rules are those of now.',
  },
  readSnapshot: {
    tag: 'Insights',
    hasEtag: true,
    description:
      'Private values are hashed; a test of a private attribute that cannot be is left without its operand. Watches are left out. An earlier revision is answered as by `explain`.',
  },
  listInstances: { tag: 'Projects' },
  listSdkKeys: { tag: 'Access' },
  createSdkKey: { tag: 'Access' },
  revokeSdkKey: { tag: 'Access' },

  listMetrics: { tag: 'Insights' },
  getMetricTotals: {
    tag: 'Insights',
    description: 'What SDKs with a server key reported, ramp or not. Quantiles are at most 9% above the exact ones.',
  },
  listUnknownFlags: {
    tag: 'Insights',
    description: 'At most 500 of them, kept for 30 days after they were last asked for.',
  },
  getEvaluations: { tag: 'Insights', description: 'Counts of SDKs with a server key, over all reasons.' },

  listFlags: { tag: 'Flags' },
  createFlag: { tag: 'Flags', problems: ['already_exists'], hasEtag: true },
  getFlag: { tag: 'Flags', hasEtag: true },
  patchFlag: {
    tag: 'Flags',
    problems: ['revision_mismatch', 'ramp_active', 'in_use', ...CONFLICT],
    takesIfMatch: true,
    hasEtag: true,
    description: 'JSON Merge Patch (RFC 7396): what is left out stays as it is.',
  },
  getConfig: { tag: 'Flags', hasEtag: true },
  putConfig: {
    tag: 'Flags',
    problems: ['revision_mismatch', 'precondition_required', 'ramp_active', 'cycle', ...CONFLICT],
    takesIfMatch: true,
    hasEtag: true,
    description:
      'Needs `If-Match` in protected environments. The rule that a ramp holds cannot be changed; everything else can.',
  },
  switchFlag: { tag: 'Flags', problems: ['revision_mismatch', ...CONFLICT], takesIfMatch: true, hasEtag: true },
  setRollout: {
    tag: 'Flags',
    problems: ['revision_mismatch', 'ramp_active', ...CONFLICT],
    takesIfMatch: true,
    hasEtag: true,
  },
  killFlag: {
    tag: 'Flags',
    problems: CONFLICT,
    hasEtag: true,
    description:
      'Ignores revisions, approvals and drafts, and ends a ramp that is running. Doing it again changes nothing. A body that does not say it is JSON is not needed to be any. `wait` answers when every connected SDK instance has it.',
  },
  restoreFlag: {
    tag: 'Flags',
    problems: CONFLICT,
    hasEtag: true,
    description: 'Removes the mark and nothing else: nobody is given more than they had before the kill.',
  },
  getPropagation: { tag: 'Flags' },

  listSegments: { tag: 'Segments' },
  getSegment: { tag: 'Segments', hasEtag: true },
  putSegment: {
    tag: 'Segments',
    problems: ['revision_mismatch', 'cycle', ...CONFLICT],
    takesIfMatch: true,
    hasEtag: true,
  },
  deleteSegment: { tag: 'Segments', problems: ['in_use', 'revision_mismatch', ...CONFLICT], takesIfMatch: true },

  listLayers: { tag: 'Layers' },
  getLayer: { tag: 'Layers', hasEtag: true },
  putLayer: {
    tag: 'Layers',
    problems: ['revision_mismatch', ...CONFLICT],
    takesIfMatch: true,
    hasEtag: true,
    description: 'The seed can only be given when the layer is made: another one would give every unit another place.',
  },
  deleteLayer: { tag: 'Layers', problems: ['in_use', 'revision_mismatch', ...CONFLICT], takesIfMatch: true },

  listPlans: { tag: 'Ramps' },
  getPlan: { tag: 'Ramps', hasEtag: true },
  putPlan: {
    tag: 'Ramps',
    problems: ['revision_mismatch', 'blind_step', ...CONFLICT],
    takesIfMatch: true,
    hasEtag: true,
  },
  listRamps: { tag: 'Ramps' },
  startRamp: {
    tag: 'Ramps',
    problems: ['ramp_active', 'cooling_down', 'killed', 'unknown_metric', 'blind_step', ...CONFLICT],
    also: { status: 200, description: 'This run was started before; this is what became of it.' },
    description:
      'One run is one ramp: asking again with the same `run` answers 200 with that ramp, whatever became of it. Steps may be written as `1%:10m,10%:15m,50%:30m,100%`, a guard as `checkout_error<=1.5x`.',
  },
  getRamp: {
    tag: 'Ramps',
    description:
      'With `wait=60s` it answers when the ramp changes from `version` (or from what it is now), when it has ended, or when the time is over.',
  },
  getRampTicks: { tag: 'Ramps' },
  checkGuard: {
    tag: 'Ramps',
    problems: ['unknown_metric'],
    description:
      'Judges `guard`, such as `checkout_error<=1.5x`, on what was counted in the last `window=10m`, or in the whole ramp. Nothing follows from it.',
  },
  advanceRamp: { tag: 'Ramps', problems: ['ramp_ended', ...CONFLICT] },
  pauseRamp: { tag: 'Ramps', problems: ['ramp_ended', ...CONFLICT] },
  resumeRamp: { tag: 'Ramps', problems: ['ramp_ended', ...CONFLICT] },
  rollbackRamp: { tag: 'Ramps', problems: ['ramp_ended', ...CONFLICT] },
  approveRamp: { tag: 'Ramps', problems: ['ramp_ended', ...CONFLICT] },
  rejectRamp: { tag: 'Ramps', problems: ['ramp_ended', ...CONFLICT] },
  pushMeasurements: {
    tag: 'Ramps',
    problems: ['ramp_ended'],
    description:
      'For guards whose source is `pushed`. The key of a figure is its metric, the start of its window, arm and instance: the same again is `repeated` and adds nothing. A window closes 30 s after its end; what comes later is `late`.',
  },

  listMetricDefinitions: { tag: 'Metrics' },
  getMetricDefinition: { tag: 'Metrics', hasEtag: true },
  putMetricDefinition: {
    tag: 'Metrics',
    problems: ['revision_mismatch', ...CONFLICT],
    takesIfMatch: true,
    hasEtag: true,
    description: 'Guards that name the metric take its source and its limit when they say none themselves.',
  },
  deleteMetricDefinition: { tag: 'Metrics', problems: ['revision_mismatch', ...CONFLICT], takesIfMatch: true },
  listMetricSources: { tag: 'Metrics' },
  getMetricSource: { tag: 'Metrics', hasEtag: true },
  putMetricSource: {
    tag: 'Metrics',
    problems: ['revision_mismatch', 'in_use', ...CONFLICT],
    takesIfMatch: true,
    hasEtag: true,
    description:
      'A password or token is never told again. Left out on an edit it stays, as long as scheme, host and port of the address stay. Private addresses are refused unless the server is configured to allow them. Kind and address stay while a ramp reads from it.',
  },
  deleteMetricSource: { tag: 'Metrics', problems: ['in_use', 'revision_mismatch', ...CONFLICT], takesIfMatch: true },
  testMetricSource: {
    tag: 'Metrics',
    description: 'Answers 200 also when the source fails: `ok` and `words` say what came back.',
  },

  listWebhooks: { tag: 'Alerts' },
  createWebhook: { tag: 'Alerts' },
  deleteWebhook: { tag: 'Alerts' },

  listAudit: { tag: 'History' },
  verifyAudit: { tag: 'History' },
}
