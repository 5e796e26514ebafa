import type { RuleStep } from '@rampart/core'
import type { z } from 'zod'
import type { Person, SdkKey, Session, Token } from '../access.ts'
import type { RouteName } from '../addresses.ts'
import type { AuditEntry } from '../audit.ts'
import type { FlagExplanation } from '../explain.ts'
import type { Flag, FlagConfig, KillResult, killUrlResult, Propagation, Rule } from '../flags.ts'
import type { Layer } from '../layers.ts'
import type { Plan } from '../plans.ts'
import type { Actor } from '../primitives.ts'
import type { Environment, Instance, Project, Segment, UnknownFlag, Webhook } from '../projects.ts'
import type { Evidence, Ramp, RampTicks } from '../ramps.ts'
import type { Routes } from '../routes.ts'
import type { Evaluations, MetricTotals } from '../totals.ts'
import { metricDefinition, metricSource, sourceHealth } from './examples-metrics.ts'
import type { ComponentName } from './schemas.ts'

const ana: Actor = { kind: 'person', id: 'p_7h2k9m4c1x5v8b3n', name: 'Ana', via: 'ui' }
const pipeline: Actor = { kind: 'token', id: 't_3f8d6s1a9q4w7e2r', name: 'pipeline', via: 'cli', run: '8812' }

const flag: Flag = {
  key: 'new-checkout-flow',
  name: 'New checkout',
  description: 'The checkout with one page instead of three.',
  kind: 'release',
  type: 'boolean',
  variations: [
    { key: 'on', name: null, value: true },
    { key: 'off', name: null, value: false },
  ],
  schema: null,
  clientSide: false,
  remoteOnly: false,
  owner: 'Ana',
  tags: ['payments'],
  seed: null,
  hash: 'rampart-1',
  expectedLifetime: 'P60D',
  archivedAt: null,
  createdAt: '2026-02-20T09:30:00.000Z',
  version: 1,
}

const rule: Rule = {
  id: 'beta-testers',
  name: 'Beta testers',
  paused: false,
  when: { all: [{ segment: 'beta-testers' }, { attribute: 'country', operator: 'is one of', operand: ['DE', 'FR'] }] },
  serve: { variation: 'on' },
}

const config: FlagConfig = {
  project: 'demo',
  environment: 'production',
  flag: 'new-checkout-flow',
  on: true,
  off: 'off',
  prerequisites: [],
  layer: null,
  rules: [rule],
  everyoneElse: { variation: 'on', rollout: { percent: 10, otherwise: 'off' } },
  killed: null,
  revision: 41,
  heldBy: { ramp: 'r_01jd8k3m5n7p', rule: 'everyone-else' },
  summary: 'Beta testers get on. Of everyone else, 10% get on and 90% get off.',
}

const explained: RuleStep = {
  step: 'rule',
  rule: 'beta-testers',
  verdict: 'false',
  when: {
    kind: 'all',
    verdict: 'false',
    parts: [
      { kind: 'segment', segment: 'beta-testers', verdict: 'false', way: 'nothing' },
      {
        kind: 'attribute',
        attribute: 'country',
        operator: 'is one of',
        operand: ['DE', 'FR'],
        verdict: 'not looked at',
      },
    ],
  },
}

const explanation: FlagExplanation = {
  flag: 'new-checkout-flow',
  answer: { value: false, variation: 'off', reason: 'rollout', rule: 'everyone-else', position: 2_070_727_614 },
  steps: [
    { step: 'switch', state: 'on' },
    explained,
    {
      step: 'serve',
      rule: 'everyone-else',
      by: 'targetingKey',
      unit: 'acc_918',
      rollout: { percent: 10, below: 429_496_730, position: 2_070_727_614, inside: false, otherwise: 'off' },
      variation: 'off',
    },
  ],
  rules: [{ id: 'beta-testers', name: 'Beta testers', paused: false }],
}

const propagation: Propagation = { instances: 38, holding: 38, slowestMs: 912, behind: [] }

