import * as access from '../access.ts'
import * as explain from '../explain.ts'
import * as plans from '../plans.ts'
import * as projects from '../projects.ts'
import * as totals from '../totals.ts'
import { inEnvironment, inEnvironmentById, inProject, none, reads, removes, sends } from './route.ts'

/** Projects, their environments, and what is known and read of one. */
export const environmentRoutes = {
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
    query: explain.revisionQuery,
    body: explain.explainBody,
    response: explain.explained,
    status: 200,
  }),
  readSnapshot: reads('readSnapshot', {
    params: inEnvironment,
    query: explain.revisionQuery,
    response: explain.snapshot,
  }),
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
} as const
