import * as metrics from '../metrics.ts'
import * as sources from '../sources.ts'
import { inProject, none, ofMetric, ofSource, reads, removes, sends } from './route.ts'

/** Where the figures of guards come from. */
export const figureRoutes = {
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
} as const
