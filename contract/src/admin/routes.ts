import { z } from 'zod'
import * as access from './access.ts'
import { type Address, addresses, type RouteName } from './addresses.ts'
import * as audit from './audit.ts'
import { waitQuery } from './duration-input.ts'
import * as explain from './explain.ts'
import * as flags from './flags.ts'
import * as layers from './layers.ts'
import * as metrics from './metrics.ts'
import * as plans from './plans.ts'
import { key } from './primitives.ts'
import * as projects from './projects.ts'
import * as ramps from './ramps.ts'
import * as sources from './sources.ts'
import * as totals from './totals.ts'

export interface Route extends Address {
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  readonly body: z.ZodType | null
  readonly response: z.ZodType | null
  readonly status: 200 | 201 | 204
}

const none = z.object({})
const inProject = z.object({ project: key })
const inEnvironment = inProject.extend({ environment: key })
const ofFlag = inProject.extend({ flag: key })
const ofLayer = inProject.extend({ layer: key })
const ofConfig = inEnvironment.extend({ flag: key })
const ofRamp = inProject.extend({ id: z.string().max(64) })
const ofMetric = inProject.extend({ metric: plans.metricName })
const ofSource = inProject.extend({ source: key })
const byId = z.object({ id: z.string().max(64) })
const inProjectById = inProject.extend({ id: z.string().max(64) })
const inEnvironmentById = inEnvironment.extend({ id: z.string().max(64) })
const waiting = z.object({ wait: waitQuery(30_000).optional() })

interface Reads<P, Q, R> {
  readonly params: P
  readonly query: Q
  readonly response: R
}

function reads<N extends RouteName, P extends z.ZodObject, Q extends z.ZodObject, R extends z.ZodType>(
  name: N,
  { params, query, response }: Reads<P, Q, R>,
) {
  return { ...addresses[name], params, query, body: null, response, status: 200 } as const
}

function sends<
  N extends RouteName,
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  R extends z.ZodType | null,
  S extends 200 | 201 | 204,
>(name: N, shape: Reads<P, Q, R> & { readonly body: B; readonly status: S }) {
  return { ...addresses[name], ...shape } as const
}

function removes<N extends RouteName, P extends z.ZodObject, R extends z.ZodType | null>(
  name: N,
  { params, response }: Pick<Reads<P, unknown, R>, 'params' | 'response'>,
) {
  return {
    ...addresses[name],
    params,
    query: none,
    body: null,
    response,
    status: response === null ? 204 : 200,
  } as const
}

/**
 * What goes in and out of every address of the management API: the server checks by it, the typed client has its types
 * from it. A body that is not required in practice (`kill` by plain curl) reads an empty request as `{}`.
 */
