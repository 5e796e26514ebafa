import { z } from 'zod'
import { duration } from './duration-input.ts'
import { guardSource, metricName } from './plans.ts'
import { changed, instant, key, page, text } from './primitives.ts'

/** How a source is asked for its figures. Its password or token is never told again. */
const auth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('basic'), user: z.string() }),
  z.object({ kind: z.literal('bearer') }),
])

/** A place that guards read figures from. */
export const metricSource = z.object({
  key,
  kind: z.enum(['prometheus', 'http']),
  url: z.string(),
  auth,
  /** A certificate (PEM) that answers are trusted by, beside those every program trusts. */
  ca: z.string().nullable(),
  /** How often each guard reads. */
  every: z.string(),
  /** How long one reading may take. */
  timeout: z.string(),
  version: z.int(),
})
export type MetricSource = z.infer<typeof metricSource>

/** Left out on an edit, a secret stays as long as the address does: a credential is only sent where it was meant for. */
const authInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic'), user: text(500).min(1), password: text(4000).min(1).optional() }),
  z.strictObject({ kind: z.literal('bearer'), token: text(8000).min(1).optional() }),
])

export const putMetricSource = z.strictObject({
  kind: z.enum(['prometheus', 'http']),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  auth: authInput.optional(),
  ca: text(100_000).nullable().optional(),
  /** Default 15 s for a Prometheus, 30 s otherwise; at least 1 s. */
  every: duration.optional(),
  /** Default 10 s, at most 60 s. */
  timeout: duration.optional(),
})

/** What to read for a trial: nothing asks whether the source answers at all. */
export const testMetricSource = z.strictObject({
  source: guardSource.optional(),
  take: z.enum(['first', 'slow', 'gauge']).optional(),
})

/** What came back from a source: in one sentence, and by query. */
export const sourceTested = z.object({
  ok: z.boolean(),
  words: z.string(),
  tookMs: z.number(),
  asked: z.array(z.object({ query: z.string(), words: z.string() })),
})
export type SourceTested = z.infer<typeof sourceTested>

/**
 * Figures of one arm in one window, counted elsewhere. Their key is (metric, start, arm, instance): the same again changes
 * nothing. `end` is where the window ends; windows of one guard do not overlap.
 */
export const measurement = z.union([
  z.strictObject({
    metric: metricName,
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
    arm: z.enum(['treatment', 'control']),
    instance: text(200).optional(),
    events: z.number().min(0),
    total: z.number().min(0),
  }),
  z.strictObject({
    metric: metricName,
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
    value: z.number(),
  }),
])
export type PushedMeasurement = z.infer<typeof measurement>

export const pushMeasurements = z.strictObject({ measurements: z.array(measurement).min(1).max(200) })

/** `late`: the window had closed, or was before what the ramp judges. Neither it nor a repetition adds anything. */
export const measurementsPushed = z.object({
  outcomes: z.array(z.enum(['added', 'repeated', 'late'])),
  words: z.string(),
})
export type MeasurementsPushed = z.infer<typeof measurementsPushed>

/** How a guard's source fares, for the page of a ramp. */
export const sourceHealth = z.object({
  guard: key,
  metric: z.string(),
  state: z.enum(['waiting', 'ok', 'no_data', 'error']),
  /** When it was last asked, and when it last gave figures. */
  askedAt: instant.nullable(),
  readAt: instant.nullable(),
  /** Readings in a row that brought nothing, or failed. */
  inARow: z.int(),
  /** In the whole ramp. */
  windows: z.int(),
  withoutData: z.int(),
  failed: z.int(),
  late: z.int(),
  words: z.string(),
})
export type SourceHealth = z.infer<typeof sourceHealth>

export const metricSourcePage = page(metricSource)
export const metricSourceChanged = changed(metricSource)