const evidence: Evidence = {
  guard: 'checkout_error',
  metric: 'checkout_error',
  verdict: 'tripped',
  reaction: 'rollback',
  limit: { kind: 'no_worse', margin: 1 },
  method: 'exact',
  control: { units: 9_120, events: 365, rate: 0.04 },
  treatment: { units: 1_013, events: 203, rate: 0.2 },
  change: { as: 'ratio', value: 5.01, interval: [3.9, null], confidence: 0.99 },
  e: 184.2,
  needed: 100,
  units: 'targetingKey',
  ticks: { from: '2026-03-01T12:00:00.000Z', to: '2026-03-01T12:00:30.000Z', n: 3 },
  step: 2,
  words: 'checkout_error: 20.0% of units with on, 4.0% without',
}

const plan: Plan = {
  key: 'standard',
  version: 3,
  name: 'Standard',
  steps: [
    { percent: 1, dwell: 'PT10M', minUnits: 100, clear: 5, approval: false, gate: null },
    { percent: 100, dwell: 'PT0S', minUnits: 0, clear: null, approval: false, gate: null },
  ],
  guards: [
    {
      key: 'checkout_error',
      metric: 'checkout_error',
      take: 'first',
      source: { kind: 'sdk', from: 'server' },
      limit: { kind: 'no_worse', margin: 1 },
      reaction: 'rollback',
      weight: 1,
      minUnits: null,
      fromStep: 1,
      grace: null,
    },
  ],
  bake: null,
  maxDwell: 'PT1H',
  onNoData: 'hold',
  onFewSamples: 'hold',
  noDataGrace: 'PT2M',
  cooldown: 'PT1H',
  propagationLimit: 'PT1M',
  window: null,
  alpha: 0.01,
}

const ramp: Ramp = {
  id: 'r_01jd8k3m5n7p',
  project: 'demo',
  environment: 'production',
  flag: 'new-checkout-flow',
  rule: 'everyone-else',
  to: 'on',
  state: 'rolled_back',
  plan,
  step: 2,
  seq: 3,
  percent: { before: 0, reached: 10, now: 0 },
  enteredAt: '2026-03-01T12:00:00.000Z',
  judgingSince: '2026-03-01T12:00:01.000Z',
  nextDecisionAt: null,
  holds: [],
  verdicts: [evidence],
  end: {
    at: '2026-03-01T12:00:31.000Z',
    by: 'guard',
    cause: { kind: 'guard', evidence: [evidence], named: ['checkout_error'] },
  },
  run: '8812',
  source: { url: 'https://ci.example.com/runs/8812', commit: '3f2a9c1' },
  startedBy: pipeline,
  startedAt: '2026-03-01T11:50:00.000Z',
  watcher: null,
  propagation,
  sentence: 'Rolled back from 10% after 30 s: checkout_error, 20.0% of units with on, 4.0% without.',
  version: 17,
}

const segment: Segment = {
  key: 'beta-testers',
  name: 'Beta testers',
  description: '',
  when: { attribute: 'email', operator: 'ends with', operand: ['@example.com'] },
  included: ['acc_918'],
  excluded: [],
  by: 'targetingKey',
  version: 2,
}

const layer: Layer = {
  key: 'prices',
  name: 'Prices',
  seed: 'prices',
  owners: [{ environment: 'production', flag: 'new-checkout-flow', from: 0, to: 50_000 }],
  version: 3,
}

const sdkKey: SdkKey = {
  id: 'k_5t9y2u6i1o8p4a7s',
  project: 'demo',
  environment: 'production',
  kind: 'server',
  name: 'shop',
  prefix: 'rmp_srv_…a81f',
  createdAt: '2026-02-20T09:30:00.000Z',
  expiresAt: null,
  lastUsedAt: '2026-03-01T11:59:30.000Z',
}

const token: Token = {
  id: 't_3f8d6s1a9q4w7e2r',
  kind: 'machine',
  name: 'pipeline',
  scopes: ['ramp@demo/production'],
  prefix: 'rmp_svc_…c04d',
  createdAt: '2026-02-20T09:30:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
}

const person: Person = {
  id: 'p_7h2k9m4c1x5v8b3n',
  name: 'Ana',
  scopes: ['admin@*'],
  createdAt: '2026-02-20T09:30:00.000Z',
  lastSeenAt: '2026-03-01T11:59:30.000Z',
}

const state = {
  environment: 'production',
  on: true,
  killed: false,
  rules: 1,
  share: 10,
  ramp: { id: ramp.id, percent: 10, to: 100 },
  summary: config.summary,
  revision: 41,
}

