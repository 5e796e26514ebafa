import { z } from 'zod'
import * as access from './access.ts'
import * as audit from './audit.ts'
import { waitQuery } from './durations.ts'
import * as flags from './flags.ts'
import * as plans from './plans.ts'
import { key } from './primitives.ts'
import * as projects from './projects.ts'
import * as ramps from './ramps.ts'

/** Whose credential a route takes: `anyone` is no credential, `signed-in` any person or token. */
export type Need = access.Verb | 'anyone' | 'signed-in'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** The verb that is asked for at the place the path names. */
  readonly needs: Need
  readonly summary: string
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
const ofConfig = inEnvironment.extend({ flag: key })
const ofRamp = inProject.extend({ id: z.string().max(64) })
const byId = z.object({ id: z.string().max(64) })
const inProjectById = inProject.extend({ id: z.string().max(64) })
const inEnvironmentById = inEnvironment.extend({ id: z.string().max(64) })
const waiting = z.object({ wait: waitQuery(30_000).optional() })

const PROJECT = '/api/v1/projects/:project'
const ENVIRONMENT = `${PROJECT}/environments/:environment`
const CONFIG = `${ENVIRONMENT}/flags/:flag`

function get<P extends z.ZodObject, Q extends z.ZodObject, R extends z.ZodType>(
  path: string,
  needs: Need,
  summary: string,
  { params, query, response }: { params: P; query: Q; response: R },
) {
  return { method: 'GET', path, needs, summary, params, query, body: null, response, status: 200 } as const
}

function send<
  M extends 'POST' | 'PUT' | 'PATCH',
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  R extends z.ZodType | null,
  S extends 200 | 201 | 204,
>(
  method: M,
  path: string,
  needs: Need,
  summary: string,
  { params, query, body, response, status }: { params: P; query: Q; body: B; response: R; status: S },
) {
  return { method, path, needs, summary, params, query, body, response, status } as const
}

function remove<P extends z.ZodObject, R extends z.ZodType | null>(
  path: string,
  needs: Need,
  summary: string,
  { params, response }: { params: P; response: R },
) {
  return {
    method: 'DELETE',
    path,
    needs,
    summary,
    params,
    query: none,
    body: null,
    response,
    status: response === null ? 204 : 200,
  } as const
}

/**
 * Every address of the management API: the server mounts it, the typed client calls it, and each names the verb it
 * needs. A body that is not required in practice (`kill` by plain curl) reads an empty request as `{}`.
 */
