import { z } from 'zod'
import { guardSource, limit, metricName } from './plans.ts'
import { changed, page, text } from './primitives.ts'

/** What a project says of a metric, so that a guard can name it and say no more. */
export const metricDefinition = z.object({
  metric: metricName,
  /** Of its values, in words: `ms`, `orders`; empty for events. */
  unit: z.string(),
  /** Where it should go: errors down, orders up. A guard without a limit follows it. */
  direction: z.enum(['up', 'down']),
  owner: z.string().nullable(),
  description: z.string(),
  /** Of a guard that names no limit. */
  defaultLimit: limit.nullable(),
  /** Of a guard that names no source; null is an SDK. */
  source: guardSource.nullable(),
  version: z.int(),
})
export type MetricDefinition = z.infer<typeof metricDefinition>

export const putMetric = z.strictObject({
  unit: text(50).optional(),
  direction: z.enum(['up', 'down']),
  owner: text(200).nullable().optional(),
  description: text(2000).optional(),
  defaultLimit: limit.nullable().optional(),
  source: guardSource.nullable().optional(),
})

export const metricDefinitionPage = page(metricDefinition)
export const metricDefinitionChanged = changed(metricDefinition)