const session: Session = { kind: 'person', id: person.id, name: 'Ana', scopes: ['admin@*'] }
const project: Project = { key: 'demo', name: 'Demo', version: 1 }
const environment: Environment = {
  project: 'demo',
  key: 'production',
  class: 'production',
  protected: true,
  revision: 41,
  origins: [],
  privateAttributes: [],
  requiredPlan: null,
}
const instance: Instance = {
  instance: '6f1c3a52-0b1e-4d43-9a7c-1f2e3d4c5b6a',
  app: { name: 'shop', version: '4.2.0' },
  sdk: { name: '@rampart/node', version: '0.1.0' },
  connected: true,
  revision: 41,
  seenAt: '2026-03-01T11:59:58.000Z',
}
const webhook: Webhook = {
  id: 'wh_8k2m4n6p9r1t',
  url: 'https://alerts.example.com/rampart',
  format: 'generic',
  createdAt: '2026-02-20T09:30:00.000Z',
  lastDelivery: { at: '2026-03-01T12:00:32.000Z', ok: true, status: 200, error: null },
}
const kill: KillResult = {
  item: { ...config, killed: { at: '2026-03-01T12:00:00.000Z', by: ana, reason: 'checkout is down' }, heldBy: null },
  revision: 42,
  auditId: 'demo/118',
  already: false,
  ramp: { id: ramp.id, percent: 0 },
  propagation,
}
const killUrl: z.infer<typeof killUrlResult> = {
  killed: [{ flag: 'new-checkout-flow', environment: 'production', revision: 42, already: false }],
  propagation,
}
const entry: AuditEntry = {
  scope: 'demo',
  n: 118,
  at: '2026-03-01T12:00:00.000Z',
  actor: ana,
  action: 'flag.killed',
  subject: { kind: 'flag', key: 'new-checkout-flow', environment: 'production' },
  before: { killed: null },
  after: { killed: { at: '2026-03-01T12:00:00.000Z' } },
  revisions: [{ environment: 'production', revision: 42 }],
  comment: 'checkout is down',
  request: { id: 'req_0f6a3c9e', address: '203.0.113.7' },
  words: 'new-checkout-flow was killed in production. Reason: checkout is down',
  previous: 'a3f1b09c5d27e864a3f1b09c5d27e864a3f1b09c5d27e864a3f1b09c5d27e864',
  hash: '7c2e4d81f6a05b937c2e4d81f6a05b937c2e4d81f6a05b937c2e4d81f6a05b93',
}
const unknownFlag: UnknownFlag = {
  flag: 'new-chekout-flow',
  n: 12,
  firstSeenAt: '2026-03-01T11:00:00.000Z',
  lastSeenAt: '2026-03-01T11:59:58.000Z',
}
const steps = { from: '2026-03-01T11:59:40.000Z', to: '2026-03-01T12:00:00.000Z', stepMs: 10_000 }
const evaluations: Evaluations = {
  ...steps,
  variations: [
    { variation: 'off', n: [931, 948] },
    { variation: 'on', n: [104, 101] },
  ],
}
const metricTotals: MetricTotals = {
  ...steps,
  steps: [
    {
      at: steps.from,
      n: 120,
      values: {
        n: 120,
        sum: 38_412.5,
        quantiles: [
          [0.5, 304.4],
          [0.9, 430.5],
          [0.95, 512],
          [0.99, 861.1],
        ],
      },
    },
  ],
}
const rampTicks: RampTicks = {
  ramp: ramp.id,
  stepMs: 10_000,
  publishes: [{ seq: 1, step: 1, percent: 1, controlSample: 0.2021, at: ramp.startedAt }],
  ticks: [
    {
      at: ramp.startedAt,
      seq: 1,
      units: { treatment: 41, control: 812 },
      events: [{ metric: 'checkout_error', treatment: 2, control: 33 }],
    },
  ],
}

