import { z } from 'zod'
import { duration } from './duration-input.ts'
import { changed, key, page, percent, rate, text } from './primitives.ts'

export const metricName = z.string().regex(/^[a-z][a-z0-9_.]{0,63}$/, 'must be a lower-case metric name')

export const reaction = z.enum(['rollback', 'step_back', 'hold', 'warn'])
export type Reaction = z.infer<typeof reaction>

export const limit = z.discriminatedUnion('kind', [
  /** Risk ratio; 1 for events, 1.1 for slow. */
  z.strictObject({ kind: z.literal('no_worse'), margin: z.number().min(1).max(100) }),
  z.strictObject({ kind: z.literal('ratio'), max: z.number().min(1).max(100) }),
  z.strictObject({ kind: z.literal('points'), max: rate }),
  z.strictObject({ kind: z.literal('below'), max: rate }),
  z.strictObject({
    kind: z.literal('quantile'),
    quantile: rate,
    change: z.number(),
    bound: z.number().nullable(),
    baseline: rate.nullable(),
  }),
  z.strictObject({ kind: z.literal('not_fall'), min: z.number().min(0).max(1) }),
  /** `bound`: frozen at the start; `max`, or what is usual at this hour when that is more. */
  z.strictObject({ kind: z.literal('gauge'), max: z.number(), bound: z.number().nullable().optional() }),
])
export type Limit = z.infer<typeof limit>

/** How a source calls the arms; absent are the keys of the variation that the ramp gives and of the one that it takes over from. */
const armNames = z.strictObject({ treatment: text(200).min(1), control: text(200).min(1) })

export const guardSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sdk'), from: z.enum(['server', 'browser']) }),
  /**
   * Counters in a Prometheus. `events` and `total` select counters (never a rate: the server takes the increase of each
   * series itself); a gauge has any expression in `events` and an empty `total`.
   */
  z.strictObject({
    kind: z.literal('prometheus'),
    /** A metric source of the project. */
    name: key,
    events: text(4000).min(1),
    total: text(4000),
    /** Null: the counters are of the whole service, and nothing is compared with control. */
    armLabel: text(200).min(1).nullable(),
    arms: armNames.optional(),
    /** The label that tells processes apart; `instance` unless said, null when there is none. */
    instanceLabel: text(200).min(1).nullable().optional(),
  }),
  /**
   * Counts in a JSON document: `events` and `total` are JSON pointers in which `{arm}` stands for the name of the arm. Counts grow
   * for ever, unless the URL has `{from}` and `{to}`: then they are those of that time.
   */
  z.strictObject({
    kind: z.literal('http'),
    url: text(2000).min(1),
    events: text(1000),
    total: text(1000),
    arms: armNames.optional(),
    /** A metric source of the project, whose address `url` continues and whose credential is sent. */
    name: key.optional(),
  }),
  z.strictObject({ kind: z.literal('pushed') }),
])
export type GuardSource = z.infer<typeof guardSource>

export const guard = z.strictObject({
  key,
  metric: metricName,
  take: z.enum(['first', 'slow', 'sum', 'gauge']),
  source: guardSource,
  limit,
  reaction,
  /** The guard's part of the false-rollback budget; the weights of one reaction class sum to at most 1. */
  weight: z.number().gt(0).max(1),
  minUnits: z.int().min(0).nullable(),
  fromStep: z.int().min(1),
  /** How long outcomes are not judged after each change of the share. */
  grace: z.string().nullable(),
  /** Of a mean: how long after a unit was first met its amounts count. */
  window: z.string().nullable().optional(),
})
export type Guard = z.infer<typeof guard>

export const step = z.strictObject({
  percent,
  dwell: z.string(),
  minUnits: z.int().min(0),
  /** The risk ratio that must be ruled out before the next step; null is none. */
  clear: z.number().gt(1).nullable(),
  approval: z.boolean(),
  /** A URL that must answer 2xx. */
  gate: z.string().nullable(),
})
export type Step = z.infer<typeof step>

export const noDataPolicy = z.enum(['hold', 'rollback'])
export const fewSamplesPolicy = z.enum(['hold', 'rollback', 'advance'])
/** What becomes of a ramp whose units do not come in the configured shares. */
export const imbalancePolicy = z.enum(['hold', 'rollback'])

export const plan = z.object({
  key,
  version: z.int(),
  name: z.string(),
  steps: z.array(step),
  guards: z.array(guard),
  bake: z.string().nullable(),
  maxDwell: z.string(),
  onNoData: noDataPolicy,
  onFewSamples: fewSamplesPolicy,
  /** Absent is `hold`. */
  onImbalance: imbalancePolicy.optional(),
  noDataGrace: z.string(),
  cooldown: z.string(),
  propagationLimit: z.string(),
  window: z.string().nullable(),
  alpha: rate,
})
export type Plan = z.infer<typeof plan>

/** `"1%:10m,10%:15m,50%:30m,100%"`, or the steps in full; members left out take their defaults. */
export const stepsInput = z.union([
  z.string().max(2000),
  z
    .array(
      z.strictObject({
        percent,
        dwell: duration.optional(),
        minUnits: z.int().min(0).optional(),
        clear: z.number().gt(1).nullable().optional(),
        approval: z.boolean().optional(),
        gate: z.url().nullable().optional(),
      }),
    )
    .min(1)
    .max(50),
])

/** `"checkout_error<=1.5x:hold"`, or a guard in full. */
export const guardInput = z.union([z.string().max(300), guard.partial().required({ metric: true, limit: true })])

/** What both a plan and a start of a ramp may say; absent members take the plan's, then the defaults. */
export const planInput = {
  steps: stepsInput.optional(),
  guards: z.array(guardInput).max(50).optional(),
  bake: duration.nullable().optional(),
  maxDwell: duration.optional(),
  onNoData: noDataPolicy.optional(),
  onFewSamples: fewSamplesPolicy.optional(),
  onImbalance: imbalancePolicy.optional(),
  noDataGrace: duration.optional(),
  cooldown: duration.optional(),
  propagationLimit: duration.optional(),
  alpha: z.number().gt(0).max(0.1).optional(),
}

export const putPlan = z.strictObject({ name: text(200).optional(), ...planInput })
export const planPage = page(plan)
export const planChanged = changed(plan)
