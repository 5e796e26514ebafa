import * as plans from '../plans.ts'
import { key } from '../primitives.ts'
import * as ramps from '../ramps.ts'
import * as sources from '../sources.ts'
import { inProject, none, ofConfig, ofRamp, reads, sends } from './route.ts'

/** Plans and ramps. */
export const rampRoutes = {
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
  checkGuard: reads('checkGuard', {
    params: ofRamp,
    query: ramps.checkQuery,
    response: ramps.evidence,
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
} as const