/** One example of each thing that has a name. */
export const examples: { readonly [N in ComponentName]: unknown } = {
  Actor: ana,
  ArmFigures: evidence.control,
  AuditEntry: entry,
  AuditSubject: entry.subject,
  Cause: ramp.end?.cause,
  Condition: rule.when,
  Environment: environment,
  Evaluations: evaluations,
  Evidence: evidence,
  ExplainedCondition: explained.when,
  ExplainedStep: explained,
  Explanation: explanation,
  Flag: flag,
  FlagConfig: config,
  FlagListItem: { ...flag, states: [state], changedAt: '2026-03-01T11:50:00.000Z' },
  FlagState: state,
  FlagView: { ...flag, cohort: ['new-checkout-copy'] },
  Guard: plan.guards[0],
  GuardSource: plan.guards[0]?.source,
  Hold: { kind: 'dwell', until: '2026-03-01T12:10:00.000Z', words: 'the dwell time, until 12:10' },
  Instance: instance,
  KillResult: kill,
  KillUrlResult: killUrl,
  Layer: layer,
  Limit: evidence.limit,
  Metric: { name: 'checkout_error', lastSeenAt: '2026-03-01T11:59:58.000Z' },
  MetricDefinition: metricDefinition,
  MetricSource: metricSource,
  MetricTotals: metricTotals,
  Person: person,
  Plan: plan,
  Project: project,
  Propagation: propagation,
  Ramp: ramp,
  RampTicks: rampTicks,
  Rule: rule,
  SdkKey: sdkKey,
  Segment: segment,
  Serve: config.everyoneElse,
  Session: session,
  SourceHealth: sourceHealth,
  Step: plan.steps[0],
  Token: token,
  UnknownFlag: unknownFlag,
  Variation: flag.variations[0],
  Webhook: webhook,
}

type Bodies = {
  readonly [N in RouteName as Routes[N]['body'] extends z.ZodType ? N : never]: BodyOf<Routes[N]['body']>
}
type BodyOf<B> = B extends z.ZodType ? z.input<B> : never

/** One example of each body that is sent. */
export const bodyExamples: Bodies = {
  signIn: { token: 'the last part of a sign-in link' },
  createPerson: { name: 'Bo', scopes: ['write@demo'] },
  createSignInLink: {},
  createToken: { kind: 'machine', name: 'pipeline', scopes: ['ramp@demo/production'] },
  createProject: { key: 'demo', name: 'Demo' },
  createEnvironment: { key: 'production', class: 'production' },
  patchEnvironment: { origins: ['https://shop.example'] },
  createSdkKey: { kind: 'server', name: 'shop' },
  createFlag: { key: 'new-checkout-flow', name: 'New checkout', tags: ['payments'] },
  patchFlag: { description: 'The checkout with one page instead of three.' },
  putConfig: {
    on: true,
    off: 'off',
    prerequisites: [],
    layer: null,
    rules: [rule],
    everyoneElse: { variation: 'on', rollout: { percent: 10, otherwise: 'off' } },
  },
  switchFlag: { on: true },
  explain: { flag: 'new-checkout-flow', context: { targetingKey: 'acc_918', country: 'DE' } },
  setRollout: { percent: 10 },
  killFlag: { reason: 'checkout is down' },
  restoreFlag: { reason: 'the payment provider is back' },
  putSegment: { name: 'Beta testers', when: segment.when, included: ['acc_918'] },
  putLayer: { name: 'Prices' },
  putPlan: { steps: '1%:10m,10%:15m,50%:30m,100%', guards: ['checkout_error'] },
  startRamp: { steps: '1%:10m,10%:15m,50%:30m,100%', guards: ['checkout_error'], run: '8812' },
  advanceRamp: { to: 50, reason: 'looked at by hand' },
  pauseRamp: { reason: 'checking logs' },
  resumeRamp: {},
  rollbackRamp: { reason: 'support has complaints' },
  approveRamp: {},
  rejectRamp: { reason: 'too many open questions' },
  pushMeasurements: {
    measurements: [
      {
        metric: 'payment_failed',
        start: '2026-03-01T12:00:00Z',
        end: '2026-03-01T12:01:00Z',
        arm: 'treatment',
        events: 3,
        total: 412,
      },
      {
        metric: 'payment_failed',
        start: '2026-03-01T12:00:00Z',
        end: '2026-03-01T12:01:00Z',
        arm: 'control',
        events: 31,
        total: 4120,
      },
    ],
  },
  putMetricDefinition: {
    direction: 'down',
    description: metricDefinition.description,
    owner: metricDefinition.owner,
    source: metricDefinition.source,
  },
  putMetricSource: {
    kind: 'prometheus',
    url: 'https://prometheus.example.com',
    auth: { kind: 'basic', user: 'rampart', password: 'a password' },
  },
  testMetricSource: {},
  createWebhook: { url: 'https://alerts.example.com/rampart', format: 'generic' },
}