export const routes = {
  // who asks
  signIn: send('POST', '/api/v1/session', 'anyone', 'Use a sign-in link', {
    params: none,
    query: none,
    body: access.signIn,
    response: access.session,
    status: 200,
  }),
  whoami: get('/api/v1/session', 'signed-in', 'Who is asking, and what they may do', {
    params: none,
    query: none,
    response: access.session,
  }),
  signOut: remove('/api/v1/session', 'signed-in', 'End this session', { params: none, response: null }),

  // people and tokens of the instance
  listPeople: get('/api/v1/people', 'admin', 'People', { params: none, query: none, response: access.personPage }),
  createPerson: send('POST', '/api/v1/people', 'admin', 'Add a person and make a sign-in link for them', {
    params: none,
    query: none,
    body: access.createPerson,
    response: access.personCreated,
    status: 201,
  }),
  createSignInLink: send('POST', '/api/v1/people/:id/sign-in-link', 'admin', 'Make a new one-time sign-in link', {
    params: byId,
    query: none,
    body: z.strictObject({}),
    response: access.signInLink,
    status: 201,
  }),
  listTokens: get('/api/v1/tokens', 'admin', 'Tokens and kill URLs', {
    params: none,
    query: none,
    response: access.tokenPage,
  }),
  createToken: send('POST', '/api/v1/tokens', 'admin', 'Make a token or a kill URL; the secret is shown once', {
    params: none,
    query: none,
    body: access.createToken,
    response: access.tokenCreated,
    status: 201,
  }),
  revokeToken: remove('/api/v1/tokens/:id', 'admin', 'Revoke a token at once', {
    params: byId,
    response: access.tokenChanged,
  }),

  // projects and environments
  listProjects: get('/api/v1/projects', 'signed-in', 'The projects the caller may read', {
    params: none,
    query: none,
    response: projects.projectPage,
  }),
  createProject: send('POST', '/api/v1/projects', 'admin', 'Create a project', {
    params: none,
    query: none,
    body: projects.createProject,
    response: projects.projectChanged,
    status: 201,
  }),
  getProject: get(PROJECT, 'read', 'A project', { params: inProject, query: none, response: projects.project }),
  listEnvironments: get(`${PROJECT}/environments`, 'read', 'Environments of a project', {
    params: inProject,
    query: none,
    response: projects.environmentPage,
  }),
  createEnvironment: send('POST', `${PROJECT}/environments`, 'admin', 'Create an environment', {
    params: inProject,
    query: none,
    body: projects.createEnvironment,
    response: projects.environmentChanged,
    status: 201,
  }),
  getEnvironment: get(ENVIRONMENT, 'read', 'An environment', {
    params: inEnvironment,
    query: none,
    response: projects.environment,
  }),
  listInstances: get(`${ENVIRONMENT}/instances`, 'read', 'SDK instances and the revision each holds', {
    params: inEnvironment,
    query: none,
    response: projects.instancePage,
  }),
  listMetrics: get(`${ENVIRONMENT}/metrics`, 'read', 'Metrics that SDKs have reported', {
    params: inEnvironment,
    query: none,
    response: projects.metricPage,
  }),
  listSdkKeys: get(`${ENVIRONMENT}/sdk-keys`, 'admin', 'SDK keys of an environment', {
    params: inEnvironment,
    query: none,
    response: access.sdkKeyPage,
  }),
  createSdkKey: send('POST', `${ENVIRONMENT}/sdk-keys`, 'admin', 'Make an SDK key; the secret is shown once', {
    params: inEnvironment,
    query: none,
    body: access.createSdkKey,
    response: access.sdkKeyCreated,
    status: 201,
  }),
  revokeSdkKey: remove(`${ENVIRONMENT}/sdk-keys/:id`, 'admin', 'Revoke an SDK key at once', {
    params: inEnvironmentById,
    response: access.sdkKeyChanged,
  }),

  // flags
  listFlags: get(`${PROJECT}/flags`, 'read', 'Flags of a project with their state in each environment', {
    params: inProject,
    query: flags.flagsQuery,
    response: flags.flagPage,
  }),
  createFlag: send('POST', `${PROJECT}/flags`, 'write', 'Create a flag, off in every environment', {
    params: inProject,
    query: none,
    body: flags.createFlag,
    response: flags.flagChanged,
    status: 201,
  }),
  getFlag: get(`${PROJECT}/flags/:flag`, 'read', 'A flag', { params: ofFlag, query: none, response: flags.flag }),
  patchFlag: send('PATCH', `${PROJECT}/flags/:flag`, 'write', 'Change the metadata of a flag', {
    params: ofFlag,
    query: none,
    body: flags.patchFlag,
    response: flags.flagChanged,
    status: 200,
  }),
  getConfig: get(CONFIG, 'read', 'The configuration of a flag in one environment', {
    params: ofConfig,
    query: none,
    response: flags.flagConfig,
  }),
  putConfig: send('PUT', CONFIG, 'write', 'Replace the configuration of a flag in one environment', {
    params: ofConfig,
    query: none,
    body: flags.configSettings,
    response: flags.configChanged,
    status: 200,
  }),
  switchFlag: send('POST', `${CONFIG}/switch`, 'write', 'Switch a flag on or off', {
    params: ofConfig,
    query: none,
    body: flags.switchBody,
    response: flags.configChanged,
    status: 200,
  }),
  setRollout: send('POST', `${CONFIG}/rollout`, 'write', 'Set the share of a rule', {
    params: ofConfig,
    query: none,
    body: flags.rolloutBody,
    response: flags.configChanged,
    status: 200,
  }),
  killFlag: send('POST', `${CONFIG}/kill`, 'kill', 'Kill a flag: its off variation to everyone, at once', {
    params: ofConfig,
    query: waiting,
    body: flags.killBody,
    response: flags.killResult,
    status: 200,
  }),
  restoreFlag: send('POST', `${CONFIG}/restore`, 'write', 'Undo a kill', {
    params: ofConfig,
    query: none,
    body: flags.restoreBody,
    response: flags.configChanged,
    status: 200,
  }),
  getPropagation: get(`${CONFIG}/propagation`, 'read', 'How far the last change of a flag has travelled', {
    params: ofConfig,
    query: waiting,
    response: flags.propagation,
  }),

  // segments
  listSegments: get(`${PROJECT}/segments`, 'read', 'Segments of a project', {
    params: inProject,
    query: none,
    response: projects.segmentPage,
  }),
  getSegment: get(`${PROJECT}/segments/:segment`, 'read', 'A segment', {
    params: inProject.extend({ segment: key }),
    query: none,
    response: projects.segment,
  }),
  putSegment: send('PUT', `${PROJECT}/segments/:segment`, 'write', 'Create or replace a segment', {
    params: inProject.extend({ segment: key }),
    query: none,
    body: projects.putSegment,
    response: projects.segmentChanged,
    status: 200,
  }),
  deleteSegment: remove(`${PROJECT}/segments/:segment`, 'write', 'Delete a segment that nothing uses', {
    params: inProject.extend({ segment: key }),
    response: projects.segmentChanged,
  }),

  // plans, ramps, alerts
  listPlans: get(`${PROJECT}/plans`, 'read', 'Plans of a project', {
    params: inProject,
    query: none,
    response: plans.planPage,
  }),
  getPlan: get(`${PROJECT}/plans/:plan`, 'read', 'A plan', {
    params: inProject.extend({ plan: key }),
    query: none,
    response: plans.plan,
  }),
  putPlan: send('PUT', `${PROJECT}/plans/:plan`, 'write', 'Create or replace a plan', {
    params: inProject.extend({ plan: key }),
    query: none,
    body: plans.putPlan,
    response: plans.planChanged,
    status: 200,
  }),
  listRamps: get(`${PROJECT}/ramps`, 'read', 'Ramps of a project, newest first', {
    params: inProject,
    query: ramps.rampsQuery,
    response: ramps.rampPage,
  }),
  startRamp: send('POST', `${CONFIG}/ramps`, 'ramp', 'Start a ramp', {
    params: ofConfig,
    query: none,
    body: ramps.startRamp,
    response: ramps.rampChanged,
    status: 201,
  }),
  getRamp: get(`${PROJECT}/ramps/:id`, 'read', 'A ramp; `wait` makes it a long poll', {
    params: ofRamp,
    query: ramps.rampQuery,
    response: ramps.ramp,
  }),
  advanceRamp: send('POST', `${PROJECT}/ramps/:id/advance`, 'ramp', 'Go to the next step, or to one that is named', {
    params: ofRamp,
    query: none,
    body: ramps.advanceBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  pauseRamp: send('POST', `${PROJECT}/ramps/:id/pause`, 'ramp', 'Stop advancing; the guards go on watching', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  resumeRamp: send('POST', `${PROJECT}/ramps/:id/resume`, 'ramp', 'Go on after a pause or a latched hold', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  rollbackRamp: send('POST', `${PROJECT}/ramps/:id/rollback`, 'ramp', 'Return the share to where it was', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  approveRamp: send('POST', `${PROJECT}/ramps/:id/approve`, 'approve', 'Approve the next step', {
    params: ofRamp,
    query: none,
    body: ramps.rampCommandBody,
    response: ramps.rampChanged,
    status: 200,
  }),
  rejectRamp: send(
    'POST',
    `${PROJECT}/ramps/:id/reject`,
    'approve',
    'Reject the next step, which rolls the ramp back',
    {
      params: ofRamp,
      query: none,
      body: ramps.rampCommandBody,
      response: ramps.rampChanged,
      status: 200,
    },
  ),
  listWebhooks: get(`${PROJECT}/webhooks`, 'admin', 'Webhooks that receive alerts', {
    params: inProject,
    query: none,
    response: projects.webhookPage,
  }),
  createWebhook: send('POST', `${PROJECT}/webhooks`, 'admin', 'Add a webhook', {
    params: inProject,
    query: none,
    body: projects.createWebhook,
    response: projects.webhookChanged,
    status: 201,
  }),
  deleteWebhook: remove(`${PROJECT}/webhooks/:id`, 'admin', 'Remove a webhook', {
    params: inProjectById,
    response: projects.webhookChanged,
  }),

  // history
  listAudit: get(`${PROJECT}/audit`, 'read', 'What changed, newest first', {
    params: inProject,
    query: audit.auditQuery,
    response: audit.auditPage,
  }),
  verifyAudit: get(`${PROJECT}/audit/verify`, 'read', 'Recompute the chain of the audit', {
    params: inProject,
    query: none,
    response: audit.auditVerified,
  }),
} as const satisfies Record<string, Route>

export type Routes = typeof routes
export type RouteName = keyof Routes

/** The address of the management event stream of a project: `changed`, `ramp` and `ping` events, for the UI. */
export const STREAM_PATH = `${PROJECT}/stream`