export const routes = {
  // who asks
  signIn: sends('signIn', {
    params: none,
    query: none,
    body: access.signIn,
    response: access.session,
    status: 200,
  }),
  whoami: reads('whoami', {
    params: none,
    query: none,
    response: access.session,
  }),
  signOut: removes('signOut', { params: none, response: null }),

  // people and tokens of the instance
  listPeople: reads('listPeople', { params: none, query: none, response: access.personPage }),
  createPerson: sends('createPerson', {
    params: none,
    query: none,
    body: access.createPerson,
    response: access.personCreated,
    status: 201,
  }),
  createSignInLink: sends('createSignInLink', {
    params: byId,
    query: none,
    body: z.strictObject({}),
    response: access.signInLink,
    status: 201,
  }),
  listTokens: reads('listTokens', {
    params: none,
    query: none,
    response: access.tokenPage,
  }),
  createToken: sends('createToken', {
    params: none,
    query: none,
    body: access.createToken,
    response: access.tokenCreated,
    status: 201,
  }),
  revokeToken: removes('revokeToken', {
    params: byId,
    response: access.tokenChanged,
  }),

  // projects and environments
  listProjects: reads('listProjects', {
    params: none,
    query: none,
    response: projects.projectPage,
  }),
  createProject: sends('createProject', {
    params: none,
    query: none,
    body: projects.createProject,
    response: projects.projectChanged,
    status: 201,
  }),
  getProject: reads('getProject', { params: inProject, query: none, response: projects.project }),
  listEnvironments: reads('listEnvironments', {
    params: inProject,
    query: none,
    response: projects.environmentPage,
  }),
  createEnvironment: sends('createEnvironment', {
    params: inProject,
    query: none,
    body: projects.createEnvironment,
    response: projects.environmentChanged,
    status: 201,
  }),
  getEnvironment: reads('getEnvironment', {
    params: inEnvironment,
    query: none,
    response: projects.environment,
  }),
  patchEnvironment: sends('patchEnvironment', {
    params: inEnvironment,
    query: none,
    body: projects.patchEnvironment,
    response: projects.environmentChanged,
    status: 200,
  }),
  explain: sends('explain', {
    params: inEnvironment,
    query: none,
    body: explain.explainBody,
    response: explain.explained,
    status: 200,
  }),
  readSnapshot: reads('readSnapshot', { params: inEnvironment, query: none, response: explain.snapshot }),
  listInstances: reads('listInstances', {
    params: inEnvironment,
    query: none,
    response: projects.instancePage,
  }),
  listMetrics: reads('listMetrics', {
    params: inEnvironment,
    query: none,
    response: projects.metricPage,
  }),
  getMetricTotals: reads('getMetricTotals', {
    params: inEnvironment.extend({ metric: plans.metricName }),
    query: totals.rangeQuery,
    response: totals.metricTotals,
  }),
  listUnknownFlags: reads('listUnknownFlags', {
    params: inEnvironment,
    query: none,
    response: projects.unknownFlagPage,
  }),
  listSdkKeys: reads('listSdkKeys', {
    params: inEnvironment,
    query: none,
    response: access.sdkKeyPage,
  }),
  createSdkKey: sends('createSdkKey', {
    params: inEnvironment,
    query: none,
    body: access.createSdkKey,
    response: access.sdkKeyCreated,
    status: 201,
  }),
  revokeSdkKey: removes('revokeSdkKey', {
    params: inEnvironmentById,
    response: access.sdkKeyChanged,
  }),

  // flags
  listFlags: reads('listFlags', {
    params: inProject,
    query: flags.flagsQuery,
    response: flags.flagPage,
  }),
  createFlag: sends('createFlag', {
    params: inProject,
    query: none,
    body: flags.createFlag,
    response: flags.flagChanged,
    status: 201,
  }),
  getFlag: reads('getFlag', { params: ofFlag, query: none, response: flags.flagView }),
  patchFlag: sends('patchFlag', {
    params: ofFlag,
    query: none,
    body: flags.patchFlag,
    response: flags.flagChanged,
    status: 200,
  }),
  getConfig: reads('getConfig', {
    params: ofConfig,
    query: none,
    response: flags.flagConfig,
  }),
  putConfig: sends('putConfig', {
    params: ofConfig,
    query: none,
    body: flags.configSettings,
    response: flags.configChanged,
    status: 200,
  }),
  switchFlag: sends('switchFlag', {
    params: ofConfig,
    query: none,
    body: flags.switchBody,
    response: flags.configChanged,
    status: 200,
  }),
  setRollout: sends('setRollout', {
    params: ofConfig,
    query: none,
    body: flags.rolloutBody,
    response: flags.configChanged,
    status: 200,
  }),
  killFlag: sends('killFlag', {
    params: ofConfig,
    query: waiting,
    body: flags.killBody,
    response: flags.killResult,
    status: 200,
  }),
  restoreFlag: sends('restoreFlag', {
    params: ofConfig,
    query: none,
    body: flags.restoreBody,
    response: flags.configChanged,
    status: 200,
  }),
  getPropagation: reads('getPropagation', {
    params: ofConfig,
    query: waiting,
    response: flags.propagation,
  }),
  getEvaluations: reads('getEvaluations', {
    params: ofConfig,
    query: totals.rangeQuery,
    response: totals.evaluations,
  }),

  // segments
  listSegments: reads('listSegments', {
    params: inProject,
    query: none,
    response: projects.segmentPage,
  }),
  getSegment: reads('getSegment', {
    params: inProject.extend({ segment: key }),
    query: none,
    response: projects.segment,
  }),
  putSegment: sends('putSegment', {
    params: inProject.extend({ segment: key }),
    query: none,
    body: projects.putSegment,
    response: projects.segmentChanged,
    status: 200,
  }),
  deleteSegment: removes('deleteSegment', {
    params: inProject.extend({ segment: key }),
    response: projects.segmentChanged,
  }),

  // layers
  listLayers: reads('listLayers', { params: inProject, query: none, response: layers.layerPage }),
  getLayer: reads('getLayer', { params: ofLayer, query: none, response: layers.layer }),
  putLayer: sends('putLayer', {
    params: ofLayer,
    query: none,
    body: layers.putLayer,
    response: layers.layerChanged,
    status: 200,
  }),
  deleteLayer: removes('deleteLayer', { params: ofLayer, response: layers.layerChanged }),

  // plans, ramps, alerts
  listPlans: reads('listPlans', {
    params: inProject,
    query: none,
    response: plans.planPage,
  }),
  getPlan: reads('getPlan', {
    params: inProject.extend({ plan: key }),
    query: none,
    response: plans.plan,
  }),
  putPlan: sends('putPlan', {
    params: inProject.extend({ plan: key }),
    query: none,
    body: plans.putPlan,
    response: plans.planChanged,
    status: 200,
  }),
  listRamps: reads('listRamps', {
    params: inProject,
    query: ramps.rampsQuery,
    response: ramps.rampPage,
  }),
  startRamp: sends('startRamp', {
    params: ofConfig,
    query: none,
    body: ramps.startRamp,
    response: ramps.rampChanged,
    status: 201,
  }),
  getRamp: reads('getRamp', {
    params: ofRamp,
    query: ramps.rampQuery,
    response: ramps.ramp,
  }),
  getRampTicks: reads('getRampTicks', {
    params: ofRamp,
    query: none,
    response: ramps.rampTicks,
  }),
  advanceRamp: sends('advanceRamp', {
    params: ofRamp,
    query: none,
    body: ramps.advanceBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  pauseRamp: sends('pauseRamp', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  resumeRamp: sends('resumeRamp', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  rollbackRamp: sends('rollbackRamp', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  approveRamp: sends('approveRamp', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  rejectRamp: sends('rejectRamp', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  pushMeasurements: sends('pushMeasurements', {
    params: ofRamp,
    query: none,
    body: sources.pushMeasurements,
    response: sources.measurementsPushed,
    status: 200,
  }),

  // where figures come from
  listMetricDefinitions: reads('listMetricDefinitions', {
    params: inProject,
    query: none,
    response: metrics.metricDefinitionPage,
  }),
  getMetricDefinition: reads('getMetricDefinition', {
    params: ofMetric,
    query: none,
    response: metrics.metricDefinition,
  }),
  putMetricDefinition: sends('putMetricDefinition', {
    params: ofMetric,
    query: none,
    body: metrics.putMetric,
    response: metrics.metricDefinitionChanged,
    status: 200,
  }),
  deleteMetricDefinition: removes('deleteMetricDefinition', {
    params: ofMetric,
    response: metrics.metricDefinitionChanged,
  }),
  listMetricSources: reads('listMetricSources', {
    params: inProject,
    query: none,
    response: sources.metricSourcePage,
  }),
  getMetricSource: reads('getMetricSource', { params: ofSource, query: none, response: sources.metricSource }),
  putMetricSource: sends('putMetricSource', {
    params: ofSource,
    query: none,
    body: sources.putMetricSource,
    response: sources.metricSourceChanged,
    status: 200,
  }),
  deleteMetricSource: removes('deleteMetricSource', {
    params: ofSource,
    response: sources.metricSourceChanged,
  }),
  testMetricSource: sends('testMetricSource', {
    params: ofSource,
    query: none,
    body: sources.testMetricSource,
    response: sources.sourceTested,
    status: 200,
  }),

  listWebhooks: reads('listWebhooks', {
    params: inProject,
    query: none,
    response: projects.webhookPage,
  }),
  createWebhook: sends('createWebhook', {
    params: inProject,
    query: none,
    body: projects.createWebhook,
    response: projects.webhookChanged,
    status: 201,
  }),
  deleteWebhook: removes('deleteWebhook', {
    params: inProjectById,
    response: projects.webhookChanged,
  }),

  // history
  listAudit: reads('listAudit', {
    params: inProject,
    query: audit.auditQuery,
    response: audit.auditPage,
  }),
  verifyAudit: reads('verifyAudit', {
    params: inProject,
    query: none,
    response: audit.auditVerified,
  }),
} as const satisfies { readonly [N in RouteName]: Route }

export type Routes = typeof routes
