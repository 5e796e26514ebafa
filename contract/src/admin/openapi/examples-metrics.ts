import type { MetricDefinition } from '../metrics.ts'
import type { MetricSource, SourceHealth } from '../sources.ts'

export const metricDefinition: MetricDefinition = {
  metric: 'http_5xx',
  unit: '',
  direction: 'down',
  owner: 'checkout team',
  description: 'Requests of the shop that ended with a status of 500 or above',
  defaultLimit: null,
  source: {
    kind: 'prometheus',
    name: 'main',
    events: 'http_requests_total{job="shop",status=~"5.."}',
    total: 'http_requests_total{job="shop"}',
    armLabel: 'variation',
  },
  version: 1,
}

export const metricSource: MetricSource = {
  key: 'main',
  kind: 'prometheus',
  url: 'https://prometheus.example.com',
  auth: { kind: 'basic', user: 'rampart' },
  ca: null,
  every: 'PT15S',
  timeout: 'PT10S',
  version: 1,
}

export const sourceHealth: SourceHealth = {
  guard: 'http_5xx',
  metric: 'http_5xx',
  state: 'ok',
  askedAt: '2026-03-01T12:00:15.000Z',
  readAt: '2026-03-01T12:00:15.000Z',
  inARow: 0,
  windows: 41,
  withoutData: 0,
  failed: 1,
  late: 0,
  words: 'figures up to 12:00:15 UTC',
}
