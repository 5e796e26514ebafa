import type { MetricDefinition } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import type { GuardInput } from '../ramp/guards.ts'
import { fromCatalogue } from './catalogue-guards.ts'

const source = { kind: 'pushed' } as const

function definition(metric: string, over: Partial<MetricDefinition> = {}): MetricDefinition {
  return {
    metric,
    unit: '',
    direction: 'down',
    owner: null,
    description: '',
    defaultLimit: null,
    source: null,
    version: 1,
    ...over,
  }
}

const catalogue = [
  definition('http_5xx', { source }),
  definition('order', { direction: 'up' }),
  definition('payment_failed', { defaultLimit: { kind: 'below', max: 0.02 } }),
  definition('cpu', { source, defaultLimit: { kind: 'gauge', max: 0.8 } }),
]

const noWorse = { kind: 'no_worse', margin: 1 } as const

test.each<readonly [GuardInput, unknown]>([
  ['http_5xx', { metric: 'http_5xx', take: 'first', limit: noWorse, source }],
  [
    'http_5xx<=1.5x:hold',
    { metric: 'http_5xx', take: 'first', limit: { kind: 'ratio', max: 1.5 }, reaction: 'hold', source },
  ],
  ['order', { metric: 'order', take: 'first', limit: { kind: 'not_fall', min: 1 }, source: undefined }],
  [
    'payment_failed',
    { metric: 'payment_failed', take: 'first', limit: { kind: 'below', max: 0.02 }, source: undefined },
  ],
  [
    'payment_failed<=2x',
    { metric: 'payment_failed', take: 'first', limit: { kind: 'ratio', max: 2 }, source: undefined },
  ],
  ['cpu', { metric: 'cpu', take: 'gauge', limit: { kind: 'gauge', max: 0.8 }, source }],
  [
    { metric: 'http_5xx', limit: noWorse, source: { kind: 'sdk', from: 'server' } },
    { metric: 'http_5xx', take: 'first', limit: noWorse, source: { kind: 'sdk', from: 'server' } },
  ],
  ['other<=2x', 'other<=2x'],
  ['no guard at all', 'no guard at all'],
])('%j is completed by the catalogue', (input, expected) => {
  expect(fromCatalogue(input, catalogue)).toEqual({ ok: true, value: expected })
})

test.each<readonly [GuardInput, string]>([
  ['order<=1.5x', 'guard order: the metric catalogue says that it should go up'],
  ['http_5xx>=0.95x', 'guard http_5xx: the metric catalogue says that it should go down'],
])('%j contradicts the catalogue', (input, problem) => {
  const read = fromCatalogue(input, catalogue)
  expect(read.ok ? '' : read.problem).toContain(problem)
})
