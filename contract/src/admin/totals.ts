import { z } from 'zod'
import { instant, key, rate } from './primitives.ts'

const moment = z.iso.datetime({ offset: true })

/** The time a chart covers: an hour up to `to`, or now, unless said; at most 90 days back. */
export const rangeQuery = z.object({ from: moment.optional(), to: moment.optional() })

const steps = {
  /** Where the first step begins; a multiple of `stepMs`. */
  from: instant,
  /** Where the last step ends. */
  to: instant,
  /** The finest that makes at most 400 steps and is kept for so long: 10 s for 2 days, 1 min for 8, 1 h for 90. */
  stepMs: z.int(),
}

/** What a flag served over time, one number for each step. */
export const evaluations = z.object({
  ...steps,
  /** Variations that were served at all. */
  variations: z.array(z.object({ variation: key, n: z.array(z.number()) })),
})
export type Evaluations = z.infer<typeof evaluations>

/** Values that were measured. The quantiles are at most 9% above the exact ones. */
export const measuredValues = z.object({
  n: z.number(),
  sum: z.number(),
  quantiles: z.array(z.tuple([rate, z.number()])),
})

/** A metric over time. Steps in which nothing was reported are left out: nothing is not zero. */
export const metricTotals = z.object({
  ...steps,
  steps: z.array(
    z.object({
      at: instant,
      /** How often its event happened. */
      n: z.number(),
      /** Null when its events carry no value. */
      values: measuredValues.nullable(),
    }),
  ),
})
export type MetricTotals = z.infer<typeof metricTotals>
