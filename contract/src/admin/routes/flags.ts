import * as flags from '../flags.ts'
import * as totals from '../totals.ts'
import { inProject, none, ofConfig, ofFlag, reads, sends, waiting } from './route.ts'

/** Flags, and their configuration in one environment. */
export const flagRoutes = {
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
} as const
