import type { Verb } from './rights.ts'

/** Whose credential a route takes: `anyone` is no credential, `signed-in` any person or token. */
export type Need = Verb | 'anyone' | 'signed-in'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Address {
  readonly method: Method
  readonly path: string
  /** The verb that is asked for at the place the path names. */
  readonly needs: Need
  readonly summary: string
}

const PROJECT = '/api/v1/projects/:project'
const ENVIRONMENT = `${PROJECT}/environments/:environment`
const CONFIG = `${ENVIRONMENT}/flags/:flag`

function to<M extends Method>(method: M, path: string, needs: Need, summary: string) {
  return { method, path, needs, summary } as const
}

/**
 * Every address of the management API and the verb it needs. What goes in and out is said by `routes`; the typed client reads
 * only this, so that a browser is not sent the schemas of the server.
 */
export const addresses = {
  // who asks
  signIn: to('POST', '/api/v1/session', 'anyone', 'Use a sign-in link'),
  whoami: to('GET', '/api/v1/session', 'signed-in', 'Who is asking, and what they may do'),
  signOut: to('DELETE', '/api/v1/session', 'signed-in', 'End this session'),

  // people and tokens of the instance
  listPeople: to('GET', '/api/v1/people', 'admin', 'People'),
  createPerson: to('POST', '/api/v1/people', 'admin', 'Add a person and make a sign-in link for them'),
  createSignInLink: to('POST', '/api/v1/people/:id/sign-in-link', 'admin', 'Make a new one-time sign-in link'),
  listTokens: to('GET', '/api/v1/tokens', 'admin', 'Tokens and kill URLs'),
  createToken: to('POST', '/api/v1/tokens', 'admin', 'Make a token or a kill URL; the secret is shown once'),
  revokeToken: to('DELETE', '/api/v1/tokens/:id', 'admin', 'Revoke a token at once'),

  // projects and environments
  listProjects: to('GET', '/api/v1/projects', 'signed-in', 'The projects the caller may read'),
  createProject: to('POST', '/api/v1/projects', 'admin', 'Create a project'),
  getProject: to('GET', PROJECT, 'read', 'A project'),
  listEnvironments: to('GET', `${PROJECT}/environments`, 'read', 'Environments of a project'),
  createEnvironment: to('POST', `${PROJECT}/environments`, 'admin', 'Create an environment'),
  getEnvironment: to('GET', ENVIRONMENT, 'read', 'An environment'),
  patchEnvironment: to('PATCH', ENVIRONMENT, 'admin', 'Change what an environment protects and tells to browsers'),
  explain: to('POST', `${ENVIRONMENT}/explain`, 'read', 'What flags give to a context, and how they come to that'),
  readSnapshot: to('GET', `${ENVIRONMENT}/snapshot`, 'read', 'What server-side SDKs are served, private values masked'),
  listInstances: to('GET', `${ENVIRONMENT}/instances`, 'read', 'SDK instances and the revision each holds'),
  listMetrics: to('GET', `${ENVIRONMENT}/metrics`, 'read', 'Metrics that SDKs have reported'),
  getMetricTotals: to('GET', `${ENVIRONMENT}/metrics/:metric/totals`, 'read', 'A metric over time'),
  listUnknownFlags: to('GET', `${ENVIRONMENT}/unknown-flags`, 'read', 'Keys that SDKs asked for and no flag has'),
  listSdkKeys: to('GET', `${ENVIRONMENT}/sdk-keys`, 'admin', 'SDK keys of an environment'),
  createSdkKey: to('POST', `${ENVIRONMENT}/sdk-keys`, 'admin', 'Make an SDK key; the secret is shown once'),
  revokeSdkKey: to('DELETE', `${ENVIRONMENT}/sdk-keys/:id`, 'admin', 'Revoke an SDK key at once'),

  // flags
  listFlags: to('GET', `${PROJECT}/flags`, 'read', 'Flags of a project with their state in each environment'),
  createFlag: to('POST', `${PROJECT}/flags`, 'write', 'Create a flag, off in every environment'),
  getFlag: to('GET', `${PROJECT}/flags/:flag`, 'read', 'A flag'),
  patchFlag: to('PATCH', `${PROJECT}/flags/:flag`, 'write', 'Change the metadata of a flag'),
  getConfig: to('GET', CONFIG, 'read', 'The configuration of a flag in one environment'),
  putConfig: to('PUT', CONFIG, 'write', 'Replace the configuration of a flag in one environment'),
  switchFlag: to('POST', `${CONFIG}/switch`, 'write', 'Switch a flag on or off'),
  setRollout: to('POST', `${CONFIG}/rollout`, 'write', 'Set the share of a rule'),
  killFlag: to('POST', `${CONFIG}/kill`, 'kill', 'Kill a flag: its off variation to everyone, at once'),
  restoreFlag: to('POST', `${CONFIG}/restore`, 'write', 'Undo a kill'),
  getPropagation: to('GET', `${CONFIG}/propagation`, 'read', 'How far the last change of a flag has travelled'),
  getEvaluations: to('GET', `${CONFIG}/evaluations`, 'read', 'What a flag served over time, by variation'),

  // segments
  listSegments: to('GET', `${PROJECT}/segments`, 'read', 'Segments of a project'),
  getSegment: to('GET', `${PROJECT}/segments/:segment`, 'read', 'A segment'),
  putSegment: to('PUT', `${PROJECT}/segments/:segment`, 'write', 'Create or replace a segment'),
  deleteSegment: to('DELETE', `${PROJECT}/segments/:segment`, 'write', 'Delete a segment that nothing uses'),

  // layers
  listLayers: to('GET', `${PROJECT}/layers`, 'read', 'Layers of a project, and the flags that have parts of them'),
  getLayer: to('GET', `${PROJECT}/layers/:layer`, 'read', 'A layer'),
  putLayer: to('PUT', `${PROJECT}/layers/:layer`, 'write', 'Create or rename a layer'),
  deleteLayer: to('DELETE', `${PROJECT}/layers/:layer`, 'write', 'Delete a layer that no flag has a part of'),

  // plans, ramps, alerts
  listPlans: to('GET', `${PROJECT}/plans`, 'read', 'Plans of a project'),
  getPlan: to('GET', `${PROJECT}/plans/:plan`, 'read', 'A plan'),
  putPlan: to('PUT', `${PROJECT}/plans/:plan`, 'write', 'Create or replace a plan'),
  listRamps: to('GET', `${PROJECT}/ramps`, 'read', 'Ramps of a project, newest first'),
  startRamp: to('POST', `${CONFIG}/ramps`, 'ramp', 'Start a ramp'),
  getRamp: to('GET', `${PROJECT}/ramps/:id`, 'read', 'A ramp; `wait` makes it a long poll'),
  getRampTicks: to('GET', `${PROJECT}/ramps/:id/ticks`, 'read', 'What a ramp counted over time, and what it published'),
  checkGuard: to(
    'GET',
    `${PROJECT}/ramps/:id/check`,
    'read',
    'What a guard says now of what a ramp has counted lately',
  ),
  advanceRamp: to('POST', `${PROJECT}/ramps/:id/advance`, 'ramp', 'Go to the next step, or to one that is named'),
  pauseRamp: to('POST', `${PROJECT}/ramps/:id/pause`, 'ramp', 'Stop advancing; the guards go on watching'),
  resumeRamp: to('POST', `${PROJECT}/ramps/:id/resume`, 'ramp', 'Go on after a pause or a latched hold'),
  rollbackRamp: to('POST', `${PROJECT}/ramps/:id/rollback`, 'ramp', 'Return the share to where it was'),
  approveRamp: to('POST', `${PROJECT}/ramps/:id/approve`, 'approve', 'Approve the next step'),
  rejectRamp: to('POST', `${PROJECT}/ramps/:id/reject`, 'approve', 'Reject the next step, which rolls the ramp back'),
  pushMeasurements: to('POST', `${PROJECT}/ramps/:id/measurements`, 'ramp', 'Push figures of a metric to a ramp'),
  listMetricDefinitions: to('GET', `${PROJECT}/metrics`, 'read', 'The metric catalogue of a project'),
  getMetricDefinition: to('GET', `${PROJECT}/metrics/:metric`, 'read', 'What is said of a metric'),
  putMetricDefinition: to(
    'PUT',
    `${PROJECT}/metrics/:metric`,
    'write',
    'Say what a metric means and where it comes from',
  ),
  deleteMetricDefinition: to('DELETE', `${PROJECT}/metrics/:metric`, 'write', 'Take a metric out of the catalogue'),
  listMetricSources: to('GET', `${PROJECT}/metric-sources`, 'read', 'Places that guards read figures from'),
  getMetricSource: to('GET', `${PROJECT}/metric-sources/:source`, 'read', 'A metric source, without its secret'),
  putMetricSource: to('PUT', `${PROJECT}/metric-sources/:source`, 'admin', 'Create or replace a metric source'),
  deleteMetricSource: to('DELETE', `${PROJECT}/metric-sources/:source`, 'admin', 'Remove a metric source'),
  testMetricSource: to(
    'POST',
    `${PROJECT}/metric-sources/:source/test`,
    'write',
    'Read from a metric source, and say what came back',
  ),
  listWebhooks: to('GET', `${PROJECT}/webhooks`, 'admin', 'Webhooks that receive alerts'),
  createWebhook: to('POST', `${PROJECT}/webhooks`, 'admin', 'Add a webhook'),
  deleteWebhook: to('DELETE', `${PROJECT}/webhooks/:id`, 'admin', 'Remove a webhook'),

  // history
  listAudit: to('GET', `${PROJECT}/audit`, 'read', 'What changed, newest first'),
  verifyAudit: to('GET', `${PROJECT}/audit/verify`, 'read', 'Recompute the chain of the audit'),
} as const satisfies Record<string, Address>

export type RouteName = keyof typeof addresses

/** The address of the management event stream of a project: `changed`, `ramp` and `ping` events, for the UI. */
export const STREAM_PATH = `${PROJECT}/stream`
